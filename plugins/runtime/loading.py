"""Load all places: find folders, import code, collect and merge the answers of each chain."""

import base64
import gc
import hashlib
import logging
from collections.abc import Collection, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from core.clock import is_time_zone
from core.paths import Level, chain, is_within, level
from core.places.catalogue import Catalogue
from core.places.description import Deployment, Feature, PlaceDescription, offers_unread_reports
from core.places.stations import STATIONS, Station, StationArea
from plugins import geonames
from plugins.contract.areas import Areas, check_area
from plugins.contract.hookspecs import CONTRACT_VERSION
from plugins.runtime.chain import Chain, Link, Links
from plugins.runtime.claims import (
    CLAIM,
    Approvals,
    Claim,
    Ground,
    Refused,
    claims_of,
    earlier_owner,
)
from plugins.runtime.coverage import Coverage
from plugins.runtime.folder import (
    CONTRACT,
    PLACE_FILE,
    FolderPlugin,
    PlaceOnly,
    contract_of,
    has_code,
    load_code,
)
from plugins.runtime.guard import Guard
from plugins.runtime.isolation import LOAD_LIMIT, Faults, HookError, HookTimeout, Worker
from plugins.runtime.merging import merged_retention
from plugins.runtime.places import DEFAULTS, Facts, Place, Places
from plugins.runtime.salvage import may_be_full, right_part_of
from plugins.runtime.sources import Source, named

logger = logging.getLogger("citizencop.plugins")

IMPORT = "import plugin.py"
_DEFAULTS_FOLDER = Path(__file__).parents[1] / "defaults"
_OF_DEFAULTS = Claim(DEFAULTS, _DEFAULTS_FOLDER, Source("defaults", _DEFAULTS_FOLDER), 0, False)


async def load_places(
    sources: Sequence[Source | Path],
    disabled: Collection[str] = (),
    allowed: Collection[str] = (),
    *,
    catalogues: Sequence[Catalogue[Any, Any]],
) -> Places:
    """Load the defaults, then every place folder of the sources, then the light cities they list.

    `catalogues` are the lists to collect for each place. Folders of `disabled` paths are skipped. A
    folder that claims what an earlier source has is refused, unless `allowed` contains its
    `PATH=SOURCE` (`plugins.runtime.claims`). Errors in plugins are recorded as faults of their
    place and never raised. Raises `WrongApproval`.
    """
    faults, approvals = Faults(), Approvals(allowed)
    known = [named(each) for each in sources]
    claims, refused = claims_of(known, disabled, approvals)
    for each in approvals.unused():
        logger.warning("--allow %s has no effect: see city list for paths and sources", each)
    loader = _Loader(faults, claims, refused, catalogues)
    with _collector_paused():
        places = await loader.load()
        geonames.forget()
    _give_codes(places, claims, faults)
    for each in loader.refused:
        faults.record(each.claimant, CLAIM, f"{each.message}; {each.folder} is not used")
    return Places(
        places,
        faults,
        loader.links.values(),
        loader.claims,
        loader.refused,
        loader.reduced,
        catalogues,
    )


@contextmanager
def _collector_paused() -> Generator[None]:
    """Pause the cyclic garbage collector.

    Loading creates a million objects without cycles; scanning them takes as long as reading them.
    """
    paused = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if paused:
            gc.enable()


