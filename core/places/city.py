"""What the core asks of a city; plugins implement these protocols."""

from collections.abc import Iterable
from typing import Protocol

from core.places.catalogue import Catalogue, Merged, Row
from core.places.description import Feature, PlaceDescription
from core.places.routing import Route
from core.places.stations import STATIONS, Station
from core.places.vehicle_record import VehicleRecord
from core.position import Position


class City(Protocol):
    """A city as the core sees it: data that is ready, and questions that may take a while."""

    @property
    def description(self) -> PlaceDescription:
        """Who the place is."""
        ...

    @property
    def path(self) -> str:
        """Where it lies."""
        ...

    @property
    def features(self) -> frozenset[Feature]:
        """What it offers to citizens."""
        ...

    def __getitem__(self, catalogue: Catalogue[Row, Merged]) -> Merged:
        """Return what it lists: `city[TARIFFS]`; nothing where it lacks the feature."""
        ...

    async def route_report(self, category: str, position: Position) -> Route | None:
        """Say which station gets a report; `None` leaves it with the city as a whole."""
        ...

    async def route_alert(self, position: Position | None) -> Route | None:
        """Say which station gets an alert; `None` leaves it with the city as a whole."""
        ...

    async def look_up_vehicle(self, plate: str) -> VehicleRecord | None:
        """Ask the city's own register for a plate in its normal form; `None` where it has none.

        Raises `RegisterAway`.
        """
        ...


def former_places(city: City) -> dict[str, str]:
    """Return the paths of a city's former stations, each with that of the station it is now.

    A code that a station has today is not a former one; of two that name it the first counts.
    """
    return {
        f"{city.path}/{former}": f"{city.path}/{station.code}"
        for station in reversed(list(city[STATIONS].values()))
        for former in station.former_codes
        if former not in city[STATIONS]
    }


def station_at(city: City | None, place: str) -> Station | None:
    """Return the station that a path names, if the city has it."""
    return city[STATIONS].get(place.rpartition("/")[2]) if city is not None else None


class Cities(Protocol):
    """All places of authority that this server answers for."""

    def get(self, path: str) -> City | None:
        """Return the city with this path."""
        ...

    def at(self, position: Position) -> City | None:
        """Return the city that covers a position."""
        ...

    def country_at(self, position: Position) -> City | None:
        """Return the country of the nearest known city, if that is not too far away."""
        ...

    def all(self) -> Iterable[City]:
        """Return every city, in the order of their paths."""
        ...
