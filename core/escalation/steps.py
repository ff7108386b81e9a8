"""The steps of an escalation policy."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from annotated_types import Gt, Le

from core.cap import Urgency
from core.formats import DottedSlug
from core.reports.categories import is_at_or_below

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

    def concerns(self, category: str | None, urgency: Urgency) -> bool:
        """Tell whether the step is about a report of this kind; an alert has no category."""
        if self.urgencies and urgency not in self.urgencies:
            return False
        return not self.categories or any(
            is_at_or_below(category or "", code) for code in self.categories
        )
