"""Which station's area holds a position: polygons in a tree of their bounds (STRtree).

A position on the edge of an area is in it; where two areas share the edge, or overlap, the one that
the file names first has it. A gap between areas belongs to none: the next step of routing decides.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Protocol

import shapely
from shapely import STRtree
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from core.places.stations import Station, StationArea
from core.position import Position


class _Shapely(Protocol):
    """A function of `shapely` whose options have no types."""

    def force_2d(self, geometry: BaseGeometry) -> BaseGeometry: ...


_shapely: _Shapely = shapely
AREAL: Final = frozenset({"Polygon", "MultiPolygon", "GeometryCollection"})


class WrongGeometry(ValueError):
    """A geometry is no area; the text says why."""


class Areas:
    """Finds the station whose area holds a position."""

    def __init__(self, areas: Sequence[StationArea] = ()) -> None:
        pieces = [
            (piece, area.station) for area in areas for piece in _pieces(polygons_of(area.geometry))
        ]
        self._stations: list[str] = [station for _, station in pieces]
        self._polygons: Any = [piece for piece, _ in pieces]
        shapely.prepare(self._polygons)
        self._tree = STRtree(self._polygons)

    def __bool__(self) -> bool:
        return bool(self._stations)

    def middle(self) -> Position | None:
        """Return the middle of all areas' bounds."""
        if not self._stations:
            return None
        west, south, east, north = shapely.GeometryCollection(self._polygons).bounds
        return Position((south + north) / 2, (west + east) / 2)

    def station_at(self, position: Position) -> str | None:
        """Return the code of the station whose area holds the position."""
        if not self._stations:
            return None
        point = shapely.Point(position.longitude, position.latitude)
        near: list[int] = self._tree.query(point).tolist()
        holding = [index for index in near if self._polygons[index].intersects(point)]
        return self._stations[min(holding)] if holding else None


def check_area(area: StationArea, stations: Mapping[str, Station]) -> None:
    """Raise `WrongGeometry` where an area is of no station of the city, or is no area."""
    if area.station not in stations:
        raise WrongGeometry(f"it is of {area.station}, which is no station")
    try:
        polygons_of(area.geometry)
    except WrongGeometry as error:
        raise WrongGeometry(f"it is of {area.station}: {error}") from None


def polygons_of(geometry: object) -> BaseGeometry:
    """Return a GeoJSON geometry (RFC 7946, 3.1) as areas; raises `WrongGeometry`."""
    kind = _kind_of(geometry)
    if kind not in AREAL:
        what = "this" if kind is None else f"a {kind}"
        raise WrongGeometry(f"{what} is no area: give a Polygon or MultiPolygon")
    given: Any = geometry
    try:
        made = _shapely.force_2d(shape(given))
    except Exception:
        raise WrongGeometry("its coordinates cannot be read") from None
    if made.is_empty or not any(True for _ in _pieces(made)):
        raise WrongGeometry("it holds no polygon")
    west, south, east, north = made.bounds
    if west < -180 or east > 180 or south < -90 or north > 90:
        raise WrongGeometry("its coordinates are no degrees: longitude comes first, then latitude")
    if not made.is_valid:
        raise WrongGeometry(shapely.is_valid_reason(made))
    return made


def _kind_of(geometry: object) -> str | None:
    match geometry:
        case {"type": str(kind)}:
            return kind
        case _:
            return None


def _pieces(geometry: BaseGeometry) -> Iterator[BaseGeometry]:
    """Yield the polygons of a geometry, so that the tree knows small bounds."""
    if geometry.geom_type == "Polygon":
        yield geometry
    for part in getattr(geometry, "geoms", ()):
        yield from _pieces(part)
