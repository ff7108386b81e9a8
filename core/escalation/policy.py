"""The escalation policy: whom to notify while nobody acknowledges a report or an alert, and when.

What is due is a row beside the report or alert, written with it: a restart forgets nobody.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import uuid4

from core.alerts.models import Alert
from core.cap import Urgency
from core.escalation.models import Timer
from core.escalation.steps import ESCALATION_STEPS, EscalationStep, EscalationSubject
from core.log.transitions import UNACKNOWLEDGED
from core.paths import Level, chain
from core.places.city import City
from core.reports.models import Report

Subject = Report | Alert


def steps_for(city: City, subject: Subject) -> Sequence[EscalationStep]:
    """Return the steps of a city's policy for a report or an alert, the soonest first."""
    if isinstance(subject, Alert):
        return _steps(city, EscalationSubject.ALERT, None, Urgency.IMMEDIATE)
    return _steps(city, EscalationSubject.REPORT, subject.category, subject.urgency)


def _steps(
    city: City, kind: EscalationSubject, category: str | None, urgency: Urgency
) -> Sequence[EscalationStep]:
    return [
        step
        for step in city[ESCALATION_STEPS]
        if step.subject is kind and step.concerns(category, urgency)
    ]


def next_step(steps: Sequence[EscalationStep], done: int) -> EscalationStep | None:
    """Return the step after the one that was due `done` seconds after the beginning."""
    return next((step for step in steps if step.after > done), None)


def due_at(since: datetime, step: EscalationStep) -> datetime:
    """Return when a step is due."""
    return since + timedelta(seconds=step.after)


def first_timer(city: City, subject: Subject, since: datetime) -> Timer | None:
    """Return the timer of the first step; nothing where the policy has none."""
    step = next_step(steps_for(city, subject), 0)
    if step is None:
        return None
    alert = isinstance(subject, Alert)
    return Timer(
        id=uuid4(),
        city=subject.city,
        subject=EscalationSubject.ALERT if alert else EscalationSubject.REPORT,
        subject_id=subject.id,
        since=since,
        done=0,
        due_at=due_at(since, step),
    )


async def begin_again(city: City | None, subject: Subject, since: datetime) -> None:
    """Start from the first step where a report or an alert waits again.

    Runs inside the transaction of the change that made it wait.
    """
    await Timer.filter(subject_id=subject.id).delete()
    if city is None or subject.state not in UNACKNOWLEDGED:
        return
    timer = first_timer(city, subject, since)
    if timer is not None:
        await timer.save(force_create=True)


def authority(step: EscalationStep, city: str) -> str:
    """Return the path of the authority that a step tells; the nearest there is below a country."""
    above = chain(city)
    return above[min(Level[step.to], len(above)) - 1]
