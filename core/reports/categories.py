"""Categories of reports (Open311 services) and their questions (attributes)."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Final

from annotated_types import MaxLen, Predicate

from core.cap import Urgency
from core.formats import DottedSlug, LocalisedWords, PhoneNumber
from core.languages import Words
from core.places.catalogue import Catalogue, by_code
from core.places.description import Feature


def _is_web_address(text: str) -> bool:
    return text.startswith("https://")


class Datatype(StrEnum):
    """The kind of answer that a question wants (Open311 GeoReport v2, service attributes)."""

    STRING = "STRING"
    TEXT = "TEXT"
    NUMBER = "NUMBER"
    DATETIME = "DATETIME"
    SINGLEVALUELIST = "SINGLEVALUELIST"
    MULTIVALUELIST = "MULTIVALUELIST"


@dataclass(frozen=True, slots=True)
class Option:
    """One of the values that a question offers."""

    code: DottedSlug
    names: LocalisedWords


_OF_LISTS = frozenset({Datatype.SINGLEVALUELIST, Datatype.MULTIVALUELIST})


@dataclass(frozen=True, slots=True)
class Question:
    """What a category wants to know beside words and position (an Open311 attribute)."""

    code: DottedSlug
    names: LocalisedWords
    datatype: Datatype = Datatype.STRING
    required: bool = False
    options: tuple[Option, ...] = ()

    def __post_init__(self) -> None:
        if self.datatype in _OF_LISTS and not self.options:
            raise ValueError("a question of this datatype wants options")


@dataclass(frozen=True, slots=True)
class Referral:
    """Where to go with what a city does not take: words for the citizen, numbers and a page."""

    names: LocalisedWords
    numbers: tuple[PhoneNumber, ...] = ()
    url: Annotated[str, MaxLen(300), Predicate(_is_web_address)] | None = None


@dataclass(frozen=True, slots=True)
class Category:
    """A kind of report (an Open311 service); the dots of its code make the tree.

    With `instead` reports of this kind are refused, and the citizen is told where they go.
    """

    code: DottedSlug
    names: LocalisedWords
    descriptions: Words = field(default_factory=dict[str, str])
    urgency: Urgency = Urgency.EXPECTED
    law: Annotated[str, MaxLen(300)] | None = None
    questions: tuple[Question, ...] = ()
    instead: Referral | None = None


CATEGORIES: Final = Catalogue(
    hook="report_categories",
    row=Category,
    file="categories.toml",
    table="categories",
    merge=by_code,
    documentation="""
    Give the kinds of report that citizens can send, with their questions.

    Called once at start, for places that take reports. Merged by code; the nearest link's
    category replaces one of the same code.
    """,
    feature=Feature.REPORTS,
)