class _Loader:
    """Builds places from plugins: descriptions first, then claimed areas, then their lists."""

    def __init__(
        self,
        faults: Faults,
        claims: Mapping[str, Claim],
        refused: Sequence[Refused],
        catalogues: Sequence[Catalogue[Any, Any]],
    ) -> None:
        self.links: dict[str, Link] = {}
        self.claims = {DEFAULTS: _OF_DEFAULTS, **claims}
        self.refused = list(refused)
        self.reduced: list[str] = []
        self._catalogues = catalogues
        self._faults = faults
        self._registrar = Links(faults, catalogues)
        self._facts: dict[str, tuple[Facts, Chain]] = {}
        self._rows: dict[str, Ground] = {}
        self._descriptions: dict[str, Ground] = {}

    async def _add(self, path: str, folder: Path) -> None:
        made_for = contract_of(folder)
        if made_for != CONTRACT_VERSION:
            self._faults.record(
                path,
                CONTRACT,
                f"made for version {made_for} of the contract; this server needs "
                f"{CONTRACT_VERSION}. The city runs light until its folder is updated",
            )
            self.links[path] = self._registrar.link(path, [PlaceOnly(path, folder)])
            self._note_reduced(path, folder)
            return
        code = await self._imported(path, folder)
        data = FolderPlugin(path, folder, self._catalogues)
        self.links[path] = self._registrar.link(path, [data, *code])

    async def _imported(self, path: str, folder: Path) -> list[object]:
        """Import the plugin's code on a thread with a timeout; return the module, or nothing."""
        if not has_code(folder):
            return []
        guard, worker = Guard(), Worker(f"{path}, import")
        try:
            return [await worker.call(load_code, {"path": path, "folder": folder}, LOAD_LIMIT)]
        except HookError as error:
            self._faults.record(path, IMPORT, error.__cause__ or error, at_start=True)
        except HookTimeout as error:
            self._faults.record(path, IMPORT, str(error))
        finally:
            worker.stop()
            changed = guard.put_back()
            if changed:
                self._faults.record(
                    path, IMPORT, f"the import changed {', '.join(changed)}: put back"
                )
        return []

    async def load(self) -> dict[str, Place]:
        for path, claim in self.claims.items():
            await self._add(path, claim.folder)
        for path in sorted(self.links):
            await self._describe(path)
        self._judge_ground()
        for path in sorted(self.links):
            plugin_chain = self._chain_of(path)
            self._facts[path] = (await self._collect(plugin_chain), plugin_chain)
        places: dict[str, Place] = {}
        for path, ground in self._with_ancestors().items():
            facts, plugin_chain = self._facts[self._nearest_link(path)]
            own = Chain(path, plugin_chain.links, self._faults)
            places[path] = Place(self._inherit(ground.description), facts, own, ground.order)
        return places

    def _chain_of(self, path: str) -> Chain:
        above = reversed(chain(path)) if path else ()
        paths = [place for place in above if place in self.links]
        return Chain(path, [self.links[place] for place in [*paths, DEFAULTS]], self._faults)

    def _nearest_link(self, path: str) -> str:
        return next((place for place in reversed(chain(path)) if place in self.links), DEFAULTS)

    async def _describe(self, path: str) -> None:
        """Load a place's description and light cities; requires its state's and country's first."""
        own, claim = Chain(path, [self.links[path]], self._faults), self.claims[path]
        described = await own.describe(PlaceDescription)
        if described is not None and described.path != path:
            self._faults.record(
                path, "describe_place", f"it describes {described.path}: return the path {path}"
            )
            described = None
        if described is None and path:
            described = self._described_in_part(path, claim.folder)
        sound = self._sound(path, described or _described_by_path(path))
        self._descriptions[path] = Ground(sound, claim.order)
        for rows in await own.collect("light_cities", PlaceDescription):
            for row in rows:
                self._add_row(path, row, claim.order)

    def _described_in_part(self, path: str, folder: Path) -> PlaceDescription:
        """Describe a place with an invalid `place.toml`: by its row and the valid keys.

        A typing error must not take a city off the map: alerts still have to reach it.
        """
        if (path, "describe_place") in self._faults.counts:
            self._note_reduced(path, folder)
        row = self._rows.get(path)
        known = row.description if row is not None else _described_by_path(path)
        right = right_part_of(path, folder)
        if "position" in right and known.radius is None:
            right.setdefault("radius", geonames.RADIUS)
        return replace(known, **right)

    def _note_reduced(self, path: str, folder: Path) -> None:
        if level(path) is Level.CITY and may_be_full(folder) and path not in self.reduced:
            self.reduced.append(path)

    def _sound(self, path: str, described: PlaceDescription) -> PlaceDescription:
        """Remove invalid fields from a description, so that they are inherited instead.

        `path` is the plugin that returned it.
        """
        zone = described.time_zone
        if zone is not None and not is_time_zone(zone):
            self._faults.record(path, "describe_place", f"{zone} is not an IANA time zone")
            described = replace(described, time_zone=None)
        if offers_unread_reports(described):
            message = f"{described.path} runs LIGHT, where nobody reads REPORTS: remove it"
            self._faults.record(path, "describe_place", message)
            features = (described.features or frozenset()) - {Feature.REPORTS}
            described = replace(described, features=features)
        return described

    def _add_row(self, path: str, row: PlaceDescription, order: int) -> None:
        if level(row.path) is not Level.CITY or not is_within(row.path, path):
            self._faults.record(path, "light_cities", "a row is not a city of this place")
            return
        known = self._rows.get(row.path)
        if known is None or order < known.order:
            light = self._sound(path, replace(row, deployment=Deployment.LIGHT))
            self._rows[row.path] = Ground(light, order)

    def _judge_ground(self) -> None:
        """Refuse cities of later sources whose centre a city of an earlier source covers."""
        for path, row in self._rows.items():
            self._descriptions.setdefault(path, row)
        cities = [ground for path, ground in self._descriptions.items() if _is_city(path)]
        for order in sorted({each.order for each in cities} - {0}):
            earlier = Coverage(self._grounds_before(order))
            for each in cities:
                owner = earlier_owner(earlier, each.description) if each.order == order else None
                if owner is not None:
                    self._refuse(each, owner)

    def _grounds_before(self, order: int) -> list[Ground]:
        """Return the cities of earlier sources, including rows that a later folder describes."""
        known = {**self._rows}
        known |= {path: each for path, each in self._descriptions.items() if each.order < order}
        return [each for path, each in known.items() if _is_city(path) and each.order < order]

    def _refuse(self, ground: Ground, owner: str) -> None:
        path = ground.path
        message = f"{path} claims the area of {owner}"
        claim = self.claims.get(path)
        row = self._rows.get(path)
        del self._descriptions[path]
        if claim is None:
            lister = self._nearest_link(path)
            self._faults.record(lister, "light_cities", f"{message}: this row is not used")
            return
        self.refused.append(Refused(path, claim.folder, claim.source, message))
        if ground.description.deployment is Deployment.FULL:
            self.reduced.append(path)
        del self.claims[path]
        self.links.pop(path).stop()
        if row is not None and row.order < ground.order:
            self._descriptions[path] = row

    async def _collect(self, plugin_chain: Chain) -> Facts:
        listed: dict[Catalogue[Any, Any], Any] = {}
        for catalogue in self._catalogues:
            answering = self._own(plugin_chain) if catalogue.own else plugin_chain
            answers = await answering.collect(catalogue.hook, catalogue.row)
            listed[catalogue] = catalogue.merge(answers)
        return Facts(listed, await self._areas(plugin_chain, listed[STATIONS]))

    def _own(self, plugin_chain: Chain) -> Chain:
        """Return a chain with the city's own plugin only; an empty one for other places."""
        links = [
            link
            for link in plugin_chain.links
            if _is_city(link.path) and link.path == plugin_chain.place
        ]
        return Chain(plugin_chain.place, links, self._faults)

    async def _areas(self, plugin_chain: Chain, stations: Mapping[str, Station]) -> Areas:
        drawn = await self._own(plugin_chain).collect(
            "station_areas", StationArea, lambda area: check_area(area, stations)
        )
        try:
            return Areas([item for answer in drawn for item in answer])
        except Exception as error:
            self._faults.record(plugin_chain.place, "station_areas", error)
        return Areas()

    def _with_ancestors(self) -> dict[str, Ground]:
        described = {path: each for path, each in self._descriptions.items() if path}
        for path in list(described):
            for above in chain(path)[:-1]:
                described.setdefault(above, Ground(_described_by_path(above), 0))
        return described

    def _inherit(self, described: PlaceDescription) -> PlaceDescription:
        above = [*chain(described.path)[-2::-1], DEFAULTS]
        known = [
            self._descriptions[path].description for path in above if path in self._descriptions
        ]
        return replace(
            described,
            time_zone=described.time_zone
            or next((each.time_zone for each in known if each.time_zone), None),
            languages=described.languages
            or next((each.languages for each in known if each.languages), ()),
            routing=described.routing or next((each.routing for each in known if each.routing), ()),
            retention=merged_retention([described, *known]),
        )


