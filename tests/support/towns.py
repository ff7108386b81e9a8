"""Cities that only have a path, a description and stations."""

from collections.abc import Sequence
from typing import Any

from core.domain import Domain
from core.places.description import PlaceDescription
from core.places.stations import STATIONS, Station
from core.subjects import SUBJECTS


class Town:
    """A city, as far as its description and its stations are asked for."""

    def __init__(
        self, path: str, stations: Sequence[Station] = (), time_zone: str | None = None
    ) -> None:
        self.path = path
        self.description = PlaceDescription(path, {"en": "Town"}, time_zone=time_zone)
        self._stations = stations

    def __getitem__(self, catalogue: object) -> Any:
        assert catalogue is STATIONS
        return STATIONS.merge([tuple(self._stations)])


def domain_of(*towns: Town) -> Domain:
    """Return a domain that has these cities and no services."""
    cities: Any = {town.path: town for town in towns}
    nothing: Any = None
    return Domain(
        cities=cities, subjects=SUBJECTS, notifier=nothing, media=nothing, key=b"", seal=nothing
    )
