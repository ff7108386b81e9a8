"""Police stations, their beats and areas."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Final

from annotated_types import Gt, Le, MaxLen

from core.formats import DottedSlug, LocalisedWords, PhoneNumber, Slug
from core.places.catalogue import Catalogue, by_code
from core.position import Position


@dataclass(frozen=True, slots=True)
class PublicLine:
    """A line of an office that the public may call; never that of a person."""

    names: LocalisedWords
    number: PhoneNumber


@dataclass(frozen=True, slots=True)
class Beat:
    """A part of a station's area, with the public lines of those who walk it."""

    code: Slug
    names: LocalisedWords
    lines: tuple[PublicLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Station:
    """A police station or the control room of a city.

    `desks` are the categories that come here wherever in the city they happened; a code stands
    for all below it. `radius` is how far around its position it answers, in metres; without one
    it answers wherever it is the nearest. `zone` is the zone, circle or division it belongs to;
    `hours` are in the opening-hours notation of OpenStreetMap. `former_codes` are those it had
    before, and those of stations merged into it: reports and calls for help there come to it.
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
    Give the police stations of a city and its control room.

    Called once at start, for cities with a plugin. The nearest answer wins. Without a right
    one, reports and alerts go to the city as a whole.
    """,
    own=True,
)
