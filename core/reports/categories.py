"""Categories of reports (Open311 services) and their questions (attributes)."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Final

from annotated_types import MaxLen, Predicate

from core.cap import Urgency
from core.languages import Words
from core.places.catalogue import Catalogue, by_code
from core.places.description import Feature
from core.places.formats import DottedSlug, LocalisedWords, PhoneNumber


def _is_web_address(text: str) -> bool:
    return text.startswith("https://")


class Datatype(StrEnum):
    """The datatype of a question's answer (Open311 GeoReport v2, service attributes)."""

    STRING = "STRING"
    TEXT = "TEXT"
    NUMBER = "NUMBER"
    DATETIME = "DATETIME"
    SINGLEVALUELIST = "SINGLEVALUELIST"
    MULTIVALUELIST = "MULTIVALUELIST"


@dataclass(frozen=True, slots=True)
class Option:
    """One of the values that a question offers to choose from."""

    code: DottedSlug
    names: LocalisedWords


_OF_LISTS = frozenset({Datatype.SINGLEVALUELIST, Datatype.MULTIVALUELIST})


@dataclass(frozen=True, slots=True)
class Question:
    """A question of a category, beside description and position (an Open311 attribute)."""

    code: DottedSlug
    names: LocalisedWords
    datatype: Datatype = Datatype.STRING
    required: bool = False
    options: tuple[Option, ...] = ()

    def __post_init__(self) -> None:
        if self.datatype in _OF_LISTS and not self.options:
            raise ValueError("a question of this datatype needs options")


@dataclass(frozen=True, slots=True)
class Referral:
    """Whom to contact about a category that the city does not accept: names, numbers, a page."""

    names: LocalisedWords
    numbers: tuple[PhoneNumber, ...] = ()
    url: Annotated[str, MaxLen(300), Predicate(_is_web_address)] | None = None


@dataclass(frozen=True, slots=True)
class Category:
    """A category of reports (an Open311 service); dots in its code separate the tree's levels.

    With `instead`, reports of this category are refused, and the citizen learns whom to contact.
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
    Return the categories of reports that citizens can send, with their questions.

    Called once at start, for places that accept reports. Merged by code; the nearest place's
    category replaces others with its code.
    """,
    feature=Feature.REPORTS,
)
