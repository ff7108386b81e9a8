"""Escalation: notifying the next authority of what nobody has acknowledged in time."""

import asyncio
import logging
from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final
from uuid import UUID

from core.actions.actions import Change, record
from core.alerts.models import Alert
from core.domain import Domain
from core.escalation import policy
from core.escalation.models import Timer
from core.escalation.steps import EscalationStep, EscalationSubject
from core.log import events as log
from core.log.transitions import UNACKNOWLEDGED, ActionKind, Actor, Visibility
from core.places.city import City
from core.reports.models import Report
from core.storage.database import transact

logger = logging.getLogger("citizencop.escalation")

LOOK_SECONDS: Final = 1.0
"""How late a step may be: by so much the timers are looked at."""
BATCH: Final = 200
_MODELS: Final = {EscalationSubject.ALERT: Alert, EscalationSubject.REPORT: Report}


async def run(domain: Domain) -> None:
    """Look for what is due, each second; runs until it is cancelled."""
    await _tried(begin(domain))
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        while await _tried(escalate_due(domain)) == BATCH:
            pass


async def _tried(work: Awaitable[int]) -> int:
    try:
        return await work
    except Exception as error:
        logger.error("the timers could not be looked at", exc_info=error)
        return 0


async def begin(domain: Domain) -> int:
    """Set every timer by the policies as they are now: a place may have changed its own."""
    changed = 0
    for timer in await Timer.all():
        city = domain.nearest(timer.city)
        subject = await _MODELS[timer.subject].get_or_none(id=timer.subject_id)
        if city is None or subject is None:
            continue
        step = policy.next_step(policy.steps_for(city, subject), timer.done)
        due_at = policy.due_at(timer.since, step) if step is not None else timer.due_at
        if due_at != timer.due_at:
            changed += await Timer.filter(id=timer.id, done=timer.done).update(due_at=due_at)
    return changed


async def escalate_due(domain: Domain) -> int:
    """Take the next step of every policy where it is due; return how many were taken or ended."""
    at = domain.clock()
    due = await Timer.filter(due_at__lte=at).order_by("due_at").limit(BATCH).values_list("id")
    taken = 0
    for (timer_id,) in due:
        try:
            outcome = await transact(partial(_escalate, domain, timer_id, at))
        except Exception as error:
            # One that cannot be taken must not hold up those behind it.
            logger.error("a step could not be taken", exc_info=error)
            continue
        taken += not isinstance(outcome, Locked)
        if isinstance(outcome, Escalated):
            domain.notifier.notify(outcome.city)
    return taken


@dataclass(frozen=True, slots=True)
class Escalated:
    """The next authority was notified: the log of `city` has grown."""

    city: str


class Finished:
    """The policy has no further step, or somebody has acknowledged."""


class Locked:
    """Another process, or a change of the subject, holds the timer."""


async def _escalate(domain: Domain, timer_id: UUID, at: datetime) -> Escalated | Finished | Locked:
    """Escalate to the next authority. Call inside a transaction.

    Locks the subject before the timer, as every change of a subject does.
    """
    known = await Timer.get_or_none(id=timer_id)
    if known is None:
        return Locked()
    model = _MODELS[known.subject]
    subject = await model.filter(id=known.subject_id).select_for_update(skip_locked=True).first()
    if subject is None:
        return Locked()
    timer = await Timer.filter(id=timer_id, due_at__lte=at).select_for_update().first()
    if timer is None:
        return Locked()
    city = domain.nearest(timer.city)
    if city is None or subject.state not in UNACKNOWLEDGED:
        await timer.delete()
        return Finished()
    return await _take_next(city, subject, timer, at)


async def _take_next(
    city: City, subject: Alert | Report, timer: Timer, at: datetime
) -> Escalated | Finished:
    steps = policy.steps_for(city, subject)
    step = policy.next_step(steps, timer.done)
    outcome: Escalated | Finished = Finished()
    if step is not None and policy.due_at(timer.since, step) <= at:
        await _notify(step, subject, at)
        outcome, timer.done = Escalated(subject.city), step.after
        step = policy.next_step(steps, timer.done)
    if step is None:
        await timer.delete()
    else:
        timer.due_at = policy.due_at(timer.since, step)
        await timer.save(update_fields=["done", "due_at"])
    return outcome


async def _notify(step: EscalationStep, subject: Alert | Report, at: datetime) -> None:
    subject.escalated_to = policy.authority(step, subject.city)
    change = Change(
        ActionKind.ESCALATE,
        Actor.SYSTEM,
        subject.state,
        at,
        visibility=Visibility.INTERNAL,
        place=subject.escalated_to,
    )
    await record(await log.next_number(subject.city), subject, change)
