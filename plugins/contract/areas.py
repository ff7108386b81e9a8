"""Find the station whose area contains a position, with a spatial index (STRtree).

A position on the edge of an area is inside. If areas overlap or share an edge, the first in the
file is used. A position in a gap belongs to no area: the next routing step decides.
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
    """A geometry is not a valid area; the message says why."""


class Areas:
    """The areas of a city's stations, searchable by position."""

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
        """Return the centre of the bounding box of all areas, or `None` without areas."""
        if not self._stations:
            return None
        west, south, east, north = shapely.GeometryCollection(self._polygons).bounds
        return Position((south + north) / 2, (west + east) / 2)

    def station_at(self, position: Position) -> str | None:
        """Return the code of the station whose area contains the position, or `None`."""
        if not self._stations:
            return None
        point = shapely.Point(position.longitude, position.latitude)
        near: list[int] = self._tree.query(point).tolist()
        containing = [index for index in near if self._polygons[index].intersects(point)]
        return self._stations[min(containing)] if containing else None


def check_area(area: StationArea, stations: Mapping[str, Station]) -> None:
    """Raise `WrongGeometry` if the area names an unknown station or is not a valid area."""
    if area.station not in stations:
        raise WrongGeometry(f"{area.station}: no station of this city has this code")
    try:
        polygons_of(area.geometry)
    except WrongGeometry as error:
        raise WrongGeometry(f"{area.station}: {error}") from None


def polygons_of(geometry: object) -> BaseGeometry:
    """Return a GeoJSON geometry (RFC 7946, 3.1) as polygons; raises `WrongGeometry`."""
    kind = _kind_of(geometry)
    if kind not in AREAL:
        what = "the value" if kind is None else f"a {kind}"
        raise WrongGeometry(f"{what} is not an area: use Polygon or MultiPolygon")
    given: Any = geometry
    try:
        made = _shapely.force_2d(shape(given))
    except Exception:
        raise WrongGeometry("the coordinates cannot be read") from None
    if made.is_empty or not any(True for _ in _pieces(made)):
        raise WrongGeometry("the geometry contains no polygon")
    west, south, east, north = made.bounds
    if west < -180 or east > 180 or south < -90 or north > 90:
        raise WrongGeometry(
            "coordinates out of range: longitude comes first, then latitude, in degrees"
        )
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
    """Yield each polygon by itself: small bounding boxes make the index selective."""
    if geometry.geom_type == "Polygon":
        yield geometry
    for part in getattr(geometry, "geoms", ()):
        yield from _pieces(part)
