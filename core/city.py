"""What the core asks of a city, and the plain data in which a city answers.

The core knows cities through the protocols `City` and `Cities`; the plugins fulfil them.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Annotated, Any, Protocol, cast

import re2
from annotated_types import Ge, Gt, Le, Len, MaxLen, Predicate

from core.cap import CapCategory, Certainty, Severity
from core.languages import Words
from core.position import Position


def _is_slug(text: str) -> bool:
    return _SLUG.fullmatch(text) is not None


def _is_dotted_slug(text: str) -> bool:
    return all(_is_slug(part.replace("_", "-")) for part in text.split("."))


def _is_phone_number(text: str) -> bool:
    return text.removeprefix("+").isascii() and text.removeprefix("+").isdigit()


def _is_code(text: str) -> bool:
    return text.isascii() and text.isalnum() and text.isupper()


def _is_currency(text: str) -> bool:
    return len(text) == 3 and text.isascii() and text.isalpha() and text.isupper()


def _is_web_address(text: str) -> bool:
    return text.startswith("https://")


def _is_mark(text: str) -> bool:
    return _MARK.fullmatch(text) is not None


def _are_words(words: Words) -> bool:
    return bool(words) and all(words.values()) and all(tag == tag.lower() for tag in words)


MAX_CODE = 64
"""Characters of a code, such as that of a category or station."""
MAX_ADVISORY_HOURS = 366 * 24
MAX_ESCALATION_SECONDS = 30 * 24 * 3600
MAX_PLATE = 16
"""Letters and digits of a number plate; what is longer is not even compared with a format."""
_MARK = re.compile(r"[A-Z0-9]+")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
"""As a segment of a path (`core.places`)."""

Slug = Annotated[str, Len(1, MAX_CODE), Predicate(_is_slug)]
DottedSlug = Annotated[str, Len(1, MAX_CODE), Predicate(_is_dotted_slug)]
PhoneNumber = Annotated[str, Len(2, 16), Predicate(_is_phone_number)]
PublicCode = Annotated[str, Len(2, 5), Predicate(_is_code)]
Mark = Annotated[str, Len(1, MAX_PLATE), Predicate(_is_mark)]
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
    VEHICLES = "VEHICLES"
    ADVISORIES = "ADVISORIES"


FEATURES: Mapping[Deployment, frozenset[Feature]] = {
    Deployment.LIGHT: frozenset({Feature.EMERGENCY_NUMBERS, Feature.ALERTS, Feature.ADVISORIES}),
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


class RoutingStep(StrEnum):
    """One way to find the station for a report; a place orders them in `routing`."""

    BOUNDARY = "BOUNDARY"
    DESK = "DESK"
    NEAREST = "NEAREST"
    CONTROL_ROOM = "CONTROL_ROOM"


ROUTING: tuple[RoutingStep, ...] = tuple(RoutingStep)
"""The steps in their order where no place says otherwise."""


Days = Annotated[int, Ge(1), Le(36_525)]


@dataclass(frozen=True, slots=True)
class Retention:
    """For how many days things are kept after something last happened to them; then they go.

    Of reports, alerts and advisories what was said, sent and shown is erased, and what statistics
    count stays; look-ups of vehicles, and towings once the vehicle was handed back, go whole.
    `None` is taken from the places that a place lies in.
    """

    reports: Days | None = None
    alerts: Days | None = None
    advisories: Days | None = None
    vehicle_look_ups: Days | None = None
    towings: Days | None = None


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
    routing: tuple[RoutingStep, ...] = ()
    retention: Retention = field(default_factory=Retention)
    sources: tuple[str, ...] = ()


def takes_reports_of_nobody(place: PlaceDescription) -> bool:
    """Tell a light place that offers reports: without stations and portals nobody reads them."""
    return place.deployment is Deployment.LIGHT and Feature.REPORTS in (place.features or ())


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


@dataclass(frozen=True, slots=True)
class Disposition:
    """What came of it when police acted."""

    code: DottedSlug
    names: LocalisedWords


@dataclass(frozen=True, slots=True)
class AdvisoryKind:
    """A kind of advisory that police can issue, with what is said of it unless they say otherwise.

    `names` become the event of CAP 1.2 (section 3.2.2); `hours` is how long one is in force;
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


