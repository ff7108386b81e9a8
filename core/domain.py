"""What the domain is given to work with; the composition root hands it over."""

from dataclasses import dataclass, field

from core.bell import InProcessBell
from core.city import Cities, City
from core.clock import Clock, now
from core.cursors import CursorSeal
from core.media import MediaStore
from core.problems import UnknownPlace


@dataclass(frozen=True, slots=True)
class Domain:
    """The cities, the bell, the media store, the server's key and the time."""

    cities: Cities
    bell: InProcessBell
    media: MediaStore
    key: bytes = field(repr=False)
    seal: CursorSeal
    clock: Clock = now

    def city(self, path: str, place_field: tuple[str | int, ...]) -> City:
        """Return the city with this path, or raise `UnknownPlace`."""
        city = self.cities.get(path)
        if city is None:
            raise UnknownPlace(
                "No place with this path is known here. `cities` lists those that are.", place_field
            )
        return city
