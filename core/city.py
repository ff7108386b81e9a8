"""What the core asks of a city, and the plain data in which a city answers.

The core knows cities through the protocols `City` and `Cities`; the plugins fulfil them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Protocol

from annotated_types import Gt, Le, Len, MaxLen, Predicate

from core.languages import Words
from core.position import Position


def _is_slug(text: str) -> bool:
    return bool(text) and all(part.isalnum() and part.islower() for part in text.split("-"))


def _is_dotted_slug(text: str) -> bool:
    return all(_is_slug(part.replace("_", "-")) for part in text.split("."))


def _is_phone_number(text: str) -> bool:
    return text.removeprefix("+").isascii() and text.removeprefix("+").isdigit()


def _is_code(text: str) -> bool:
    return text.isascii() and text.isalnum() and text.isupper()


def _are_words(words: Words) -> bool:
    return bool(words) and all(words.values()) and all(tag == tag.lower() for tag in words)


Slug = Annotated[str, Len(1, 64), Predicate(_is_slug)]
DottedSlug = Annotated[str, Len(1, 64), Predicate(_is_dotted_slug)]
PhoneNumber = Annotated[str, Len(2, 16), Predicate(_is_phone_number)]
PublicCode = Annotated[str, Len(2, 5), Predicate(_is_code)]
LocalisedWords = Annotated[Words, Predicate(_are_words)]


class Deployment(StrEnum):
    """Which version a city runs."""

    FULL = "FULL"
    LIGHT = "LIGHT"


class Feature(StrEnum):
    """What a city may offer to its citizens."""

    EMERGENCY_NUMBERS = "EMERGENCY_NUMBERS"
    ALERTS = "ALERTS"
    REPORTS = "REPORTS"
    STATISTICS = "STATISTICS"


FEATURES: Mapping[Deployment, frozenset[Feature]] = {
    Deployment.LIGHT: frozenset({Feature.EMERGENCY_NUMBERS, Feature.ALERTS}),
    Deployment.FULL: frozenset(Feature),
}
"""What each deployment offers where a city does not say otherwise."""


class NumberKind(StrEnum):
    """What an emergency number is for."""

    ALL = "ALL"
    POLICE = "POLICE"
    FIRE = "FIRE"
    AMBULANCE = "AMBULANCE"
    WOMEN = "WOMEN"
    CHILDREN = "CHILDREN"
    ELDERS = "ELDERS"
    CYBER_CRIME = "CYBER_CRIME"
    TRAFFIC = "TRAFFIC"
    ROAD = "ROAD"
    COASTAL = "COASTAL"
    DISASTER = "DISASTER"
    CRISIS = "CRISIS"
    CONTROL_ROOM = "CONTROL_ROOM"
    ADMINISTRATION = "ADMINISTRATION"
    CITY_SERVICES = "CITY_SERVICES"


class Urgency(StrEnum):
    """How soon somebody must act (CAP 1.2, section 3.2.2, `urgency`)."""

    IMMEDIATE = "IMMEDIATE"
    EXPECTED = "EXPECTED"
    FUTURE = "FUTURE"


class Datatype(StrEnum):
    """The kind of answer that a question wants (Open311 GeoReport v2, service attributes)."""

    STRING = "STRING"
    TEXT = "TEXT"
    NUMBER = "NUMBER"
    DATETIME = "DATETIME"
    SINGLEVALUELIST = "SINGLEVALUELIST"
    MULTIVALUELIST = "MULTIVALUELIST"


@dataclass(frozen=True, slots=True)
class PlaceDescription:
    """Who a place is; `None` and empty values are taken from the places that it lies in."""

    path: str
    names: LocalisedWords
    code: PublicCode | None = None
    iso_code: str | None = None
    time_zone: str | None = None
    languages: tuple[str, ...] = ()
    position: Position | None = None
    radius: Annotated[float, Gt(0), Le(200_000)] | None = None
    deployment: Deployment = Deployment.LIGHT
    features: frozenset[Feature] | None = None
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EmergencyNumber:
    """A number to call; `hours` in the opening-hours notation of OpenStreetMap."""

    kind: NumberKind
    number: PhoneNumber
    names: LocalisedWords
    languages: tuple[str, ...] = ()
    hours: str = "24/7"
    verified: bool = False


@dataclass(frozen=True, slots=True)
class Option:
    """One of the values that a question offers."""

    code: DottedSlug
    names: LocalisedWords


@dataclass(frozen=True, slots=True)
class Question:
    """What a category wants to know beside words and position (an Open311 attribute)."""

    code: DottedSlug
    names: LocalisedWords
    datatype: Datatype = Datatype.STRING
    required: bool = False
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class Category:
    """A kind of report (an Open311 service); the dots of its code make the tree."""

    code: DottedSlug
    names: LocalisedWords
    descriptions: Words = field(default_factory=dict[str, str])
    urgency: Urgency = Urgency.EXPECTED
    law: Annotated[str, MaxLen(300)] | None = None
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True, slots=True)
class Disposition:
    """What came of it when police acted."""

    code: DottedSlug
    names: LocalisedWords


@dataclass(frozen=True, slots=True)
class Station:
    """A police station or the control room of a city.

    `desks` are the categories that come here wherever in the city they happened; a code stands
    for all below it. `radius` is how far around its position it answers, in metres; without one
    it answers wherever it is the nearest.
    """

    code: Slug
    names: LocalisedWords
    position: Position | None = None
    radius: Annotated[float, Gt(0), Le(200_000)] | None = None
    numbers: tuple[PhoneNumber, ...] = ()
    desks: tuple[DottedSlug, ...] = ()
    control_room: bool = False


@dataclass(frozen=True, slots=True)
class Route:
    """The station that a report or an alert goes to, and the reason in one phrase."""

    station: Slug
    reason: Annotated[str, Len(1, 200)]


class City(Protocol):
    """A city as the core sees it: data that is ready, and two questions that may take a while."""

    @property
    def description(self) -> PlaceDescription:
        """Who the place is."""
        ...

    @property
    def path(self) -> str:
        """Where it lies."""
        ...

    @property
    def features(self) -> frozenset[Feature]:
        """What it offers to citizens."""
        ...

    @property
    def emergency_numbers(self) -> tuple[EmergencyNumber, ...]:
        """The numbers to call, the most important first."""
        ...

    @property
    def categories(self) -> Mapping[str, Category]:
        """The kinds of report it takes, by code."""
        ...

    @property
    def dispositions(self) -> Mapping[str, Disposition]:
        """The outcomes that police can record, by code."""
        ...

    @property
    def stations(self) -> Mapping[str, Station]:
        """Its stations and control room, by code."""
        ...

    async def route_report(self, category: str, position: Position) -> Route | None:
        """Say which station gets a report; `None` leaves it with the city as a whole."""
        ...

    async def route_alert(self, position: Position | None) -> Route | None:
        """Say which station gets an alert; `None` leaves it with the city as a whole."""
        ...


class Cities(Protocol):
    """All places of authority that this server answers for."""

    def get(self, path: str) -> City | None:
        """Return the city with this path."""
        ...

    def at(self, position: Position) -> City | None:
        """Return the city that covers a position."""
        ...

    def country_at(self, position: Position) -> City | None:
        """Return the country of the nearest known city, if that is not too far away."""
        ...

    def all(self) -> Iterable[City]:
        """Return every city, in the order of their paths."""
        ...
