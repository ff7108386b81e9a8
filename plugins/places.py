"""All places of this server: their plugins loaded, their answers merged, ready to be asked."""

import base64
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from core.city import (
    FEATURES,
    Category,
    Deployment,
    Disposition,
    EmergencyNumber,
    Feature,
    PlaceDescription,
    Route,
    Station,
)
from core.places import Level, chain, is_within, level
from core.position import Position
from plugins.chain import Chain, Link, Links
from plugins.coverage import Coverage
from plugins.folder import FolderPlugin, find_folders, load_code
from plugins.isolation import Faults

DEFAULTS = ""
"""The path of the link that every chain ends with."""
COUNTRY_LIMIT = 300_000.0
"""Metres from a known city within which a position counts as lying in its country."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the chain of a place said at start, merged."""

    emergency_numbers: tuple[EmergencyNumber, ...]
    categories: Mapping[str, Category]
    dispositions: Mapping[str, Disposition]
    stations: Mapping[str, Station]


class Place:
    """A country, state or city: fulfils `core.city.City`."""

    def __init__(self, description: PlaceDescription, facts: Facts, asked: Chain) -> None:
        self.description = description
        self._facts = facts
        self._chain = asked

    @property
    def path(self) -> str:
        """Where the place lies."""
        return self.description.path

    @property
    def features(self) -> frozenset[Feature]:
        """What it offers to citizens."""
        return self.description.features or FEATURES[self.description.deployment]

    @property
    def emergency_numbers(self) -> tuple[EmergencyNumber, ...]:
        """The numbers to call, its own first."""
        return self._facts.emergency_numbers

    @property
    def categories(self) -> Mapping[str, Category]:
        """The kinds of report it takes; none without the feature."""
        return self._facts.categories if Feature.REPORTS in self.features else {}

    @property
    def dispositions(self) -> Mapping[str, Disposition]:
        """The outcomes that police can record."""
        return self._facts.dispositions

    @property
    def stations(self) -> Mapping[str, Station]:
        """Its police stations and control room."""
        return self._facts.stations

    async def route_report(self, category: str, position: Position) -> Route | None:
        """Ask the chain which station gets a report."""
        if not self.stations:
            return None
        return await self._chain.first(
            "route_report",
            Route,
            lambda route: route.station in self.stations,
            category=category,
            position=position,
            stations=self.stations,
        )

    async def route_alert(self, position: Position | None) -> Route | None:
        """Ask the chain which station gets a call for help."""
        if not self.stations:
            return None
        return await self._chain.first(
            "route_alert",
            Route,
            lambda route: route.station in self.stations,
            position=position,
            stations=self.stations,
        )


class Places:
    """Finds places by path and by position: fulfils `core.city.Cities`."""

    def __init__(self, places: Mapping[str, Place], faults: Faults, links: Iterable[Link]) -> None:
        self.faults = faults
        self._places = dict(sorted(places.items()))
        self._cities = tuple(
            place for place in self._places.values() if level(place.path) is Level.CITY
        )
        self._coverage = Coverage(self._cities)
        self._links = tuple(links)

    def get(self, path: str) -> Place | None:
        """Return the country, state or city with this path."""
        return self._places.get(path)

    def at(self, position: Position) -> Place | None:
        """Return the city that covers the position."""
        city = self._coverage.at(position)
        return self._places[city.path] if city is not None else None

    def country_at(self, position: Position) -> Place | None:
        """Return the country of the nearest known city."""
        city = self._coverage.nearest(position, COUNTRY_LIMIT)
        return self._places[chain(city.path)[0]] if city is not None else None

    def all(self) -> Sequence[Place]:
        """Return every city in the order of paths."""
        return self._cities

    def close(self) -> None:
        """Stop the plugins' threads."""
        for link in self._links:
            link.worker.stop()


async def load_places(roots: Sequence[Path]) -> Places:
    """Load the defaults, then every place folder below `roots`, then the light cities they list.

    Never raises for what a plugin does: that is recorded as a fault of its place.
    """
    faults = Faults()
    loader = _Loader(faults)
    loader.add(DEFAULTS, Path(__file__).parent / "defaults")
    for root in roots:
        for path, folder in find_folders(root).items():
            loader.add(path, folder)
    places = await loader.load()
    _give_codes(places, faults)
    return Places(places, faults, loader.links.values())


class _Loader:
    """Builds places from links: first those with a plugin, then the rows, then what lies above."""

    def __init__(self, faults: Faults) -> None:
        self.links: dict[str, Link] = {}
        self._faults = faults
        self._registrar = Links(faults)
        self._facts: dict[str, tuple[Facts, Chain]] = {}
        self._descriptions: dict[str, PlaceDescription] = {}

    def add(self, path: str, folder: Path) -> None:
        code = load_code(
            path, folder, lambda error: self._faults.record(path, "import plugin.py", error)
        )
        self.links[path] = self._registrar.link(path, [FolderPlugin(path, folder), *code])

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
        self._descriptions[path] = described or _described_by_path(path)
        for rows in await own.collect("light_cities", PlaceDescription):
            for row in rows:
                self._add_row(path, row)
        self._facts[path] = (await self._collect(asked), asked)

    def _add_row(self, path: str, row: PlaceDescription) -> None:
        if level(row.path) is not Level.CITY or not is_within(row.path, path):
            self._faults.record(path, "light_cities", "a row is no city of this place")
        elif row.path not in self.links:
            self._descriptions.setdefault(row.path, replace(row, deployment=Deployment.LIGHT))

    async def _collect(self, asked: Chain) -> Facts:
        numbers = await asked.collect("emergency_numbers", EmergencyNumber)
        categories = await asked.collect("report_categories", Category)
        dispositions = await asked.collect("dispositions", Disposition)
        own = asked.links[0].path == asked.place and level(asked.place or "-") is Level.CITY
        stations = (
            await Chain(asked.place, asked.links[:1], self._faults).collect("stations", Station)
            if own
            else []
        )
        return Facts(
            emergency_numbers=_merged_numbers(numbers),
            categories={item.code: item for answer in reversed(categories) for item in answer},
            dispositions={item.code: item for answer in reversed(dispositions) for item in answer},
            stations={item.code: item for answer in stations for item in answer},
        )

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
        )


def _described_by_path(path: str) -> PlaceDescription:
    name = path.rpartition("/")[2].replace("-", " ").title()
    return PlaceDescription(path=path, names={"en": name or "Earth"})


def _merged_numbers(answers: Sequence[tuple[EmergencyNumber, ...]]) -> tuple[EmergencyNumber, ...]:
    merged: dict[tuple[str, str], EmergencyNumber] = {}
    for answer in answers:
        for number in answer:
            merged.setdefault((number.kind, number.number), number)
    return tuple(merged.values())


def _give_codes(places: Mapping[str, Place], faults: Faults) -> None:
    """Give each full city a code of its own: two with one would number two reports alike."""
    taken: set[str] = set()
    for path, place in places.items():
        code = place.description.code
        if code in taken:
            faults.record(path, "describe_place", f"another city has the code {code}")
        if code is None or code in taken:
            code = base64.b32encode(hashlib.sha256(path.encode()).digest())[:5].decode()
            place.description = replace(place.description, code=code)
        taken.add(code)
