"""Cities and what they offer, as the plugins describe them."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any

import strawberry

from core.actions.dispositions import DISPOSITIONS
from core.actions.dispositions import Disposition as DispositionOfDomain
from core.advisories.kinds import ADVISORY_KINDS
from core.advisories.kinds import AdvisoryKind as AdvisoryKindOfDomain
from core.fares.tariffs import TARIFFS
from core.fares.tariffs import Tariff as TariffOfDomain
from core.languages import DEFAULT_LANGUAGE, lookup
from core.places.city import City as CityOfDomain
from core.places.city import station_at
from core.places.description import Feature as FeatureOfDomain
from core.places.description import Retention as RetentionOfDomain
from core.places.numbers import NUMBERS
from core.places.numbers import EmergencyNumber as EmergencyNumberOfDomain
from core.places.opening_hours import is_open
from core.places.phrases import PHRASES
from core.places.stations import STATIONS
from core.places.stations import Beat as BeatOfDomain
from core.places.stations import PublicLine as PublicLineOfDomain
from core.places.stations import Station as StationOfDomain
from core.reports.categories import CATEGORIES, Category
from core.reports.categories import Option as OptionOfDomain
from core.reports.categories import Question as QuestionOfDomain
from core.reports.categories import Referral as ReferralOfDomain
from plugins.runtime.places import Place
from schema.base.bounds import Limit, argument
from schema.base.connection import Connection, Edge
from schema.base.context import Info
from schema.base.enums import (
    CapCategory,
    Certainty,
    Datatype,
    Deployment,
    Feature,
    NumberKind,
    Severity,
    Urgency,
)
from schema.base.node import Node, global_id
from schema.base.position import Position
from schema.base.selection import DEPENDS_ON_CLOCK
from schema.base.words import Language, Phrase, name_field
from schema.fares.types import Tariff


def _is(cls: type) -> Callable[..., bool]:
    def is_type_of(obj: object, _info: object) -> bool:
        return isinstance(obj, cls)

    return is_type_of


@strawberry.type(description="A number to call.")
class EmergencyNumber:
    """Read from `core.places.numbers.EmergencyNumber`."""

    is_type_of = _is(EmergencyNumberOfDomain)
    kind: NumberKind = strawberry.field(description="What it is for.")
    number: str = strawberry.field(description="The number as one dials it in this place.")
    name: str = name_field("What it is called.")
    languages: list[str] = strawberry.field(
        description="Languages spoken there (BCP 47), where they are known."
    )
    hours: str = strawberry.field(
        description="When somebody answers, as OpenStreetMap writes opening hours: `24/7`."
    )
    verified: bool = strawberry.field(
        description="Whether an official source, or two independent ones, confirm it."
    )


@strawberry.type(description="One of the values that a question offers.")
class Option:
    """Read from `core.reports.categories.Option`."""

    is_type_of = _is(OptionOfDomain)
    code: str = strawberry.field(description="The value to answer with.")
    name: str = name_field("What it is called.")


@strawberry.type(description="What a category wants to know (an Open311 attribute).")
class Question:
    """Read from `core.reports.categories.Question`."""

    is_type_of = _is(QuestionOfDomain)
    code: str = strawberry.field(description="Its code within the category.")
    name: str = name_field("The question in words.")
    datatype: Datatype = strawberry.field(description="The answer that it wants.")
    required: bool = strawberry.field(description="Whether a report without it is refused.")
    options: list[Option] = strawberry.field(
        description="The values to choose from; none where any value will do."
    )


@strawberry.type(description="Where to go with what a city does not take.")
class Referral:
    """Read from `core.reports.categories.Referral`."""

    is_type_of = _is(ReferralOfDomain)
    name: str = name_field("Who takes it, in words.")
    numbers: list[str] = strawberry.field(description="Numbers to call.")
    url: str | None = strawberry.field(description="A page to go to.")


@strawberry.type(description="A kind of report (an Open311 service).")
class ReportCategory:
    """Read from `core.reports.categories.Category`."""

    is_type_of = _is(Category)
    code: str = strawberry.field(
        description="Its code; what stands before the last dot is the category it belongs to."
    )
    name: str = name_field("What it is called.")
    description: str = name_field("What belongs here.", "descriptions")
    urgency: Urgency = strawberry.field(description="How soon somebody must act.")
    law: str | None = strawberry.field(description="The law that is broken, where there is one.")
    questions: list[Question] = strawberry.field(description="What it wants to know.")
    instead: Referral | None = strawberry.field(
        description="Where to go with it instead; then the city refuses reports of this kind."
    )

    @strawberry.field(description="The category that this one belongs to, if any.")
    @staticmethod
    def parent(root: strawberry.Parent[Category]) -> str | None:
        """Return all before the last dot."""
        return root.code.rpartition(".")[0] or None


@strawberry.type(description="What came of it when police acted.")
class Disposition:
    """Read from `core.actions.dispositions.Disposition`."""

    is_type_of = _is(DispositionOfDomain)
    code: str = strawberry.field(description="The value for `takeAction`.")
    name: str = name_field("What it is called.")


@strawberry.type(description="A kind of advisory that police can issue.")
class AdvisoryKind:
    """Read from `core.advisories.kinds.AdvisoryKind`."""

    is_type_of = _is(AdvisoryKindOfDomain)
    code: str = strawberry.field(description="The value for `issueAdvisory`.")
    name: str = name_field("What it is called.")
    category: CapCategory = strawberry.field(description="What it is about.")
    urgency: Urgency = strawberry.field(description="How soon people must act, as a rule.")
    severity: Severity = strawberry.field(description="How bad it is, as a rule.")
    certainty: Certainty = strawberry.field(description="How sure it is, as a rule.")
    hours: float = strawberry.field(description="How long one is in force, as a rule.")
    instruction: str = name_field("What people should do, as a rule.", "instructions")


@strawberry.type(description="A line of an office that the public may call.")
class PublicLine:
    """Read from `core.places.stations.PublicLine`."""

    is_type_of = _is(PublicLineOfDomain)
    name: str = name_field("Whose line it is.")
    number: str = strawberry.field(description="The number.")


@strawberry.type(description="A part of a station's area.")
class Beat:
    """Read from `core.places.stations.Beat`."""

    is_type_of = _is(BeatOfDomain)
    code: str = strawberry.field(description="Its code within the station.")
    name: str = name_field("What it is called.")
    lines: list[PublicLine] = strawberry.field(description="Public lines of those who walk it.")


@strawberry.type(description="A police station or control room.")
class Station:
    """A station together with the city it belongs to."""

    path: str = strawberry.field(description="Its path: the city's, and its own code.")
    code: str = strawberry.field(description="Its code within the city.")
    station: strawberry.Private[StationOfDomain]
    control_room: bool = strawberry.field(description="Whether it is the city's control room.")
    numbers: list[str] = strawberry.field(description="Its public telephone numbers.")
    position: Position | None = strawberry.field(description="Where it is, if that is public.")

    @strawberry.field(description="What it is called.")
    def name(self, language: Language = DEFAULT_LANGUAGE) -> str:
        """Answer in the language asked for."""
        return lookup(self.station.names, language)

    @strawberry.field(description="Its postal address, if that is known.")
    def address(self) -> str | None:
        """Return the address."""
        return self.station.address

    @strawberry.field(description="The zone, circle or division that it belongs to.")
    def zone(self) -> str | None:
        """Return the zone."""
        return self.station.zone

    @strawberry.field(description="When it is open, as OpenStreetMap writes opening hours.")
    def hours(self) -> str:
        """Return the hours."""
        return self.station.hours

    @strawberry.field(
        description="Whether it is open now by its hours; null where they do not tell. Public "
        "holidays are not known.",
        metadata={DEPENDS_ON_CLOCK: True},
    )
    def open_now(self, info: Info) -> bool | None:
        """Look at the city's clock."""
        city = info.context.domain.cities.get(self.path.rpartition("/")[0])
        time_zone = city.description.time_zone if city is not None else None
        return is_open(self.station.hours, info.context.domain.clock(), time_zone)

    @strawberry.field(description="Public lines of its offices.", graphql_type=list[PublicLine])
    def lines(self) -> list[PublicLineOfDomain]:
        """Return the lines."""
        return list(self.station.lines)

    @strawberry.field(description="The beats of its area.", graphql_type=list[Beat])
    def beats(self) -> list[BeatOfDomain]:
        """Return the beats."""
        return list(self.station.beats)


