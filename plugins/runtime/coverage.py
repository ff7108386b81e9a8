"""Which city covers a position: a grid of one-degree cells over the cities' circles."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from math import cos, floor, radians
from typing import Generic, Protocol, TypeVar

from core.places.description import Deployment, PlaceDescription
from core.position import METRES_PER_DEGREE, Position, distance

_MARGIN, _HAIR = 1.001, 1e-6
"""Factor and degrees added to a circle's bounds, against rounding errors."""

_LIGHT = float("inf")
"""The rank of light cities: after every full city."""

Cell = tuple[int, int]


class Covering(Protocol):
    """A city, as far as coverage needs it."""

    @property
    def path(self) -> str:
        """The city's path."""
        ...

    @property
    def description(self) -> PlaceDescription:
        """Position, radius and deployment."""
        ...

    @property
    def order(self) -> int:
        """The order of its source; a full city of an earlier source keeps its whole circle."""
        ...


C = TypeVar("C", bound=Covering)


class Coverage(Generic[C]):
    """Finds the city for a position. Cities without a position are never found."""

    def __init__(self, cities: Iterable[C]) -> None:
        self._centres: dict[Cell, list[C]] = defaultdict(list)
        self._circles: dict[Cell, list[C]] = defaultdict(list)
        for city in cities:
            centre = city.description.position
            if centre is None:
                continue
            self._centres[_cell(centre.latitude, centre.longitude)].append(city)
            for cell in _touched(centre, city.description.radius or 0.0):
                self._circles[cell].append(city)

    def at(self, position: Position) -> C | None:
        """Return the city whose circle contains the position.

        If there are several: a full city before a light one, then the one loaded earlier, then the
        one with the nearest centre. But a light city of another state, loaded earlier than the
        full city, keeps the positions that are nearer to its own centre.
        """
        covering = [
            (_rank(city), metres, city.path, city)
            for city in self._circles.get(_cell(position.latitude, position.longitude), ())
            if (metres := _metres(position, city)) <= (city.description.radius or 0.0)
        ]
        if len(covering) < 2:
            return covering[0][3] if covering else None
        covering.sort(key=lambda found: found[:3])
        rank, metres, _, first = covering[0]
        if 0 < rank < _LIGHT:
            light = next((found for found in covering if found[0] == _LIGHT), None)
            if light and light[1] < metres and _is_earlier(light[3], first):
                return light[3]
        return first

    def nearest(self, position: Position, limit: float) -> C | None:
        """Return the nearest city whose centre is within `limit` metres."""
        rings = int(limit / METRES_PER_DEGREE) + 1
        near = [(_metres(position, city), city.path, city) for city in self._near(position, rings)]
        best = min(near, default=None, key=lambda found: found[:2])
        return best[2] if best is not None and best[0] <= limit else None

    def _near(self, position: Position, rings: int) -> Iterator[C]:
        row, column = _cell(position.latitude, position.longitude)
        # Degrees of longitude get shorter towards the poles, so the same distance needs more.
        columns = min(180, int(rings / max(cos(radians(position.latitude)), 0.01)) + 1)
        for north in range(row - rings, row + rings + 1):
            for east in range(column - columns, column + columns + 1):
                yield from self._centres.get((north, _normalised(east)), ())


def keeps_ground(earlier: PlaceDescription, later: PlaceDescription) -> bool:
    """Tell whether a city keeps its area from a later one: not a light city of the same state."""
    full = earlier.deployment is Deployment.FULL
    return full or _state_of(earlier.path) != _state_of(later.path)


def _state_of(path: str) -> str:
    return path.rpartition("/")[0]


def _is_earlier(light: Covering, full: Covering) -> bool:
    return light.order < full.order and keeps_ground(light.description, full.description)


def _rank(city: Covering) -> float:
    return _LIGHT if city.description.deployment is Deployment.LIGHT else city.order


def _metres(position: Position, city: Covering) -> float:
    centre = city.description.position
    return distance(position, centre) if centre is not None else float("inf")


def _touched(centre: Position, radius: float) -> Iterator[Cell]:
    """Yield the cells that a circle touches, and possibly a few more."""
    north = radius / METRES_PER_DEGREE * _MARGIN + _HAIR
    southmost, northmost = centre.latitude - north, centre.latitude + north
    widest = cos(radians(max(abs(southmost), abs(northmost)))) if abs(northmost) < 90 else 0.0
    east = min(180.0, north / widest) if southmost > -90 and widest > 0 else 180.0
    columns = {
        _normalised(column)
        for column in range(floor(centre.longitude - east), floor(centre.longitude + east) + 1)
    }
    for row in range(floor(southmost), floor(northmost) + 1):
        for column in columns:
            yield row, column


def _cell(latitude: float, longitude: float) -> Cell:
    return floor(latitude), _normalised(floor(longitude))


def _normalised(column: int) -> int:
    """Return a column normalised to -180 to 179."""
    return (column + 180) % 360 - 180
