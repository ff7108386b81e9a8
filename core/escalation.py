"""Escalation: telling the next in the ladder of what nobody has acknowledged in time."""

import asyncio
import logging
from datetime import datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID

from core import ladder, log
from core.actions import Change, record
from core.city import City, EscalationSubject
from core.database import transact
from core.domain import Domain
from core.lifecycle import UNACKNOWLEDGED, ActionKind, Actor, Visibility
from core.models import Alert, Report, Timer
from core.places import chain

logger = logging.getLogger("citizencop.escalation")

LOOK_SECONDS: Final = 1.0
"""How late a step may be: by so much the timers are looked at."""
BATCH: Final = 200
_MODELS: Final = {EscalationSubject.ALERT: Alert, EscalationSubject.REPORT: Report}


async def run(domain: Domain) -> None:
    """Look for what is due, each second; runs until it is cancelled."""
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        try:
            while await escalate_due(domain) == BATCH:
                pass
        except Exception as error:
            logger.error("the timers could not be looked at", exc_info=error)


async def escalate_due(domain: Domain) -> int:
    """Take the next step of every ladder where it is due; return how many timers were looked at."""
    at = domain.clock()
    due = await Timer.filter(due_at__lte=at).order_by("due_at").limit(BATCH).values_list("id")
    for (timer_id,) in due:
        city = await transact(partial(_take_step, domain, timer_id, at))
        if city is not None:
            domain.bell.ring(city)
    return len(due)


async def _take_step(domain: Domain, timer_id: UUID, at: datetime) -> str | None:
    """Tell the next authority, inside a transaction; return the city whose log grew."""
    found = Timer.filter(id=timer_id, due_at__lte=at).select_for_update(skip_locked=True)
    timer = await found.first()
    if timer is None:
        # Another process has it in hand.
        return None
    subject = await _MODELS[timer.subject].filter(id=timer.subject_id).select_for_update().first()
    city = _nearest_known(domain, timer.city)
    if subject is None or city is None or subject.state not in UNACKNOWLEDGED:
        await timer.delete()
        return None
    steps = ladder.steps_for(city, subject)
    step = ladder.next_step(steps, timer.done)
    if step is not None:
        subject.escalated_to = ladder.told(step, subject.city)
        change = Change(
            ActionKind.ESCALATE,
            Actor.SYSTEM,
            subject.state,
            at,
            visibility=Visibility.INTERNAL,
            place=subject.escalated_to,
        )
        await record(await log.next_number(subject.city), subject, change)
        timer.done = step.after
        step = ladder.next_step(steps, timer.done)
    if step is None:
        await timer.delete()
    else:
        timer.due_at = timer.since + timedelta(seconds=step.after)
        await timer.save(update_fields=["done", "due_at"])
    return subject.city


def _nearest_known(domain: Domain, path: str) -> City | None:
    """Return a city, or the place it lies in where its plugin is gone meanwhile."""
    found = (domain.cities.get(each) for each in reversed(chain(path)))
    return next((each for each in found if each is not None), None)