def _is_city(path: str) -> bool:
    return bool(path) and level(path) is Level.CITY


def _described_by_path(path: str) -> PlaceDescription:
    name = path.rpartition("/")[2].replace("-", " ").title()
    return PlaceDescription(path=path, names={"en": name or "Earth"})


def _give_codes(places: Mapping[str, Place], claims: Mapping[str, Claim], faults: Faults) -> None:
    """Make codes unique, because public numbers of reports start with them.

    If two places have the same code, the one that the operator allowed keeps it, else the one of
    the earlier source.
    """
    taken: dict[str, str] = {}
    for path in sorted(places, key=lambda each: (*_rank(claims.get(each), places[each]), each)):
        place = places[path]
        code = place.description.code
        if code is None or code in taken:
            own = _code_by_path(path, taken)
            place.description = replace(place.description, code=own)
            if code is not None:
                faults.record(
                    path,
                    "describe_place",
                    f"{taken[code]} has the code {code} already: give {path} another in its "
                    f"{PLACE_FILE}. Until then its reports are numbered {own}",
                )
            code = own
        taken[code] = path


def _rank(claim: Claim | None, place: Place) -> tuple[bool, int]:
    return not (claim is not None and claim.allowed), place.order


def _code_by_path(path: str, taken: Collection[str]) -> str:
    """Return an unused code derived from the path, so that it stays the same at each start."""
    digest = base64.b32encode(hashlib.sha256(path.encode()).digest()).decode()
    return next(
        each for start in range(len(digest)) if (each := digest[start : start + 5]) not in taken
    )
