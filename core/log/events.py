"""Reading the log: the events of each city, numbered without gaps.

To take a number, a writer locks the city's row in `city_log` until its transaction ends. The next
writer waits for that commit. So numbers become visible in order, and a rollback leaves no gap. A
sequence guarantees neither, because it assigns numbers before the commit.
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
    """Return the last number of each city in the scope that has events."""
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
    """Return up to `limit` events of a city with numbers greater than `after`, in order.

    If `scope` is a station, only its events are returned. These include events of subjects that
    left the station, and events of the subject types in `reaching_below`. `subject_id` and
    `subject_type` limit the events to one subject or one type.
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
    # Literals from the code instead of parameters: PostgreSQL can then use a partial index.
    names = ", ".join(f"'{name}'" for name in sorted(subject_types))
    return Condition(f"subject_type IN ({names})" if names else "false")
