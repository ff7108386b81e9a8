"""Find open reports and alerts of stations that a city no longer has; no officer sees them."""

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
    """The URL has no usable database; the message says why and what to do."""


async def check_database(places: Places, subjects: Subjects, path: str, url: str) -> list[Finding]:
    """Return a finding for each missing station with open reports or alerts, below a path.

    Raises `NoDatabase`.
    """
    _require_file(url)
    try:
        async with database.opened(url):
            pending = await database.pending_migrations()
            if pending:
                raise NoDatabase("The database is not up to date. Run: server.py migrate")
            cities = [each for each in places.all() if is_within(each.path, path)]
            return [found for each in cities for found in await _gone(places, subjects, each)]
    except OSError as error:
        # The URL may contain a password.
        raise NoDatabase(
            f"The database cannot be reached ({type(error).__name__}). Check its URL and that it "
            "is running."
        ) from None


def _require_file(url: str) -> None:
    if database.is_embedded(url) and not Path(url.removeprefix("sqlite://")).is_file():
        raise NoDatabase("There is no database file. Give its URL: city check PATH --database URL")


async def _gone(places: Places, subjects: Subjects, city: Place) -> Sequence[Finding]:
    folder = places.folders.get(city.path, Path(city.path))
    gone = await stations_gone(subjects, city)
    return [_finding(folder, place, counts) for place, counts in gone.items()]


def _finding(folder: Path, place: str, counts: Counter[str]) -> Finding:
    code = place.rpartition("/")[2]
    what = " and ".join(
        f"{count} open {name.lower()}{'s' * (count > 1)}" for name, count in sorted(counts.items())
    )
    message = f"the station {code} no longer exists, but has {what}"
    fix = f'add former_codes = ["{code}"] to the station that takes over, or refer them first'
    return Finding(folder / "stations.toml", None, RULE, message, fix)
