"""Which city covers a position: a grid of one-degree cells over the cities' circles."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from math import cos, floor, radians

from core.city import City, Deployment
from core.position import Position, distance

METRES_PER_DEGREE = 111_195.0


class Coverage:
    """Finds the city for a position; built once from all cities that have a position."""

    def __init__(self, cities: Iterable[City]) -> None:
        self._cells: dict[tuple[int, int], list[City]] = defaultdict(list)
        for city in cities:
            if city.description.position is not None:
                self._cells[_cell(city.description.position)].append(city)

    def at(self, position: Position) -> City | None:
        """Return the city whose circle holds the position.

        Of several, a full one before a light one, then the one whose centre is nearest.
        """
        covering = [
            (city.description.deployment is Deployment.LIGHT, metres, city.path, city)
            for metres, city in self._within(position, 1)
            if metres <= (city.description.radius or 0)
        ]
        return min(covering)[3] if covering else None

    def nearest(self, position: Position, limit: float) -> City | None:
        """Return the nearest city within `limit` metres."""
        rings = int(limit / METRES_PER_DEGREE) + 1
        near = [(metres, city.path, city) for metres, city in self._within(position, rings)]
        best = min(near, default=None, key=lambda found: found[:2])
        return best[2] if best is not None and best[0] <= limit else None

    def _within(self, position: Position, rings: int) -> Iterator[tuple[float, City]]:
        row, column = _cell(position)
        # Degrees of longitude shrink towards the poles, so more of them are as wide.
        columns = min(180, int(rings / max(cos(radians(position.latitude)), 0.01)) + 1)
        for north in range(row - rings, row + rings + 1):
            for east in range(column - columns, column + columns + 1):
                for city in self._cells.get((north, (east + 180) % 360 - 180), ()):
                    if city.description.position is not None:
                        yield distance(position, city.description.position), city


def _cell(position: Position) -> tuple[int, int]:
    return floor(position.latitude), (floor(position.longitude) + 180) % 360 - 180
