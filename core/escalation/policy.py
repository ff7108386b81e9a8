"""The escalation policy: whom to notify while nobody acknowledges, and when.

What is due is a row beside the report or alert, written with it: a restart forgets nobody.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from core.escalation.models import Timer
from core.escalation.steps import ESCALATION_STEPS, EscalationStep, EscalationSubject
from core.log.changes import Beside
from core.log.subjects import Escalates, Subject
from core.paths import Level, chain
from core.places.city import City
from core.storage.append import DeletedRows, NewRow


def steps_for(city: City, escalates: Escalates, row: Any) -> Sequence[EscalationStep]:
    """Return the steps of a city's policy for a row of a subject, the soonest first."""
    category, urgency = escalates.category(row), escalates.urgency(row)
    return [
        step
        for step in city[ESCALATION_STEPS]
        if step.subject == escalates.name and step.concerns(category, urgency)
    ]


def next_step(steps: Sequence[EscalationStep], done: int) -> EscalationStep | None:
    """Return the step after the one that was due `done` seconds after the beginning."""
    return next((step for step in steps if step.after > done), None)


def due_at(since: datetime, step: EscalationStep) -> datetime:
    """Return when a step is due."""
    return since + timedelta(seconds=step.after)


def first_timer(city: City, subject: Subject, row: Any, since: datetime) -> Sequence[NewRow]:
    """Return the timer of the first step, to be written with the row; none without a policy.

    It overwrites the timer that the row had before.
    """
    if subject.escalates is None:
        return ()
    step = next_step(steps_for(city, subject.escalates, row), 0)
    if step is None:
        return ()
    timer = Timer(
        id=uuid4(),
        city=row.city,
        subject=EscalationSubject(subject.escalates.name),
        subject_id=row.id,
        since=since,
        done=0,
        due_at=due_at(since, step),
    )
    return (NewRow(timer, replaces="subject_id"),)


def restarted(city: City | None, subject: Subject, row: Any, state: str, since: datetime) -> Beside:
    """Return what starts again from the first step where a row comes to wait again in `state`."""
    waits = subject.escalates is not None and state in subject.escalates.waiting
    timer = first_timer(city, subject, row, since) if city is not None and waits else ()
    return Beside(new=timer) if timer else Beside(deleted=(no_timer(row.id),))


def no_timer(subject_id: object) -> DeletedRows:
    """Return what removes the timer of a subject."""
    return DeletedRows(Timer, "subject_id", subject_id)


def authority(step: EscalationStep, city: str) -> str:
    """Return the path of the authority that a step notifies.

    That is the nearest one there is: a country has no authority below it.
    """
    above = chain(city)
    return above[min(Level[step.to], len(above)) - 1]
