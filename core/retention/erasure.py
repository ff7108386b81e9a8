"""Retention: once its time is over, what was said and sent is erased; what is counted stays.

What is left of a subject is its own to say (`Subject.kept`); its files, its timer and the words of
every action go. Each erasure is an action in the city's log: that it happened can be shown.
"""

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, cast
from uuid import UUID

from core.domain import Domain
from core.escalation.policy import no_timer
from core.log.changes import Beside, Change, append_change
from core.log.models import Action, CityLog
from core.log.subjects import Kept, Subject
from core.log.transitions import ActionKind, Actor, Visibility
from core.media.models import Media
from core.places.description import Retention
from core.retention import limits
from core.retention.limits import Due
from core.storage import rows
from core.storage.append import Clash, DeletedRows, UpdatedRows
from core.storage.database import forget_written

logger = logging.getLogger("citizencop.retention")

BATCH: Final = 200
_NO_WORDS: Final[Mapping[str, object]] = {
    "text": "",
    "assignee": None,
    "latitude": None,
    "longitude": None,
    "accuracy": None,
    "battery": None,
}
"""What is left of an action's own words and positions."""


def _overdue(kept: Kept, before: datetime) -> dict[str, Any]:
    """Return the conditions of a row that is older than a moment."""
    old: dict[str, Any] = {f"{kept.since}__lt": before}
    return old if kept.erase is None else old | {"updated_at__lt": before, "erased_at": None}


async def erase_overdue(domain: Domain, *, approved: bool = False) -> int:
    """Erase all that is kept for longer than its place wants; return how much that was.

    Without the operator's approval nothing goes while the clock is in doubt, and nothing of a
    place and kind of which too much would go at once (`core.retention.limits`).
    """
    at = domain.clock()
    if not approved and await limits.clock_problem(at) is not None:
        return 0
    held: list[Due] = []
    erased = 0
    for kept, paths, before in await _tasks(domain, at):
        found = await limits.due(kept.model, kept.place, paths, _overdue(kept, before))
        waiting = [each for each in found if each.too_many and not approved]
        held += waiting
        going = [each.place for each in found if each not in waiting]
        if going:
            erased += await _erase_all(domain, kept, going, before)
    await limits.remember(at, held)
    # Tried each time: somebody may have been reading the last time.
    await forget_written()
    if erased:
        logger.info("%s things were erased, for their time is over", erased)
    return erased


async def overdue(domain: Domain) -> list[Due]:
    """Return what `erase_overdue` would erase with approval, by place and kind."""
    return [
        each
        for kept, paths, before in await _tasks(domain, domain.clock())
        for each in await limits.due(kept.model, kept.place, paths, _overdue(kept, before))
    ]


async def _tasks(domain: Domain, at: datetime) -> list[tuple[Kept, list[str], datetime]]:
    """Return each table with places that keep its rows equally long, and since when they may go."""
    tasks: list[tuple[Kept, list[str], datetime]] = []
    cities = [row.city for row in await CityLog.all()]
    for kept in domain.subjects.kept:
        paths = cities
        if kept.erase is None:
            named = await kept.model.all().distinct().values_list(kept.place, flat=True)
            paths = [str(path) for path in named]
        tasks += [
            (kept, those, at - timedelta(days=days))
            for days, those in _by_days(domain, paths, kept.days).items()
        ]
    return tasks


def _by_days(domain: Domain, paths: Sequence[str], key: str) -> Mapping[int, list[str]]:
    """Return places by how many days they keep something."""
    grouped: dict[int, list[str]] = defaultdict(list)
    for path in paths:
        days = getattr(_retention(domain, path), key)
        if days is not None:
            grouped[days].append(path)
    return grouped


def _retention(domain: Domain, path: str) -> Retention:
    city = domain.nearest(path)
    return city.description.retention if city is not None else Retention()


async def _erase_all(domain: Domain, kept: Kept, paths: Sequence[str], before: datetime) -> int:
    old = kept.model.filter(**{f"{kept.place}__in": list(paths)}, **_overdue(kept, before))
    subject = domain.subjects.of_model(kept.model)
    if subject is None:
        return await old.delete()
    erased = 0
    while found := await old.order_by(kept.since).limit(BATCH).values_list("id", flat=True):
        done = [await _erase(domain, subject, cast("UUID", each), before) for each in found]
        erased += sum(done)
        if not any(done):
            # Another process has them in hand.
            break
    return erased


async def _erase(domain: Domain, subject: Subject, own_id: UUID, before: datetime) -> bool:
    """Erase one subject; tell whether that was done here, and not by another process."""
    row = await rows.read_by_id(subject.columns(), own_id)
    if row is None or subject.kept is None or subject.kept.erase is None:
        return False
    if row.erased_at is not None or row.updated_at >= before:
        return False
    at = domain.clock()
    change = Change(
        ActionKind.ERASE,
        Actor.SYSTEM,
        at,
        row.state,
        sets={**subject.kept.erase(row), "erased_at": at},
        visibility=Visibility.INTERNAL,
    )
    beside = Beside(
        updated=(UpdatedRows(Action, "subject_id", own_id, _NO_WORDS),),
        # The sweep of the store removes files that nothing names any more.
        deleted=(DeletedRows(Media, "subject_id", own_id), no_timer(own_id)),
    )
    logs = domain.logs_of(subject, row)
    if isinstance(await append_change(subject, row, change, beside, logs=logs), Clash):
        return False
    domain.notify(logs)
    return True
