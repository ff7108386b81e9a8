"""Erasing texts, files and positions after the retention period; statistics do not change.

A subject's rule (`Subject.retention`) says which of its columns remain. Its files, its timer and
the texts of its actions are erased. Each erasure is an action in the city's log, which proves it.
"""

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, cast
from uuid import UUID

from core.domain import Domain
from core.escalation.policy import no_timer
from core.log.changes import Change, ExtraRows, append_change
from core.log.models import Action, CityLog
from core.log.subjects import Erase, RetentionRule, Subject
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
_ERASED_ACTION: Final[Mapping[str, object]] = {
    "text": "",
    "assignee": None,
    "latitude": None,
    "longitude": None,
    "accuracy": None,
    "battery": None,
}
"""Values of an erased action's texts and positions."""


def _overdue(rule: RetentionRule, before: datetime) -> dict[str, Any]:
    """Return the filter for rows that are older than `before` and not erased yet."""
    old: dict[str, Any] = {f"{rule.since}__lt": before}
    return old if rule.erase is None else old | {"updated_at__lt": before, "erased_at": None}


async def erase_overdue(domain: Domain, *, approved: bool = False) -> int:
    """Erase everything whose retention period has ended; return how many rows that were.

    Without the operator's approval, erase nothing while the clock is in doubt, and skip tables of a
    place from which too many rows would be erased at once (`core.retention.limits`).
    """
    at = domain.clock()
    if not approved and await limits.clock_problem(at) is not None:
        return 0
    held: list[Due] = []
    erased = 0
    for rule, paths, before in await _tasks(domain, at):
        found = await limits.due(rule.model, rule.place, paths, _overdue(rule, before))
        waiting = [each for each in found if each.too_many and not approved]
        held += waiting
        allowed = [each.place for each in found if each not in waiting]
        if allowed:
            erased += await _erase_all(domain, rule, allowed, before)
    await limits.remember(at, held)
    # On every run: a reader may have prevented it on the last one.
    await forget_written()
    if erased:
        logger.info("retention period ended: %s rows erased", erased)
    return erased


async def overdue(domain: Domain) -> list[Due]:
    """Return what `erase_overdue` would erase with approval, by place and table."""
    return [
        each
        for rule, paths, before in await _tasks(domain, domain.clock())
        for each in await limits.due(rule.model, rule.place, paths, _overdue(rule, before))
    ]


async def _tasks(domain: Domain, at: datetime) -> list[tuple[RetentionRule, list[str], datetime]]:
    """Return each rule with places of the same retention period; rows before the time are due."""
    tasks: list[tuple[RetentionRule, list[str], datetime]] = []
    cities = [row.city for row in await CityLog.all()]
    for rule in domain.subjects.retention_rules:
        paths = cities
        if rule.erase is None:
            named = await rule.model.all().distinct().values_list(rule.place, flat=True)
            paths = [str(path) for path in named]
        tasks += [
            (rule, places, at - timedelta(days=days))
            for days, places in _by_days(domain, paths, rule.days).items()
        ]
    return tasks


def _by_days(domain: Domain, paths: Sequence[str], key: str) -> Mapping[int, list[str]]:
    """Group places by their retention period in days; omit those that keep the data forever."""
    grouped: dict[int, list[str]] = defaultdict(list)
    for path in paths:
        days = getattr(_retention(domain, path), key)
        if days is not None:
            grouped[days].append(path)
    return grouped


def _retention(domain: Domain, path: str) -> Retention:
    city = domain.nearest(path)
    return city.description.retention if city is not None else Retention()


async def _erase_all(
    domain: Domain, rule: RetentionRule, paths: Sequence[str], before: datetime
) -> int:
    old = rule.model.filter(**{f"{rule.place}__in": list(paths)}, **_overdue(rule, before))
    subject, erase = domain.subjects.of_model(rule.model), rule.erase
    if subject is None or erase is None:
        return await old.delete()
    erased = 0
    while found := await old.order_by(rule.since).limit(BATCH).values_list("id", flat=True):
        done = [await _erase(domain, subject, erase, cast("UUID", each), before) for each in found]
        erased += sum(done)
        if not any(done):
            # Another process is erasing them.
            break
    return erased


async def _erase(
    domain: Domain, subject: Subject, erase: Erase, own_id: UUID, before: datetime
) -> bool:
    """Erase one subject; return `False` if another process did, or it is not overdue."""
    row = await rows.read_by_id(subject.columns(), own_id)
    if row is None or row.erased_at is not None or row.updated_at >= before:
        return False
    at = domain.clock()
    change = Change(
        ActionKind.ERASE,
        Actor.SYSTEM,
        at,
        row.state,
        sets={**erase(row), "erased_at": at},
        visibility=Visibility.INTERNAL,
    )
    extra = ExtraRows(
        updated=(UpdatedRows(Action, "subject_id", own_id, _ERASED_ACTION),),
        # The sweep of the media store removes files that are no longer referenced.
        deleted=(DeletedRows(Media, "subject_id", own_id), no_timer(own_id)),
    )
    logs = domain.logs_of(subject, row)
    if isinstance(await append_change(subject, row, change, extra, logs=logs), Clash):
        return False
    domain.notify(logs)
    return True
