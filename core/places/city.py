"""Protocols of a city and of all places; `plugins` implements them."""

from collections.abc import Iterable
from typing import Protocol

from core.places.catalogue import Catalogue, Merged, Row
from core.places.description import Feature, PlaceDescription
from core.places.routing import Route
from core.places.stations import STATIONS, Station
from core.places.vehicle_record import VehicleRecord
from core.position import Position


class City(Protocol):
    """A country, state or city: data loaded at start, and hooks that may take time."""

    @property
    def description(self) -> PlaceDescription:
        """Names, codes, position and settings of the place."""
        ...

    @property
    def path(self) -> str:
        """The path of the place."""
        ...

    @property
    def features(self) -> frozenset[Feature]:
        """The features that it offers to citizens."""
        ...

    def __getitem__(self, catalogue: Catalogue[Row, Merged]) -> Merged:
        """Return one of its lists, as in `city[TARIFFS]`; empty if it lacks the list's feature."""
        ...

    async def route_report(self, category: str, position: Position) -> Route | None:
        """Return the station that gets a report; `None` assigns it to the city."""
        ...

    async def route_alert(self, position: Position | None) -> Route | None:
        """Return the station that gets an alert; `None` assigns it to the city."""
        ...

    async def look_up_vehicle(self, plate: str) -> VehicleRecord | None:
        """Query the city's own service for a plate in normal form; `None` if it has none.

        Raises `RegisterUnavailable`.
        """
        ...


def former_places(city: City) -> dict[str, str]:
    """Map the paths of a city's former stations to the paths of their present stations.

    A code that a station has now is not a former code. If two stations list a former code, the
    first is used.
    """
    return {
        f"{city.path}/{former}": f"{city.path}/{station.code}"
        for station in reversed(list(city[STATIONS].values()))
        for former in station.former_codes
        if former not in city[STATIONS]
    }


def station_at(city: City | None, place: str) -> Station | None:
    """Return the station with a path, or `None`."""
    return city[STATIONS].get(place.rpartition("/")[2]) if city is not None else None


class Cities(Protocol):
    """All countries, states and cities of this server."""

    def get(self, path: str) -> City | None:
        """Return the country, state or city with this path, or `None`."""
        ...

    def at(self, position: Position) -> City | None:
        """Return the city that covers a position, or `None`."""
        ...

    def country_at(self, position: Position) -> City | None:
        """Return the country of the nearest city, or `None` if that is too far away."""
        ...

    def all(self) -> Iterable[City]:
        """Return every city, in the order of their paths."""
        ...
