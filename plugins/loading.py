"""Loading all places: folders found, code imported, answers collected by chain and merged."""

import base64
import gc
import hashlib
from collections.abc import Collection, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields, replace
from pathlib import Path
from typing import Protocol, TypeVar

from core.city import (
    AdvisoryKind,
    Category,
    Deployment,
    Disposition,
    EmergencyNumber,
    EscalationStep,
    EscalationSubject,
    NumberKind,
    Phrases,
    PlaceDescription,
    PlateFormat,
    Retention,
    Station,
    StationArea,
    Tariff,
)
from core.clock import is_time_zone
from core.places import Level, chain, is_within, level
from plugins import geonames
from plugins.areas import Areas, WrongGeometry, areas_of
from plugins.chain import Chain, Link, Links
from plugins.folder import (
    CONTRACT,
    FolderPlugin,
    PlaceOnly,
    contract_of,
    find_folders,
    has_code,
    load_code,
)
from plugins.guard import Guard
from plugins.hookspecs import CONTRACT_VERSION
from plugins.isolation import LOAD_LIMIT, Faults, Overrun, PluginRaised, Worker
from plugins.places import DEFAULTS, Facts, Place, Places

IMPORT = "import plugin.py"


async def load_places(roots: Sequence[Path], disabled: Collection[str] = ()) -> Places:
    """Load the defaults, then every place folder below `roots`, then the light cities they list.

    Where two roots have a folder for the same place, the later root's counts; those of `disabled`
    paths are passed over. Never raises for what a plugin does: that is recorded as a fault of its
    place.
    """
    faults = Faults()
    folders: dict[str, Path] = {}
    for root in roots:
        folders |= find_folders(root)
    loader = _Loader(faults)
    with _collector_paused():
        await loader.add(DEFAULTS, Path(__file__).parent / "defaults")
        for path, folder in folders.items():
            if path not in disabled:
                await loader.add(path, folder)
        places = await loader.load()
        geonames.forget()
    _give_codes(places, faults)
    return Places(places, faults, loader.links.values(), loader.folders)


@contextmanager
def _collector_paused() -> Generator[None]:
    """Let the collector of cycles rest: what is read is a million objects without one.

    Looking through them again and again takes as long as reading them.
    """
    paused = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if paused:
            gc.enable()


class _Loader:
    """Builds places from links: first those with a plugin, then the rows, then what lies above."""

    def __init__(self, faults: Faults) -> None:
        self.links: dict[str, Link] = {}
        self.folders: dict[str, Path] = {}
        self._faults = faults
        self._registrar = Links(faults)
        self._facts: dict[str, tuple[Facts, Chain]] = {}
        self._descriptions: dict[str, PlaceDescription] = {}

    async def add(self, path: str, folder: Path) -> None:
        self.folders[path] = folder
        made_for = contract_of(folder)
        if made_for != CONTRACT_VERSION:
            self._faults.record(
                path,
                CONTRACT,
                f"made for version {made_for} of the contract, and this server speaks "
                f"{CONTRACT_VERSION}: the city runs light until plugin and server agree",
            )
            self.links[path] = self._registrar.link(path, [PlaceOnly(path, folder)])
            return
        code = await self._imported(path, folder)
        self.links[path] = self._registrar.link(path, [FolderPlugin(path, folder), *code])

    async def _imported(self, path: str, folder: Path) -> list[object]:
        """Import the plugin's code on a thread, so that one which hangs does not hold us up."""
        if not has_code(folder):
            return []
        guard, worker = Guard(), Worker(f"{path}, import")
        try:
            return [await worker.call(load_code, {"path": path, "folder": folder}, LOAD_LIMIT)]
        except PluginRaised as error:
            self._faults.record(path, IMPORT, error.__cause__ or error, at_start=True)
        except Overrun as error:
            self._faults.record(path, IMPORT, str(error))
        finally:
            worker.stop()
            changed = guard.put_back()
            if changed:
                self._faults.record(path, IMPORT, f"it changed {', '.join(changed)}: put back")
        return []

    async def load(self) -> dict[str, Place]:
        for path in sorted(self.links):
            await self._load_plugin(path)
        places: dict[str, Place] = {}
        for path, described in self._with_ancestors().items():
            facts, asked = self._facts[self._nearest_link(path)]
            places[path] = Place(
                self._inherit(described), facts, Chain(path, asked.links, self._faults)
            )
        return places

    def _chain_of(self, path: str) -> Chain:
        above = reversed(chain(path)) if path else ()
        paths = [place for place in above if place in self.links]
        return Chain(path, [self.links[place] for place in [*paths, DEFAULTS]], self._faults)

    def _nearest_link(self, path: str) -> str:
        return next((place for place in reversed(chain(path)) if place in self.links), DEFAULTS)

    async def _load_plugin(self, path: str) -> None:
        asked = self._chain_of(path)
        own = Chain(path, asked.links[:1], self._faults)
        described = await own.describe(PlaceDescription)
        if described is not None and described.path != path:
            self._faults.record(path, "describe_place", "it describes another place")
            described = None
        self._descriptions[path] = self._with_time(described or _described_by_path(path))
        for rows in await own.collect("light_cities", PlaceDescription):
            for row in rows:
                self._add_row(path, row)
        self._facts[path] = (await self._collect(asked), asked)

    def _with_time(self, described: PlaceDescription) -> PlaceDescription:
        """Leave out a time zone that is none: the place above has one."""
        if described.time_zone is None or is_time_zone(described.time_zone):
            return described
        message = f"{described.time_zone} is no time zone (IANA)"
        self._faults.record(described.path, "describe_place", message)
        return replace(described, time_zone=None)

    def _add_row(self, path: str, row: PlaceDescription) -> None:
        if level(row.path) is not Level.CITY or not is_within(row.path, path):
            self._faults.record(path, "light_cities", "a row is no city of this place")
        elif row.path not in self.links:
            light = replace(row, deployment=Deployment.LIGHT)
            self._descriptions.setdefault(row.path, self._with_time(light))

    async def _collect(self, asked: Chain) -> Facts:
        numbers = await asked.collect("emergency_numbers", EmergencyNumber)
        categories = await asked.collect("report_categories", Category)
        dispositions = await asked.collect("dispositions", Disposition)
        plates = await asked.collect("plate_formats", PlateFormat)
        tariffs = await asked.collect("tariffs", Tariff)
        kinds = await asked.collect("advisory_kinds", AdvisoryKind)
        spoken = await asked.collect("phrases", Phrases)
        steps = await asked.collect("escalation_steps", EscalationStep)
        stations, areas = await self._stations(asked)
        return Facts(
            emergency_numbers=_merged_numbers(numbers),
            categories=_by_code(categories),
            dispositions=_by_code(dispositions),
            stations=stations,
            areas=areas,
            tariffs=_by_code(tariffs),
            plate_formats=_merged_formats(plates),
            escalation=_merged_steps(steps),
            phrases=_merged_phrases(spoken),
            advisory_kinds=_by_code(kinds),
        )

    async def _stations(self, asked: Chain) -> tuple[Mapping[str, Station], Areas]:
        """Ask a city's own plugin for its stations and their areas."""
        own = asked.links[0]
        if own.path != asked.place or level(asked.place or "-") is not Level.CITY:
            return {}, Areas()
        alone = Chain(asked.place, (own,), self._faults)
        described = await alone.collect("stations", Station)
        stations = {item.code: item for answer in described for item in answer}
        drawn = await alone.collect("station_areas", StationArea)
        areas = [item for answer in drawn for item in answer]
        try:
            return stations, areas_of(stations, areas)
        except WrongGeometry as error:
            self._faults.record(asked.place, "station_areas", str(error))
        except Exception as error:
            self._faults.record(asked.place, "station_areas", error)
        return stations, Areas()

    def _with_ancestors(self) -> dict[str, PlaceDescription]:
        described = {path: each for path, each in self._descriptions.items() if path}
        for path in list(described):
            for above in chain(path)[:-1]:
                described.setdefault(above, _described_by_path(above))
        return described

    def _inherit(self, described: PlaceDescription) -> PlaceDescription:
        above = [*chain(described.path)[-2::-1], DEFAULTS]
        known = [self._descriptions[path] for path in above if path in self._descriptions]
        return replace(
            described,
            time_zone=described.time_zone
            or next((each.time_zone for each in known if each.time_zone), None),
            languages=described.languages
            or next((each.languages for each in known if each.languages), ()),
            routing=described.routing or next((each.routing for each in known if each.routing), ()),
            retention=_merged_retention([described, *known]),
        )