_STATIONS: dict[str, Station] = {}


def station_of(city_path: str, station: StationOfDomain) -> Station:
    """Return the type for one of a city's stations, made once: lists name the same few again."""
    path = f"{city_path}/{station.code}"
    known = _STATIONS.get(path)
    if known is None or known.station is not station:
        known = _STATIONS[path] = Station(
            path=path,
            code=station.code,
            station=station,
            control_room=station.control_room,
            numbers=list(station.numbers),
            position=_position(station.position),
        )
    return known


def station_of_row(root: Any, info: Info) -> Station | None:
    """Return the station that a row lies with, by its `city` and `place`."""
    station = station_at(info.context.domain.cities.get(root.city), root.place)
    return station_of(root.city, station) if station is not None else None


def _position(position: Any) -> Position | None:
    if position is None:
        return None
    return Position(latitude=position.latitude, longitude=position.longitude)


@strawberry.type(
    description="For how many days things are kept after something last happened to them. Then "
    "words, files, positions and receipts are erased."
)
class Retention:
    """Read from `core.places.description.Retention`."""

    is_type_of = _is(RetentionOfDomain)
    reports: int | None = strawberry.field(description="Reports; the counts of statistics stay.")
    alerts: int | None = strawberry.field(description="Calls for help, with their tracks.")
    advisories: int | None = strawberry.field(description="Advisories, from when they are over.")
    vehicle_look_ups: int | None = strawberry.field(description="Which officer looked up what.")
    towings: int | None = strawberry.field(description="Towings, from when they are over.")


