"""The steps of an escalation policy."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Final

from annotated_types import Gt, Le

from core.cap import Urgency
from core.formats import DottedSlug, is_at_or_below
from core.places.catalogue import Catalogue

MAX_ESCALATION_SECONDS = 30 * 24 * 3600


class EscalationSubject(StrEnum):
    """What escalates until a human acknowledges it."""

    ALERT = "ALERT"
    REPORT = "REPORT"


class Authority(StrEnum):
    """Who is told: the cell of the city, of its state, or of its country."""

    CITY = "CITY"
    STATE = "STATE"
    COUNTRY = "COUNTRY"


@dataclass(frozen=True, slots=True)
class EscalationStep:
    """One step of an escalation policy: whom to notify after `after` seconds.

    For reports, `urgencies` and `categories` narrow which of them it is about; a category stands
    for all below it, and an empty list for all.
    """

    subject: EscalationSubject
    after: Annotated[int, Gt(0), Le(MAX_ESCALATION_SECONDS)]
    to: Authority
    urgencies: tuple[Urgency, ...] = ()
    categories: tuple[DottedSlug, ...] = ()

    def concerns(self, category: str | None, urgency: str) -> bool:
        """Tell whether the step is about a report of this kind; an alert has no category."""
        if self.urgencies and urgency not in self.urgencies:
            return False
        return not self.categories or any(
            is_at_or_below(category or "", code) for code in self.categories
        )


def _nearest_policies(answers: Sequence[tuple[EscalationStep, ...]]) -> tuple[EscalationStep, ...]:
    """Return the policies of the nearest place that has one: for alerts, and for reports."""
    merged: list[EscalationStep] = []
    for subject in EscalationSubject:
        policies = [[step for step in answer if step.subject is subject] for answer in answers]
        merged += next((steps for steps in policies if steps), ())
    return tuple(sorted(merged, key=lambda step: step.after))


ESCALATION_STEPS: Final = Catalogue(
    hook="escalation_steps",
    row=EscalationStep,
    file="escalation.toml",
    table="steps",
    merge=_nearest_policies,
    documentation="""
    Say who is told of a call for help, or of a report, while nobody acknowledges it.

    Called once at start. The nearest link that has steps for alerts decides for alerts alone,
    and so for reports. Each step is an event that the portals of the place it tells see;
    the state's cell sees it with the city's path.

    Example: `return [EscalationStep("ALERT", after=60, to="CITY")]`
    """,
)