def _merged_retention(nearest_first: Sequence[PlaceDescription]) -> Retention:
    days = {
        each.name: next(
            (
                given
                for described in nearest_first
                if (given := getattr(described.retention, each.name)) is not None
            ),
            None,
        )
        for each in fields(Retention)
    }
    return Retention(**days)


def _described_by_path(path: str) -> PlaceDescription:
    name = path.rpartition("/")[2].replace("-", " ").title()
    return PlaceDescription(path=path, names={"en": name or "Earth"})


class _Coded(Protocol):
    @property
    def code(self) -> str: ...


C = TypeVar("C", bound=_Coded)


def _by_code(answers: Sequence[tuple[C, ...]]) -> dict[str, C]:
    """Return all that was answered by its code; of two with one code the nearest counts."""
    return {item.code: item for answer in reversed(answers) for item in answer}


def _merged_numbers(answers: Sequence[tuple[EmergencyNumber, ...]]) -> tuple[EmergencyNumber, ...]:
    merged: dict[tuple[str, str], EmergencyNumber] = {}
    for answer in answers:
        for number in answer:
            merged.setdefault((number.kind, number.number), number)
    return tuple(sorted(merged.values(), key=lambda number: number.kind is not NumberKind.ALL))


def _merged_formats(answers: Sequence[tuple[PlateFormat, ...]]) -> tuple[PlateFormat, ...]:
    merged: dict[str, PlateFormat] = {}
    for answer in answers:
        for each in answer:
            merged.setdefault(each.code, each)
    return tuple(merged.values())


def _merged_steps(answers: Sequence[tuple[EscalationStep, ...]]) -> tuple[EscalationStep, ...]:
    """Return the ladders of the nearest link that has one: for alerts, and for reports."""
    merged: list[EscalationStep] = []
    for kind in EscalationSubject:
        ladders = [[step for step in answer if step.subject is kind] for answer in answers]
        merged += next((steps for steps in ladders if steps), ())
    return tuple(sorted(merged, key=lambda step: step.after))


def _merged_phrases(answers: Sequence[tuple[Phrases, ...]]) -> dict[str, dict[str, str]]:
    merged: dict[str, dict[str, str]] = {}
    for answer in answers:
        for spoken in answer:
            for key, text in spoken.words.items():
                merged.setdefault(key, {}).setdefault(spoken.language, text)
    return merged


def _give_codes(places: Mapping[str, Place], faults: Faults) -> None:
    """Give each full city a code of its own: two with one would number two reports alike."""
    taken: dict[str, str] = {}
    for path, place in places.items():
        code = place.description.code
        if code in taken:
            faults.record(path, "describe_place", f"{taken[code]} has the code {code} already")
        if code is None or code in taken:
            code = base64.b32encode(hashlib.sha256(path.encode()).digest())[:5].decode()
            place.description = replace(place.description, code=code)
        taken[code] = path
