"""What still lies with stations that a city has no more: nobody of theirs would see it."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from core.actions.former_stations import stations_gone
from core.log.subjects import Subjects
from core.paths import is_within
from core.storage import database
from plugins.runtime.places import Place, Places
from plugins.tools.findings import Finding

RULE = "station-gone"


class NoDatabase(Exception):
    """There is no database of this server under the URL; the text says what there is."""


async def check_database(places: Places, subjects: Subjects, path: str, url: str) -> list[Finding]:
    """Say which stations are gone in the cities of a path that open things name.

    Raises `NoDatabase`.
    """
    _require_file(url)
    try:
        async with database.opened(url):
            pending = await database.pending_migrations()
            if pending:
                raise NoDatabase(f"The database lacks {', '.join(pending)}: run server.py migrate.")
            cities = [each for each in places.all() if is_within(each.path, path)]
            return [found for each in cities for found in await _gone(places, subjects, each)]
    except OSError as error:
        # The URL may hold a password.
        raise NoDatabase(f"The database cannot be reached: {type(error).__name__}.") from None


def _require_file(url: str) -> None:
    if database.is_embedded(url) and not Path(url.removeprefix("sqlite://")).is_file():
        raise NoDatabase("There is no database file. Name one: city check PATH --database URL")


async def _gone(places: Places, subjects: Subjects, city: Place) -> Sequence[Finding]:
    folder = places.folders.get(city.path, Path(city.path))
    gone = await stations_gone(subjects, city)
    return [_finding(folder, place, counts) for place, counts in gone.items()]


def _finding(folder: Path, place: str, counts: Counter[str]) -> Finding:
    code = place.rpartition("/")[2]
    what = " and ".join(
        f"{count} open {name.lower()}{'s' * (count > 1)}" for name, count in sorted(counts.items())
    )
    message = f"{code} is no station any more, and has {what}"
    fix = f'write former_codes = ["{code}"] at the station that takes over, or refer them first'
    return Finding(folder / "stations.toml", None, RULE, message, fix)