@strawberry.type(description="A city, and what it offers.")
class City(Node):
    """Read from `plugins.runtime.places.Place`."""

    path: str = strawberry.field(description="Where it lies: country/state/city.")

    @classmethod
    def is_type_of(cls, obj: object, _info: object) -> bool:
        """Tell cities from everything else that a root field returns."""
        return isinstance(obj, Place)

    @strawberry.field(description="The global id.")
    @staticmethod
    def id(root: strawberry.Parent[CityOfDomain]) -> strawberry.ID:
        """Return the global id."""
        return global_id("City", root.path)

    @strawberry.field(description="What it is called.")
    @staticmethod
    def name(root: strawberry.Parent[CityOfDomain], language: Language = DEFAULT_LANGUAGE) -> str:
        """Answer in the language asked for."""
        return lookup(root.description.names, language)

    @strawberry.field(description="The version it runs.")
    @staticmethod
    def deployment(root: strawberry.Parent[CityOfDomain]) -> Deployment:
        """Return the version."""
        return root.description.deployment

    @strawberry.field(description="What it offers to citizens.")
    @staticmethod
    def features(root: strawberry.Parent[CityOfDomain]) -> list[Feature]:
        """Return the features in the order of the enum."""
        return [feature for feature in FeatureOfDomain if feature in root.features]

    @strawberry.field(description="Its time zone (IANA).")
    @staticmethod
    def time_zone(root: strawberry.Parent[CityOfDomain]) -> str:
        """Return the time zone."""
        return root.description.time_zone or "UTC"

    @strawberry.field(description="The languages in which it works (BCP 47).")
    @staticmethod
    def languages(root: strawberry.Parent[CityOfDomain]) -> list[str]:
        """Return the language tags."""
        return list(root.description.languages)

    @strawberry.field(description="Its centre.")
    @staticmethod
    def position(root: strawberry.Parent[CityOfDomain]) -> Position | None:
        """Return the centre."""
        return _position(root.description.position)

    @strawberry.field(
        description="The numbers to call, the most important first.",
        graphql_type=list[EmergencyNumber],
        metadata={DEPENDS_ON_CLOCK: True},
    )
    @staticmethod
    def emergency_numbers(
        root: strawberry.Parent[CityOfDomain],
        info: Info,
        kinds: Annotated[
            list[NumberKind] | None, argument("Only these kinds.", Limit(items=len(NumberKind)))
        ] = None,
        open_now: Annotated[
            bool,
            strawberry.argument(description="Only those that answer now, as far as hours tell."),
        ] = False,
    ) -> Sequence[EmergencyNumberOfDomain]:
        """Return the numbers of the kinds asked for."""
        at, time_zone = info.context.domain.clock(), root.description.time_zone
        return [
            number
            for number in root[NUMBERS]
            if kinds is None or number.kind in kinds
            if not open_now or is_open(number.hours, at, time_zone) is not False
        ]

    @strawberry.field(
        description="What it calls things and how it says where they stand, for an app to show: "
        "in the language asked for, else in English.",
    )
    @staticmethod
    def phrases(
        root: strawberry.Parent[CityOfDomain], language: Language = DEFAULT_LANGUAGE
    ) -> list[Phrase]:
        """Return the texts in the order of their keys."""
        said = sorted(root[PHRASES].items())
        return [Phrase(key=key, text=lookup(words, language)) for key, words in said]

    @strawberry.field(description="How long things are kept.", graphql_type=Retention)
    @staticmethod
    def retention(root: strawberry.Parent[CityOfDomain]) -> RetentionOfDomain:
        """Return the days."""
        return root.description.retention

    @strawberry.field(
        description="The kinds of advisory that its police can issue.",
        graphql_type=list[AdvisoryKind],
    )
    @staticmethod
    def advisory_kinds(root: strawberry.Parent[CityOfDomain]) -> Sequence[AdvisoryKindOfDomain]:
        """Return the kinds in the order of their codes."""
        return [root[ADVISORY_KINDS][code] for code in sorted(root[ADVISORY_KINDS])]

    @strawberry.field(
        description="The kinds of report it takes; none in a light city.",
        graphql_type=list[ReportCategory],
    )
    @staticmethod
    def report_categories(root: strawberry.Parent[CityOfDomain]) -> Sequence[Category]:
        """Return the categories in the order of their codes."""
        return [root[CATEGORIES][code] for code in sorted(root[CATEGORIES])]

    @strawberry.field(
        description="The outcomes that police can record.", graphql_type=list[Disposition]
    )
    @staticmethod
    def dispositions(root: strawberry.Parent[CityOfDomain]) -> Sequence[DispositionOfDomain]:
        """Return the dispositions."""
        return list(root[DISPOSITIONS].values())

    @strawberry.field(description="Its official fares.", graphql_type=list[Tariff])
    @staticmethod
    def tariffs(root: strawberry.Parent[CityOfDomain]) -> Sequence[TariffOfDomain]:
        """Return the tariffs in the order of their codes."""
        return [root[TARIFFS][code] for code in sorted(root[TARIFFS])]

    @strawberry.field(description="Its police stations and control room.")
    @staticmethod
    def stations(root: strawberry.Parent[CityOfDomain]) -> list[Station]:
        """Return the stations."""
        return [station_of(root.path, station) for station in root[STATIONS].values()]


@strawberry.type(description="One place in a list of cities.")
class CityEdge(Edge[City]):
    """A node and its cursor."""


@strawberry.type(description="A page of a list of cities.")
class CityConnection(Connection):
    """Cities in the order of their paths."""

    edges: list[CityEdge] = strawberry.field(description="The places of this page.")
