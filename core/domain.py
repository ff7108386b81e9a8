"""The dependencies of use cases, which `server.py` passes in."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from core.clock import Clock, now
from core.log.cursors import CursorSeal
from core.log.notifier.notifier import Notifier
from core.log.subjects import Subject, Subjects
from core.media import MediaStore
from core.paths import Level, chain, city_of, is_within, level
from core.places.city import Cities, City, station_at
from core.problems import UnknownPlace
from core.storage.rows import Row


@dataclass(frozen=True, slots=True)
class Domain:
    """The cities, the subjects, the notifier, the media store, the server's key and the clock."""

    cities: Cities
    subjects: Subjects
    notifier: Notifier
    media: MediaStore
    key: bytes = field(repr=False)
    seal: CursorSeal
    clock: Clock = now

    def city(self, path: str, place_field: tuple[str | int, ...]) -> City:
        """Return the city, state or country with this path; raises `UnknownPlace`."""
        city = self.cities.get(path)
        if city is None:
            raise UnknownPlace(
                "No place has this path. `cities` lists the known places.", place_field
            )
        return city

    def city_of_known(self, place: str, place_field: tuple[str | int, ...]) -> City:
        """Return the city of a place, or the state or country itself.

        Raises `UnknownPlace`, also for an unknown station.
        """
        city = self.city(city_of(place), place_field)
        if level(place) is Level.STATION and station_at(city, place) is None:
            raise UnknownPlace("Unknown station.", place_field)
        return city

    def nearest(self, path: str) -> City | None:
        """Return a place or, if its plugin was removed, the nearest place above it."""
        found = (self.cities.get(each) for each in reversed(chain(path)))
        return next((each for each in found if each is not None), None)

    def logs_of(self, subject: Subject, row: Row) -> Sequence[str]:
        """Return the cities whose logs get the events of a subject, its own first.

        For a subject that reaches below its place, these include all states and cities there.
        """
        if not subject.reaches_below:
            return (row.city,)
        below = {
            path
            for city in self.cities.all()
            for path in chain(city.path)
            if is_within(path, row.place)
        }
        return (row.city, *sorted(below - {row.city}))

    def notify(self, logs: Sequence[str]) -> None:
        """Notify readers that the logs of these cities have grown."""
        for city in logs:
            self.notifier.notify(city)
