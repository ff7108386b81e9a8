"""All places of this server: what their plugins said, merged and ready to be asked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.paths import Level, chain, level
from core.places.catalogue import Catalogue, Merged, Row
from core.places.description import FEATURES, Feature, PlaceDescription
from core.places.routing import ROUTING, Route, RoutingStep
from core.places.stations import STATIONS
from core.places.vehicle_record import RegisterAway, VehicleRecord
from core.position import Position
from plugins.contract.areas import Areas
from plugins.runtime.chain import Chain, Link, NoAnswer
from plugins.runtime.claims import Claim, Refused
from plugins.runtime.coverage import Coverage
from plugins.runtime.isolation import Faults
from plugins.runtime.memory import memory_usage

DEFAULTS = ""
"""The path of the link that every chain ends with."""
NOT_ASKED_ABOUT = "the answer names something that was not asked about"
LEAST_LEAK = 8 << 20
"""Bytes: a plugin is told of when it holds twice as much, and again when that has doubled."""
COUNTRY_LIMIT = 300_000.0
"""Metres from a known city within which a position counts as lying in its country."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the chain of a place said at start: by catalogue, merged; and its stations' areas."""

    listed: Mapping[Catalogue[Any, Any], Any]
    areas: Areas


class Place:
    """A country, state or city: fulfils `core.places.city.City`."""

    def __init__(
        self, description: PlaceDescription, facts: Facts, asked: Chain, order: int = 0
    ) -> None:
        self.description = description
        self.order = order
        """Of which source it is, counted as they are loaded."""
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

    def __getitem__(self, catalogue: Catalogue[Row, Merged]) -> Merged:
        """Return what it lists; nothing where it lacks the feature."""
        if catalogue.feature is not None and catalogue.feature not in self.features:
            return catalogue.merge(())
        return self._facts.listed[catalogue]

    @property
    def areas(self) -> Areas:
        """The areas of its stations, where they are known."""
        return self._facts.areas

    @property
    def chain_paths(self) -> frozenset[str]:
        """The paths of the plugins that answer for it; the defaults' is empty."""
        return frozenset(link.path for link in self._chain.links)

    def links_with(self, hook: str) -> Sequence[str]:
        """Return the paths of the plugins of its chain that have a hook, but for the defaults."""
        return [link.path for link in self._chain.links if link.path and hook in link.hooks]

    async def route_report(self, category: str, position: Position) -> Route | None:
        """Ask the chain which station gets a report."""
        return await self._route_report(self._chain, category, position, ())

    async def route_report_by(
        self, link: str, category: str, position: Position, steps: Sequence[RoutingStep] = ()
    ) -> Route | None:
        """Ask one plugin of the chain alone, and for certain steps; for those who try a place."""
        return await self._route_report(self._chain.only(link), category, position, steps)

    async def _route_report(
        self, asked: Chain, category: str, position: Position, steps: Sequence[RoutingStep]
    ) -> Route | None:
        if not self[STATIONS]:
            return None
        return await asked.first(
            "route_report",
            Route,
            self._unknown_station,
            category=category,
            position=position,
            stations=self[STATIONS],
            areas=self.areas,
            steps=steps or self.description.routing or ROUTING,
        )

    async def route_alert(self, position: Position | None) -> Route | None:
        """Ask the chain which station gets a call for help."""
        if not self[STATIONS]:
            return None
        return await self._chain.first(
            "route_alert",
            Route,
            self._unknown_station,
            position=position,
            stations=self[STATIONS],
            areas=self.areas,
        )

    async def look_up_vehicle(self, plate: str) -> VehicleRecord | None:
        """Ask the chain's services for a vehicle; raises `RegisterAway`."""
        try:
            return await self._chain.first(
                "look_up_vehicle",
                VehicleRecord,
                # The plate is the citizen's word: no fault repeats it.
                lambda record: None if record.plate == plate else NOT_ASKED_ABOUT,
                plate=plate,
            )
        except NoAnswer:
            raise RegisterAway from None

    def _unknown_station(self, route: Route) -> str | None:
        if route.station in self[STATIONS]:
            return None
        return f"the answer names the station {route.station}, which the city has not"


class Places:
    """Finds places by path and by position: fulfils `core.places.city.Cities`."""

    def __init__(
        self,
        places: Mapping[str, Place],
        faults: Faults,
        links: Iterable[Link],
        claims: Mapping[str, Claim],
        refused: Sequence[Refused] = (),
        reduced: Sequence[str] = (),
        catalogues: Sequence[Catalogue[Any, Any]] = (),
    ) -> None:
        self.faults = faults
        self.claims = claims
        """The folder of each place that has one, and its source."""
        self.folders: dict[str, Path] = {path: each.folder for path, each in claims.items()}
        self.refused = tuple(refused)
        """Folders that claim what another has, and are not used."""
        self.reduced = tuple(reduced)
        """Cities that would be full, and run the light version or not at all for their faults."""
        self.catalogues = tuple(catalogues)
        """What each place was asked to list."""
        self._places = dict(sorted(places.items()))
        self._cities = tuple(
            place for place in self._places.values() if level(place.path) is Level.CITY
        )
        self._coverage = Coverage(self._cities)
        self._held: dict[str, int] = {}
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

    def everything(self) -> Sequence[Place]:
        """Return every country, state and city in the order of paths."""
        return tuple(self._places.values())

    def held(self, path: str) -> int:
        """Return the bytes that the code of a place's own plugin holds on to."""
        modules = [each for link in self._links if link.path == path for each in link.modules]
        return sum(memory_usage(module) for module in modules)

    def look_for_leaks(self) -> None:
        """Record a fault for each plugin whose code holds on to far more than at the last look."""
        for link in self._links:
            held = sum(memory_usage(module) for module in link.modules)
            if held >= 2 * max(self._held.get(link.path, 0), LEAST_LEAK):
                self._held[link.path] = held
                self.faults.record(link.path, "memory", f"it holds {held >> 20} MB")

    def close(self) -> None:
        """Stop the plugins' threads."""
        for link in self._links:
            link.stop()
