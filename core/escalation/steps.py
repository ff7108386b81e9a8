"""The steps of an escalation policy."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Final

from annotated_types import Gt, Le

from core.cap import Urgency
from core.places.catalogue import Catalogue
from core.places.formats import DottedSlug, is_at_or_below

MAX_ESCALATION_SECONDS = 30 * 24 * 3600


class EscalationSubject(StrEnum):
    """The subjects that escalate until somebody acknowledges them."""

    ALERT = "ALERT"
    REPORT = "REPORT"


class Authority(StrEnum):
    """Who is notified: the authority of the city, of its state, or of its country."""

    CITY = "CITY"
    STATE = "STATE"
    COUNTRY = "COUNTRY"


@dataclass(frozen=True, slots=True)
class EscalationStep:
    """One step of an escalation policy: whom to notify after `after` seconds.

    For reports, `urgencies` and `categories` limit the step to these. A category includes all below
    it. An empty list includes all.
    """

    subject: EscalationSubject
    after: Annotated[int, Gt(0), Le(MAX_ESCALATION_SECONDS)]
    to: Authority
    urgencies: tuple[Urgency, ...] = ()
    categories: tuple[DottedSlug, ...] = ()

    def concerns(self, category: str | None, urgency: str) -> bool:
        """Return whether the step applies to a category and urgency; an alert has no category."""
        if self.urgencies and urgency not in self.urgencies:
            return False
        return not self.categories or any(
            is_at_or_below(category or "", code) for code in self.categories
        )


def _nearest_policies(answers: Sequence[tuple[EscalationStep, ...]]) -> tuple[EscalationStep, ...]:
    """Return the steps of the nearest place that has any, separately for alerts and reports."""
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
    Return whom to notify while nobody acknowledges an alert or a report.

    Called once at start. Alerts use the steps for alerts of the nearest place that has any;
    reports likewise. Each step is an event that the portals of the notified place receive;
    a state receives it with the city's path.

    Example: `return [EscalationStep("ALERT", after=60, to="CITY")]`
    """,
)
