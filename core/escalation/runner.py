"""Running escalation: notifying the next authority when nobody has acknowledged in time."""

import asyncio
import logging
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from core.domain import Domain
from core.escalation import policy
from core.escalation.models import Timer
from core.escalation.steps import EscalationStep
from core.log.changes import Change, ExtraRows, append_change
from core.log.subjects import Escalates, Subject
from core.log.transitions import ActionKind, Actor, Visibility
from core.places.city import City
from core.storage import rows
from core.storage.append import Clash, UpdatedRows
from core.storage.rows import Row

logger = logging.getLogger("citizencop.escalation")

LOOK_SECONDS: Final = 1.0
"""Interval at which timers are checked, so the longest delay of a step."""
BATCH: Final = 200
"""Timers that are processed at a time."""


async def run(domain: Domain) -> None:
    """Take due steps, every `LOOK_SECONDS`; runs until cancelled."""
    await _tried(begin(domain))
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        while await _tried(escalate_due(domain)) == BATCH:
            pass


async def _tried(work: Awaitable[int]) -> int:
    try:
        return await work
    except Exception as error:
        logger.error("cannot read the escalation timers", exc_info=error)
        return 0


async def begin(domain: Domain) -> int:
    """Reset all timers to the current policies, which may have changed; return how many changed."""
    changed = 0
    for timer in await Timer.all():
        found = await _waiting(domain, timer)
        city = domain.nearest(timer.city)
        if city is None or found is None:
            continue
        _, escalates, row = found
        step = policy.next_step(policy.steps_for(city, escalates, row), timer.done)
        due_at = policy.due_at(timer.since, step) if step is not None else timer.due_at
        if due_at != timer.due_at:
            changed += await Timer.filter(id=timer.id, done=timer.done).update(due_at=due_at)
    return changed


async def escalate_due(domain: Domain) -> int:
    """Process due timers; return how many steps were taken or timers ended or postponed."""
    at = domain.clock()
    due = await Timer.filter(due_at__lte=at).order_by("due_at").limit(BATCH).values_list("id")
    taken = 0
    for (timer_id,) in due:
        try:
            outcome = await _escalate(domain, timer_id, at)
        except Exception as error:
            # A step that fails must not delay the others.
            logger.error("an escalation step failed", exc_info=error)
            continue
        taken += not isinstance(outcome, TakenByAnother)
        if isinstance(outcome, Escalated):
            domain.notifier.notify(outcome.city)
    return taken


@dataclass(frozen=True, slots=True)
class Escalated:
    """The next authority was notified: the log of `city` has grown."""

    city: str


class Finished:
    """Nothing to do: no further step, already acknowledged, or the step is due later."""


class TakenByAnother:
    """Another process took the step, or the subject changed meanwhile."""


_Outcome = Escalated | Finished | TakenByAnother


async def _escalate(domain: Domain, timer_id: UUID, at: datetime) -> _Outcome:
    """Escalate to the next authority.

    Reads the subject before its timer. A step changes both, so the timer is current as long as the
    subject still has the version that was read.
    """
    known = await Timer.get_or_none(id=timer_id)
    if known is None:
        return TakenByAnother()
    found = await _waiting(domain, known)
    timer = await Timer.filter(id=timer_id, due_at__lte=at).first()
    if timer is None:
        return TakenByAnother()
    city = domain.nearest(timer.city)
    if city is None or found is None:
        return await _end(timer)
    subject, escalates, row = found
    if row.state not in escalates.waiting:
        return await _end(timer)
    return await _take_next(city, subject, policy.steps_for(city, escalates, row), row, timer, at)


async def _end(timer: Timer) -> Finished:
    """Delete a timer, unless another process has moved it to its next step."""
    await Timer.filter(id=timer.id, done=timer.done).delete()
    return Finished()


async def _waiting(domain: Domain, timer: Timer) -> tuple[Subject, Escalates, Row] | None:
    """Return the subject of a timer, and its current row."""
    subject = domain.subjects.escalating(timer.subject)
    if subject is None or subject.escalates is None:
        return None
    row = await rows.read_by_id(subject.columns(), timer.subject_id)
    return (subject, subject.escalates, row) if row is not None else None


async def _take_next(
    city: City,
    subject: Subject,
    steps: Sequence[EscalationStep],
    row: Row,
    timer: Timer,
    at: datetime,
) -> _Outcome:
    step = policy.next_step(steps, timer.done)
    if step is None:
        return await _end(timer)
    if policy.due_at(timer.since, step) > at:
        # The policy has changed since the timer was set.
        await Timer.filter(id=timer.id, done=timer.done).update(
            due_at=policy.due_at(timer.since, step)
        )
        return Finished()
    authority = policy.authority(step, row.city)
    change = Change(
        ActionKind.ESCALATE,
        Actor.SYSTEM,
        at,
        row.state,
        sets={"escalated_to": authority},
        visibility=Visibility.INTERNAL,
        place=authority,
    )
    extra = _after(timer, step, policy.next_step(steps, step.after))
    done = await append_change(subject, row, change, extra)
    return TakenByAnother() if isinstance(done, Clash) else Escalated(row.city)


def _after(timer: Timer, step: EscalationStep, following: EscalationStep | None) -> ExtraRows:
    """Return the change of a timer after a step."""
    if following is None:
        return ExtraRows(deleted=(policy.no_timer(timer.subject_id),))
    values: dict[str, Any] = {
        "done": step.after,
        "due_at": policy.due_at(timer.since, following),
    }
    return ExtraRows(updated=(UpdatedRows(Timer, "id", timer.id, values),))
