"""Police stations and control rooms of a city."""

from typing import Any

import strawberry

from core.languages import DEFAULT_LANGUAGE, lookup
from core.places.city import station_at
from core.places.opening_hours import is_open
from core.places.stations import Beat as BeatOfDomain
from core.places.stations import PublicLine as PublicLineOfDomain
from core.places.stations import Station as StationOfDomain
from core.storage.rows import Row
from schema.base.context import Info
from schema.base.position import Position, position_of
from schema.base.row import reads
from schema.base.selection import DEPENDS_ON_CLOCK
from schema.base.value import OfValue
from schema.base.words import Language, name_field


@strawberry.type(description="A public telephone line of an office.")
class PublicLine(OfValue):
    """Read from `core.places.stations.PublicLine`."""

    domain_class = PublicLineOfDomain

    name: str = name_field("The name of the office.")
    number: str = strawberry.field(description="Its number.")


@strawberry.type(description="A part of a station's area.")
class Beat(OfValue):
    """Read from `core.places.stations.Beat`."""

    domain_class = BeatOfDomain

    code: str = strawberry.field(description="Its code within the station.")
    name: str = name_field("Its name.")
    lines: list[PublicLine] = strawberry.field(
        description="Public telephone lines of the officers who patrol it."
    )


@strawberry.type(description="A police station or control room.")
class Station:
    """A station together with the path of its city."""

    path: str = strawberry.field(description="Its path: the city's path and its own code.")
    code: str = strawberry.field(description="Its code within the city.")
    station: strawberry.Private[StationOfDomain]
    control_room: bool = strawberry.field(description="Whether it is the city's control room.")
    numbers: list[str] = strawberry.field(description="Its public telephone numbers.")
    position: Position | None = strawberry.field(description="Its position, if public.")

    @strawberry.field(description="Its name.")
    def name(self, language: Language = DEFAULT_LANGUAGE) -> str:
        """Return the name in the requested language."""
        return lookup(self.station.names, language)

    @strawberry.field(description="Its postal address, if known.")
    def address(self) -> str | None:
        """Return the address."""
        return self.station.address

    @strawberry.field(description="Its zone, circle or division.")
    def zone(self) -> str | None:
        """Return the zone."""
        return self.station.zone

    @strawberry.field(description="When it is open, in the opening-hours format of OpenStreetMap.")
    def hours(self) -> str:
        """Return the hours."""
        return self.station.hours

    @strawberry.field(
        description="Whether it is open now by its hours; null if they do not say. Public holidays "
        "are not considered.",
        metadata={DEPENDS_ON_CLOCK: True},
    )
    def open_now(self, info: Info) -> bool | None:
        """Compare the hours with the city's local time."""
        city = info.context.domain.cities.get(self.path.rpartition("/")[0])
        time_zone = city.description.time_zone if city is not None else None
        return is_open(self.station.hours, info.context.domain.clock(), time_zone)

    @strawberry.field(
        description="Public telephone lines of its offices.", graphql_type=list[PublicLine]
    )
    def lines(self) -> list[PublicLineOfDomain]:
        """Return the lines."""
        return list(self.station.lines)

    @strawberry.field(description="The beats of its area.", graphql_type=list[Beat])
    def beats(self) -> list[BeatOfDomain]:
        """Return the beats."""
        return list(self.station.beats)


_STATIONS: dict[str, Station] = {}


def station_of(city_path: str, station: StationOfDomain) -> Station:
    """Return the type for a city's station; cached, since lists contain the same few stations."""
    path = f"{city_path}/{station.code}"
    known = _STATIONS.get(path)
    if known is None or known.station is not station:
        at = station.position
        known = _STATIONS[path] = Station(
            path=path,
            code=station.code,
            station=station,
            control_room=station.control_room,
            numbers=list(station.numbers),
            position=position_of(at.latitude, at.longitude) if at is not None else None,
        )
    return known


def _station_of_row(root: strawberry.Parent[Row], info: Info) -> Station | None:
    station = station_at(info.context.domain.cities.get(root.city), root.place)
    return station_of(root.city, station) if station is not None else None


def station_field(description: str) -> Any:
    """Make a field with the station of a row, by its `city` and `place`."""
    return strawberry.field(
        resolver=_station_of_row, description=description, metadata=reads("city", "place")
    )
