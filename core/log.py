"""The log: every change that somebody may watch, numbered per city without gaps.

A number is taken by locking the city's row in `city_log` until the transaction ends. So of two
writers the second waits for the first's commit, numbers are visible in order, and one that is
rolled back leaves no gap: which a sequence, that numbers before the commit, cannot promise.
"""

from collections.abc import Mapping
from typing import Any, cast

from tortoise.context import require_context
from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from core.listing import within
from core.models import Action, Alert, CityLog, Event, Report
from core.places import Level, city_of, level

_NEXT_NUMBER = {
    "sqlite": (
        "INSERT INTO city_log (city, last_number) VALUES (?, 1) "
        "ON CONFLICT (city) DO UPDATE SET last_number = city_log.last_number + 1 "
        "RETURNING last_number"
    ),
    "postgres": (
        "INSERT INTO city_log (city, last_number) VALUES ($1, 1) "
        "ON CONFLICT (city) DO UPDATE SET last_number = city_log.last_number + 1 "
        "RETURNING last_number"
    ),
}


async def next_number(city: str) -> int:
    """Take the city's next number; until the transaction ends, the city's other writers wait."""
    database = require_context().db()
    rows = await cast("Any", database).execute_query_dict(
        _NEXT_NUMBER[database.capabilities.dialect], [city]
    )
    return rows[0]["last_number"]


async def append(
    number: int,
    action: Action,
    subject: Report | Alert,
    *,
    previous_place: str | None = None,
) -> Event:
    """Write the event under a number that `next_number` gave in the same transaction."""
    return await Event.create(
        city=subject.city,
        number=number,
        place=subject.place,
        previous_place=previous_place,
        action_id=action.id,
        report_id=subject.id if isinstance(subject, Report) else None,
        alert_id=subject.id if isinstance(subject, Alert) else None,
    )


async def heads(scope: str) -> dict[str, int]:
    """Return the last number of every city in the scope whose log has begun."""
    city = city_of(scope)
    rows = CityLog.filter(within("city", city) if level(scope) < Level.CITY else Q(city=city))
    return {row.city: row.last_number for row in await rows}


async def read(
    city: str,
    after: int,
    *,
    scope: str | None = None,
    subject: Mapping[str, object] | None = None,
    limit: int = 200,
) -> list[Event]:
    """Return up to `limit` events of a city past a number, in order, with action and subject.

    `scope` narrows to a station (events that left it included), `subject` to one report or alert.
    """
    query: QuerySet[Event] = Event.filter(city=city, number__gt=after)
    if scope is not None and level(scope) > Level.CITY:
        query = query.filter(within("place", scope) | within("previous_place", scope))
    if subject:
        query = query.filter(**subject)
    return await query.order_by("number").limit(limit).select_related("action", "report", "alert")
