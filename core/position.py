"""Positions on the earth, and distances between them."""

from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt
from typing import Annotated

from annotated_types import Ge, Le

from core.problems import InvalidInput

EARTH_RADIUS = 6_371_008.8
"""Mean radius of the earth in metres (IUGG)."""
METRES_PER_DEGREE = 111_195.0
"""Metres per degree of latitude; of longitude, at the equator only."""


@dataclass(frozen=True, slots=True)
class Position:
    """A point in WGS 84: degrees north, degrees east."""

    latitude: Annotated[float, Ge(-90), Le(90)]
    longitude: Annotated[float, Ge(-180), Le(180)]


@dataclass(frozen=True, slots=True)
class Fix:
    """A position measured by a device; `accuracy` is a radius in metres, `None` if unknown."""

    position: Position
    accuracy: float | None = None


def parse_position(latitude: float, longitude: float, field: tuple[str | int, ...]) -> Position:
    """Return the position; raises `InvalidInput` with the coordinate that is out of range."""
    for name, value, limit in (("latitude", latitude, 90), ("longitude", longitude, 180)):
        if not -limit <= value <= limit:
            raise InvalidInput(
                "OUT_OF_RANGE",
                f"{name} must be between -{limit} and {limit} degrees.",
                (*field, name),
            )
    return Position(latitude, longitude)


def parse_fix(
    latitude: float, longitude: float, accuracy: float | None, field: tuple[str | int, ...]
) -> Fix:
    """Return the fix; raises `InvalidInput` with the field that is out of range."""
    if accuracy is not None and not 0 <= accuracy <= EARTH_RADIUS:
        raise InvalidInput(
            "OUT_OF_RANGE", "accuracy must be 0 or more (metres).", (*field, "accuracy")
        )
    return Fix(parse_position(latitude, longitude, field), accuracy)


def distance(one: Position, other: Position) -> float:
    """Return the great-circle distance in metres (haversine)."""
    north, east = (
        radians(other.latitude - one.latitude),
        radians(other.longitude - one.longitude),
    )
    chord = (
        sin(north / 2) ** 2
        + cos(radians(one.latitude)) * cos(radians(other.latitude)) * sin(east / 2) ** 2
    )
    return 2 * EARTH_RADIUS * asin(min(1.0, sqrt(chord)))
