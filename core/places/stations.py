"""Police stations, their beats and areas."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Final

from annotated_types import Gt, Le, MaxLen

from core.places.catalogue import Catalogue, by_code
from core.places.formats import DottedSlug, LocalisedWords, PhoneNumber, Slug
from core.position import Position


@dataclass(frozen=True, slots=True)
class PublicLine:
    """A public telephone number of an office, never of a person."""

    names: LocalisedWords
    number: PhoneNumber


@dataclass(frozen=True, slots=True)
class Beat:
    """A part of a station's area, with its public telephone numbers."""

    code: Slug
    names: LocalisedWords
    lines: tuple[PublicLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Station:
    """A police station or the control room of a city.

    `desks` are the categories whose reports the routing step `DESK` sends here, from the whole
    city, including the categories below them. `radius` is the distance from its position, in
    metres, within which it can be the nearest station; without it, there is no limit. `zone` is its
    zone, circle or division. `hours` are in OpenStreetMap's `opening_hours` format. `former_codes`
    are its earlier codes and those of stations merged into it; their reports and alerts move to it.
    """

    code: Slug
    names: LocalisedWords
    former_codes: tuple[Slug, ...] = ()
    position: Position | None = None
    radius: Annotated[float, Gt(0), Le(200_000)] | None = None
    numbers: tuple[PhoneNumber, ...] = ()
    desks: tuple[DottedSlug, ...] = ()
    control_room: bool = False
    address: Annotated[str, MaxLen(300)] | None = None
    zone: Annotated[str, MaxLen(100)] | None = None
    hours: Annotated[str, MaxLen(200)] = "24/7"
    lines: tuple[PublicLine, ...] = ()
    beats: tuple[Beat, ...] = ()


@dataclass(frozen=True, slots=True)
class StationArea:
    """The area of a station: a GeoJSON geometry (RFC 7946) of polygons."""

    station: Slug
    geometry: Mapping[str, object]


STATIONS: Final = Catalogue(
    hook="stations",
    row=Station,
    file="stations.toml",
    table="stations",
    merge=by_code,
    documentation="""
    Return the police stations of a city and its control room.

    Called once at start, on the city's own plugin only. Without stations, reports and alerts are
    assigned to the city itself.
    """,
    own=True,
)
