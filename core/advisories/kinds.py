"""Kinds of advisory that police can issue."""

from dataclasses import dataclass, field
from typing import Annotated, Final

from annotated_types import Gt, Le

from core.cap import CapCategory, Certainty, Severity, Urgency
from core.languages import Words
from core.places.catalogue import Catalogue, by_code
from core.places.formats import DottedSlug, LocalisedWords

MAX_ADVISORY_HOURS = 366 * 24


@dataclass(frozen=True, slots=True)
class AdvisoryKind:
    """A kind of advisory that police can issue, and its defaults.

    `names` become the event of CAP 1.2 (section 3.2.2). `hours` is the time in force.
    `instructions` tell people what to do.
    """

    code: DottedSlug
    names: LocalisedWords
    category: CapCategory
    urgency: Urgency = Urgency.EXPECTED
    severity: Severity = Severity.MODERATE
    certainty: Certainty = Certainty.OBSERVED
    hours: Annotated[float, Gt(0), Le(MAX_ADVISORY_HOURS)] = 24.0
    instructions: Words = field(default_factory=dict[str, str])


ADVISORY_KINDS: Final = Catalogue(
    hook="advisory_kinds",
    row=AdvisoryKind,
    file="advisories.toml",
    table="kinds",
    merge=by_code,
    documentation="""
    Return the kinds of advisory that police can issue to citizens, in terms of CAP 1.2.

    Called once at start. Merged by code; the nearest place's kind replaces others with its code.
    """,
)
