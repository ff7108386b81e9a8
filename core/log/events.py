"""The log: every change that somebody may watch, numbered per city without gaps.

A number is taken by locking the city's row in `city_log` until the transaction ends. So of two
writers the second waits for the first's commit, numbers are visible in order, and one that is
rolled back leaves no gap: which a sequence, that numbers before the commit, cannot promise.
"""

from collections.abc import Collection
from uuid import UUID

from core.log.models import CityLog, Event
from core.paths import Level, city_of, level
from core.storage import rows
from core.storage.conditions import Condition, above, equals, within
from core.storage.rows import Row, Wanted

_HEAD = Wanted(CityLog, ("city", "last_number"))
_EVENT = Wanted(
    Event,
    (
        "city",
        "number",
        "place",
        "previous_place",
        "action_id",
        "subject_type",
        "subject_id",
    ),
)


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
    subject_id: UUID | None = None,
    subject_type: str | None = None,
    reaching_below: Collection[str] = (),
    limit: int = 200,
) -> list[Row]:
    """Return up to `limit` events of a city past a number, in order.

    `scope` narrows to a station: events that left it included, and those of subjects that reach
    below their place. `subject_id` and `subject_type` narrow to those of one subject or one kind.
    """
    condition = equals("city", city) & above("number", after)
    if scope is not None and level(scope) > Level.CITY:
        condition &= within("place", scope) | within("previous_place", scope) | _of(reaching_below)
    if subject_id is not None:
        condition &= equals("subject_id", subject_id)
    if subject_type is not None:
        condition &= _of([subject_type])
    return await rows.read(_EVENT, condition, "number", limit)


def _of(subject_types: Collection[str]) -> Condition:
    # Names in the code, no parameters: so a partial index can answer.
    names = ", ".join(f"'{name}'" for name in sorted(subject_types))
    return Condition(f"subject_type IN ({names})" if names else "false")