@dataclass(frozen=True, slots=True)
class PublicLine:
    """A line of an office that the public may call; never that of a person."""

    names: LocalisedWords
    number: PhoneNumber


@dataclass(frozen=True, slots=True)
class Beat:
    """A part of a station's area, with the public lines of those who walk it."""

    code: Slug
    names: LocalisedWords
    lines: tuple[PublicLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Station:
    """A police station or the control room of a city.

    `desks` are the categories that come here wherever in the city they happened; a code stands
    for all below it. `radius` is how far around its position it answers, in metres; without one
    it answers wherever it is the nearest. `zone` is the zone, circle or division it belongs to;
    `hours` are in the opening-hours notation of OpenStreetMap. `former_codes` are those it had
    before, and those of stations merged into it: reports and calls for help there come to it.
    """

    code: Slug
    names: LocalisedWords
    former_codes: tuple[Slug, ...] = ()
    position: Position | None = None
    radius: Annotated[float, Gt(0), Le(200_000)] | None = None
    numbers: tuple[PhoneNumber, ...] = ()
    desks: tuple[DottedSlug, ...] = ()
    control_room: bool = False
    address: Annotated[str, MaxLen(300)] | None = None
    zone: Annotated[str, MaxLen(100)] | None = None
    hours: Annotated[str, MaxLen(200)] = "24/7"
    lines: tuple[PublicLine, ...] = ()
    beats: tuple[Beat, ...] = ()


@dataclass(frozen=True, slots=True)
class StationArea:
    """The area of a station: a GeoJSON geometry (RFC 7946) of polygons."""

    station: Slug
    geometry: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Tariff:
    """What a ride may cost: an official tariff of auto-rickshaws or taxis.

    Money in `currency` (ISO 4217); `base` covers the first `base_metres`. `night_times` multiplies
    the fare from `night_from` to `night_until` (local time, which may pass midnight). `step` is
    what a fare is rounded to, as the meter shows it.
    """

    code: Slug
    names: LocalisedWords
    currency: Annotated[str, Predicate(_is_currency)]
    base: Annotated[Decimal, Gt(0)]
    base_metres: Annotated[float, Gt(0)]
    per_km: Annotated[Decimal, Gt(0)]
    per_minute_waiting: Annotated[Decimal, Ge(0)] = Decimal(0)
    night_from: time | None = None
    night_until: time | None = None
    night_times: Annotated[Decimal, Ge(1)] = Decimal(1)
    step: Annotated[Decimal, Gt(0)] = Decimal(1)
    valid_from: date | None = None
    verified: bool = False
    source: str = ""

    def __post_init__(self) -> None:
        if (self.night_from is None) != (self.night_until is None):
            raise ValueError("night_from and night_until go together")


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
    """One rung of the ladder: whom to tell once nobody has acknowledged for `after` seconds.

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


@dataclass(frozen=True, slots=True)
class Phrases:
    """What this server says to citizens, in one language, by key: `report-RECEIVED`."""

    language: Annotated[str, Len(1, 35), Predicate(str.islower)]
    words: Mapping[str, Annotated[str, Len(1, 500)]]


@dataclass(frozen=True, slots=True)
class Route:
    """The station that a report or an alert goes to, and the reason in one phrase."""

    station: Slug
    reason: Annotated[str, Len(1, 200)]


@lru_cache(maxsize=1_000)
def _compiled(pattern: str) -> Any:
    # RE2 takes time that grows with the text alone, whatever a pattern asks for.
    return cast("Any", re2).compile(pattern)


@dataclass(frozen=True, slots=True)
class PlateFormat:
    """A form that number plates have, and the one way in which they are kept.

    `pattern` is a regular expression with named groups for the whole plate, reduced to A-Z and 0-9;
    `normal` puts the groups together again, as Python's `str.format` does. `example` is a plate in
    its normal form, and proves both.
    """

    code: DottedSlug
    names: LocalisedWords
    pattern: Annotated[str, Len(1, 500)]
    normal: Annotated[str, Len(1, 100)]
    example: Mark

    def __post_init__(self) -> None:
        if re.search(r"\d{3}", self.normal):
            raise ValueError("normal asks for a width that no plate has")
        try:
            found = self.normal_form(self.example)
        except Exception as error:
            words = f"pattern and normal do not go together: {error}"
            raise ValueError(words) from None
        if found != self.example:
            raise ValueError("the example is not a plate in its normal form")

    def normal_form(self, mark: str) -> str | None:
        """Return the normal form of letters and digits; `None` where they have another form."""
        found = _compiled(self.pattern).fullmatch(mark)
        return self.normal.format(**found.groupdict("")) if found is not None else None


@dataclass(frozen=True, slots=True)
class VehicleRecord:
    """What a register says of a vehicle; `valid_until` is the last day of its registration."""

    plate: Mark
    make: Annotated[str, Len(1, 60)]
    model: Annotated[str, MaxLen(80)]
    colour: Annotated[str, MaxLen(40)]
    vehicle_class: Annotated[str, MaxLen(60)]
    fuel: Annotated[str, MaxLen(40)] | None = None
    valid_until: date | None = None
    stolen: bool = False
    towed_to: Annotated[str, MaxLen(120)] | None = None
    towed_at: datetime | None = None
    owner: Annotated[str, MaxLen(200)] | None = None


class RegisterAway(Exception):
    """A city's own register of vehicles gave no right answer: nobody knows what it has."""


class City(Protocol):
    """A city as the core sees it: data that is ready, and questions that may take a while."""

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

    @property
    def tariffs(self) -> Mapping[str, Tariff]:
        """Its official fares, by code."""
        ...

    @property
    def plate_formats(self) -> tuple[PlateFormat, ...]:
        """The forms that number plates have, its own first; any form will do where it has none."""
        ...

    @property
    def escalation(self) -> tuple[EscalationStep, ...]:
        """Who is told, and when, while nobody acknowledges; the soonest first."""
        ...

    @property
    def advisory_kinds(self) -> Mapping[str, AdvisoryKind]:
        """The kinds of advisory that its police can issue, by code."""
        ...

    @property
    def phrases(self) -> Mapping[str, Words]:
        """What is said to citizens, by key, each in several languages."""
        ...

    async def route_report(self, category: str, position: Position) -> Route | None:
        """Say which station gets a report; `None` leaves it with the city as a whole."""
        ...

    async def route_alert(self, position: Position | None) -> Route | None:
        """Say which station gets an alert; `None` leaves it with the city as a whole."""
        ...

    async def look_up_vehicle(self, plate: str) -> VehicleRecord | None:
        """Ask the city's own register for a plate in its normal form; `None` where it has none.

        Raises `RegisterAway`.
        """
        ...


def former_places(city: City) -> dict[str, str]:
    """Return the paths of a city's former stations, each with that of the station it is now.

    A code that a station has today is not a former one; of two that name it the first counts.
    """
    return {
        f"{city.path}/{former}": f"{city.path}/{station.code}"
        for station in reversed(list(city.stations.values()))
        for former in station.former_codes
        if former not in city.stations
    }


def station_at(city: City | None, place: str) -> Station | None:
    """Return the station that a path names, if the city has it."""
    return city.stations.get(place.rpartition("/")[2]) if city is not None else None


def is_at_or_below(category: str, code: str) -> bool:
    """Tell whether a category is `code`, or lies below it (`core.conditions.at_or_below`)."""
    return category == code or category.startswith(f"{code}.")


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
