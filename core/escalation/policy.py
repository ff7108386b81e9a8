"""Escalation policies: whom to notify, and when, until somebody acknowledges.

The next due step of a report or alert is a timer row, written in the same statement as the subject,
so it survives a restart.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from core.escalation.models import Timer
from core.escalation.steps import ESCALATION_STEPS, EscalationStep, EscalationSubject
from core.log.changes import ExtraRows
from core.log.subjects import Escalates, Subject
from core.paths import Level, chain
from core.places.city import City
from core.storage.append import DeletedRows, NewRow


def steps_for(city: City, escalates: Escalates, row: Any) -> Sequence[EscalationStep]:
    """Return the steps of a city's policy that apply to a row, the earliest first."""
    category, urgency = escalates.category(row), escalates.urgency(row)
    return [
        step
        for step in city[ESCALATION_STEPS]
        if step.subject == escalates.name and step.concerns(category, urgency)
    ]


def next_step(steps: Sequence[EscalationStep], done: int) -> EscalationStep | None:
    """Return the first step that is due later than `done` seconds after the start."""
    return next((step for step in steps if step.after > done), None)


def due_at(since: datetime, step: EscalationStep) -> datetime:
    """Return when a step is due."""
    return since + timedelta(seconds=step.after)


def first_timer(city: City, subject: Subject, row: Any, since: datetime) -> Sequence[NewRow]:
    """Return the timer of the first step, to be written with the row; empty without a policy.

    It overwrites an existing timer of the row.
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


def restarted(
    city: City | None, subject: Subject, row: Any, state: str, since: datetime
) -> ExtraRows:
    """Return what to write with a row that enters `state`.

    That is a new timer from the first step if the row escalates in `state`, else no timer.
    """
    waits = subject.escalates is not None and state in subject.escalates.waiting
    timer = first_timer(city, subject, row, since) if city is not None and waits else ()
    return ExtraRows(new=timer) if timer else ExtraRows(deleted=(no_timer(row.id),))


def no_timer(subject_id: object) -> DeletedRows:
    """Return the deletion of a subject's timer."""
    return DeletedRows(Timer, "subject_id", subject_id)


def authority(step: EscalationStep, city: str) -> str:
    """Return the path of the authority that a step notifies.

    For a state or country, a step to a lower level notifies the place itself.
    """
    above = chain(city)
    return above[min(Level[step.to], len(above)) - 1]
