"""Paths of places, and the prefix test that decides rights, plugin chains and notifications."""

import re
import unicodedata
from enum import IntEnum

from core.problems import InvalidInput

_PATH = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*(?:/[a-z0-9]+(?:-[a-z0-9]+)*){0,3}")
MAX_PATH_LENGTH = 160


class Level(IntEnum):
    """The level of a path: its number of segments."""

    COUNTRY = 1
    STATE = 2
    CITY = 3
    STATION = 4


def parse_path(path: str, field: tuple[str | int, ...] = ("path",)) -> str:
    """Return the path in normal form: lower case, without a slash at either end.

    Raises `InvalidInput` unless it has one to four segments of letters, digits and single hyphens,
    such as `india/chhattisgarh/raipur`.
    """
    normal = path.strip().strip("/").lower()
    if len(normal) > MAX_PATH_LENGTH or _PATH.fullmatch(normal) is None:
        raise InvalidInput(
            "MALFORMED",
            "Write a place as country/state/city, such as india/chhattisgarh/raipur.",
            field,
        )
    return normal


def is_path(path: str) -> bool:
    """Tell whether a text is a path in normal form."""
    return _PATH.fullmatch(path) is not None


def level(path: str) -> Level:
    """Return the level of a path: country, state, city or station."""
    return Level(path.count("/") + 1)


def is_within(path: str, scope: str) -> bool:
    """Tell whether `path` is `scope` or below it."""
    return path == scope or path.startswith(scope + "/")


def city_of(path: str) -> str:
    """Return the city of a station's path; shorter paths are returned unchanged."""
    return "/".join(path.split("/")[: Level.CITY])


def chain(path: str) -> tuple[str, ...]:
    """Return the path and its parents, the country first."""
    segments = path.split("/")
    return tuple("/".join(segments[: end + 1]) for end in range(len(segments)))


def slug(name: str) -> str:
    """Convert a name to a path segment: `Civil Lines` becomes `civil-lines`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")
