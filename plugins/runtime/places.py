"""All places of this server, with the merged answers of their plugins."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.paths import Level, chain, level
from core.places.catalogue import Catalogue, Merged, Row
from core.places.description import FEATURES, Feature, PlaceDescription
from core.places.routing import ROUTING, Route, RoutingStep
from core.places.stations import STATIONS
from core.places.vehicle_record import RegisterUnavailable, VehicleRecord
from core.position import Position
from plugins.contract.areas import Areas
from plugins.runtime.chain import Chain, Link, NoAnswer
from plugins.runtime.claims import Claim, Refused
from plugins.runtime.coverage import Coverage
from plugins.runtime.isolation import Faults
from plugins.runtime.memory import memory_usage

DEFAULTS = ""
"""The path of the defaults, the last plugin of every chain."""
OTHER_PLATE = "the answer names a plate that was not asked about"
LEAST_LEAK = 8 << 20
"""Bytes. A plugin that uses twice as much gets a fault, and another whenever that doubles."""
COUNTRY_LIMIT = 300_000.0
"""Metres from the nearest city up to which a position counts as in that city's country."""


@dataclass(frozen=True, slots=True)
class Facts:
    """A place's data, loaded at start: the merged lists by catalogue, and its stations' areas."""

    listed: Mapping[Catalogue[Any, Any], Any]
    areas: Areas


class Place:
    """A country, state or city; implements `core.places.city.City`."""

    def __init__(
        self, description: PlaceDescription, facts: Facts, plugin_chain: Chain, order: int = 0
    ) -> None:
        self.description = description
        self.order = order
        """The index of its source, in loading order."""
        self._facts = facts
        self._chain = plugin_chain

    @property
    def path(self) -> str:
        """The place's path."""
        return self.description.path

    @property
    def features(self) -> frozenset[Feature]:
        """Its own features, or else those of its deployment."""
        return self.description.features or FEATURES[self.description.deployment]

    def __getitem__(self, catalogue: Catalogue[Row, Merged]) -> Merged:
        """Return what it lists; an empty collection if it lacks the catalogue's feature."""
        if catalogue.feature is not None and catalogue.feature not in self.features:
            return catalogue.merge(())
        return self._facts.listed[catalogue]

    @property
    def areas(self) -> Areas:
        """The areas of its stations; may be empty."""
        return self._facts.areas

    @property
    def chain_paths(self) -> frozenset[str]:
        """The paths of the plugins in its chain; the path of the defaults is empty."""
        return frozenset(link.path for link in self._chain.links)

    def links_with(self, hook: str) -> Sequence[str]:
        """Return the paths of the plugins in its chain with a hook, without the defaults."""
        return [link.path for link in self._chain.links if link.path and hook in link.hooks]

    async def route_report(self, category: str, position: Position) -> Route | None:
        """Return the station that gets a report; `None` leaves it with the city."""
        return await self._route_report(self._chain, category, position, ())

    async def route_report_by(
        self, link: str, category: str, position: Position, steps: Sequence[RoutingStep] = ()
    ) -> Route | None:
        """Route a report with one plugin of the chain, and only some steps; for `city try`."""
        return await self._route_report(self._chain.only(link), category, position, steps)

    async def _route_report(
        self, plugin_chain: Chain, category: str, position: Position, steps: Sequence[RoutingStep]
    ) -> Route | None:
        if not self[STATIONS]:
            return None
        return await plugin_chain.first(
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
        """Return the station that gets an alert; `None` leaves it with the city."""
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
        """Query the chain's services for a plate in normal form; raises `RegisterUnavailable`."""
        try:
            return await self._chain.first(
                "look_up_vehicle",
                VehicleRecord,
                # A citizen sent the plate: the logged fault must not contain it.
                lambda record: None if record.plate == plate else OTHER_PLATE,
                plate=plate,
            )
        except NoAnswer:
            raise RegisterUnavailable from None

    def _unknown_station(self, route: Route) -> str | None:
        if route.station in self[STATIONS]:
            return None
        return f"the answer names the station {route.station}, which the city does not have"


class Places:
    """Finds places by path and by position; implements `core.places.city.Cities`."""

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
        """The folder and source of each place that has a folder."""
        self.folders: dict[str, Path] = {path: each.folder for path, each in claims.items()}
        self.refused = tuple(refused)
        """Folders that are not used, because they claim what another has."""
        self.reduced = tuple(reduced)
        """Paths of full cities that run light, or are not loaded, because of faults."""
        self.catalogues = tuple(catalogues)
        """The lists that were collected for each place."""
        self._places = dict(sorted(places.items()))
        self._cities = tuple(
            place for place in self._places.values() if level(place.path) is Level.CITY
        )
        self._coverage = Coverage(self._cities)
        self._reported_memory: dict[str, int] = {}
        self._links = tuple(links)

    def get(self, path: str) -> Place | None:
        """Return the country, state or city with this path."""
        return self._places.get(path)

    def at(self, position: Position) -> Place | None:
        """Return the city that covers the position, or `None`."""
        city = self._coverage.at(position)
        return self._places[city.path] if city is not None else None

    def country_at(self, position: Position) -> Place | None:
        """Return the country of the nearest city within `COUNTRY_LIMIT`, or `None`."""
        city = self._coverage.nearest(position, COUNTRY_LIMIT)
        return self._places[chain(city.path)[0]] if city is not None else None

    def all(self) -> Sequence[Place]:
        """Return every city in the order of paths."""
        return self._cities

    def everything(self) -> Sequence[Place]:
        """Return every country, state and city in the order of paths."""
        return tuple(self._places.values())

    def memory_of(self, path: str) -> int:
        """Return the bytes that the code of a place's own plugin uses."""
        modules = [each for link in self._links if link.path == path for each in link.modules]
        return sum(memory_usage(module) for module in modules)

    def look_for_leaks(self) -> None:
        """Record a fault for each plugin whose memory doubled since its last such fault."""
        for link in self._links:
            used = sum(memory_usage(module) for module in link.modules)
            if used >= 2 * max(self._reported_memory.get(link.path, 0), LEAST_LEAK):
                self._reported_memory[link.path] = used
                message = f"plugin.py uses {used >> 20} MB: limit its caches"
                self.faults.record(link.path, "memory", message)

    def close(self) -> None:
        """Stop the plugins' threads."""
        for link in self._links:
            link.stop()
