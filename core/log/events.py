"""The log: every change that somebody may watch, numbered per city without gaps.

A number is taken by locking the city's row in `city_log` until the transaction ends. So of two
writers the second waits for the first's commit, numbers are visible in order, and one that is
rolled back leaves no gap: which a sequence, that numbers before the commit, cannot promise.
"""

import json
from collections.abc import Mapping, Sequence

from core.actions.models import Action
from core.advisories.models import Advisory
from core.alerts.models import Alert
from core.log.models import CityLog, Event
from core.paths import Level, city_of, level
from core.reports.models import Report
from core.storage import rows
from core.storage.conditions import Condition, above, equals, for_dialect, within
from core.storage.connection import current_database
from core.storage.insert import TAKE_NUMBER
from core.storage.rows import Row, Wanted

_COUNT_ON = (
    "ON CONFLICT (city) DO UPDATE SET last_number = city_log.last_number + 1 "
    "RETURNING city, last_number"
)
_TAKE_NUMBERS = {
    "postgres": "INSERT INTO city_log (city, last_number) "  # noqa: S608 - no value in it
    f"SELECT path, 1 FROM unnest($1::text[]) AS path {_COUNT_ON}",
    "sqlite": "INSERT INTO city_log (city, last_number) "  # noqa: S608 - no value in it
    f"SELECT value, 1 FROM json_each(?) WHERE true {_COUNT_ON}",
}


async def next_number(city: str) -> int:
    """Take the city's next number; until the transaction ends, the city's other writers wait."""
    opened = current_database()
    statement = for_dialect(TAKE_NUMBER, opened.capabilities.dialect)
    taken = await opened.execute_query_dict(statement, [city])
    return taken[0]["last_number"]


async def next_numbers(cities: Sequence[str]) -> dict[str, int]:
    """Take the next number of each of many cities, in one statement.

    They are locked in the order of their paths, so that two who do this wait for one another.
    """
    opened = current_database()
    dialect = opened.capabilities.dialect
    values: object = sorted(cities) if dialect == "postgres" else json.dumps(sorted(cities))
    taken = await opened.execute_query_dict(_TAKE_NUMBERS[dialect], [values])
    return {row["city"]: row["last_number"] for row in taken}


async def append(
    number: int,
    action: Action,
    subject: Report | Alert,
    *,
    previous_place: str | None = None,
) -> Event:
    """Write the event under a number that `next_number` gave in the same transaction."""
    event = event_of(number, action, subject, previous_place=previous_place)
    await event.save(force_create=True)
    return event


def event_of(
    number: int,
    action: Action,
    subject: Report | Alert | Advisory,
    *,
    city: str | None = None,
    previous_place: str | None = None,
) -> Event:
    """Return the line that tells of an action, in the log of `city` or of the subject's own."""
    return Event(
        city=city or subject.city,
        number=number,
        place=subject.place,
        previous_place=previous_place,
        action_id=action.id,
        report_id=subject.id if isinstance(subject, Report) else None,
        alert_id=subject.id if isinstance(subject, Alert) else None,
        advisory_id=subject.id if isinstance(subject, Advisory) else None,
    )


_HEAD = Wanted(CityLog, ("city", "last_number"))
_EVENT = Wanted(
    Event,
    (
        "city",
        "number",
        "place",
        "previous_place",
        "action_id",
        "report_id",
        "alert_id",
        "advisory_id",
    ),
)


_OF_AN_ADVISORY = Condition("advisory_id IS NOT NULL")


async def heads(scope: str) -> dict[str, int]:
    """Return the last number of every city in the scope whose log has begun."""
    city = city_of(scope)
    condition = within("city", city) if level(scope) < Level.CITY else equals("city", city)
    return {row.city: row.last_number for row in await rows.read(_HEAD, condition)}


async def read(
    city: str,
    after: int,
    *,
    scope: str | None = None,
    subject: Mapping[str, object] | None = None,
    advisories: bool = False,
    limit: int = 200,
) -> list[Row]:
    """Return up to `limit` events of a city past a number, in order.

    `scope` narrows to a station (events that left it, and advisories, included), `subject` to one
    report or alert, `advisories` to those.
    """
    condition = equals("city", city) & above("number", after)
    if scope is not None and level(scope) > Level.CITY:
        condition &= within("place", scope) | within("previous_place", scope) | _OF_AN_ADVISORY
    for column, value in (subject or {}).items():
        condition &= equals(column, value)
    if advisories:
        condition &= _OF_AN_ADVISORY
    return await rows.read(_EVENT, condition, "number", limit)
