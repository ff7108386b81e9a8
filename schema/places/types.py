"""Cities. Subjects add fields of their own to `City` (`schema.subject.SubjectSchema.city`)."""

from collections.abc import Sequence
from typing import Annotated, Any

import strawberry

from core.languages import DEFAULT_LANGUAGE, lookup
from core.places.city import City as CityOfDomain
from core.places.description import Feature as FeatureOfDomain
from core.places.description import Retention as RetentionOfDomain
from core.places.numbers import NUMBERS
from core.places.numbers import EmergencyNumber as EmergencyNumberOfDomain
from core.places.opening_hours import is_open
from core.places.phrases import PHRASES
from core.places.stations import STATIONS
from core.storage.rows import Row
from plugins.runtime.places import Place
from schema.base.bounds import Limit, argument
from schema.base.connection import Connection, Edge
from schema.base.context import Info
from schema.base.emergency_number import EmergencyNumber
from schema.base.enums import Deployment, Feature, NumberKind
from schema.base.node import Node, global_id
from schema.base.position import Position, position_of
from schema.base.row import reads
from schema.base.selection import DEPENDS_ON_CLOCK
from schema.base.value import OfValue
from schema.base.words import Language, Phrase
from schema.places.retention import Retention
from schema.places.stations import Station, station_of


@strawberry.type(description="A city, and what it offers.")
class City(OfValue, Node):
    """Read from `plugins.runtime.places.Place`."""

    domain_class = Place

    path: str = strawberry.field(description="Its path: country/state/city.")

    @strawberry.field(description="The global ID.")
    @staticmethod
    def id(root: strawberry.Parent[CityOfDomain]) -> strawberry.ID:
        """Return the global ID."""
        return global_id("City", root.path)

    @strawberry.field(description="Its name.")
    @staticmethod
    def name(root: strawberry.Parent[CityOfDomain], language: Language = DEFAULT_LANGUAGE) -> str:
        """Return the name in the requested language."""
        return lookup(root.description.names, language)

    @strawberry.field(description="The version that it runs.")
    @staticmethod
    def deployment(root: strawberry.Parent[CityOfDomain]) -> Deployment:
        """Return the version."""
        return root.description.deployment

    @strawberry.field(description="The features that it offers to citizens.")
    @staticmethod
    def features(root: strawberry.Parent[CityOfDomain]) -> list[Feature]:
        """Return the features in the order of the enum."""
        return [feature for feature in FeatureOfDomain if feature in root.features]

    @strawberry.field(description="Its time zone (IANA).")
    @staticmethod
    def time_zone(root: strawberry.Parent[CityOfDomain]) -> str:
        """Return the time zone."""
        return root.description.time_zone or "UTC"

    @strawberry.field(description="Its working languages (BCP 47).")
    @staticmethod
    def languages(root: strawberry.Parent[CityOfDomain]) -> list[str]:
        """Return the language tags."""
        return list(root.description.languages)

    @strawberry.field(description="Its centre.")
    @staticmethod
    def position(root: strawberry.Parent[CityOfDomain]) -> Position | None:
        """Return the centre."""
        centre = root.description.position
        return position_of(centre.latitude, centre.longitude) if centre is not None else None

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
            strawberry.argument(
                description="Only numbers that are answered now, or whose hours do not say."
            ),
        ] = False,
    ) -> Sequence[EmergencyNumberOfDomain]:
        """Return the requested numbers."""
        at, time_zone = info.context.domain.clock(), root.description.time_zone
        return [
            number
            for number in root[NUMBERS]
            if kinds is None or number.kind in kinds
            if not open_now or is_open(number.hours, at, time_zone) is not False
        ]

    @strawberry.field(
        description="Texts for an app to show: names of things and of states, in the requested "
        "language, or else in English.",
    )
    @staticmethod
    def phrases(
        root: strawberry.Parent[CityOfDomain], language: Language = DEFAULT_LANGUAGE
    ) -> list[Phrase]:
        """Return the texts in the order of their keys."""
        said = sorted(root[PHRASES].items())
        return [Phrase(key=key, text=lookup(words, language)) for key, words in said]

    @strawberry.field(description="Its retention periods.", graphql_type=Retention)
    @staticmethod
    def retention(root: strawberry.Parent[CityOfDomain]) -> RetentionOfDomain:
        """Return the periods."""
        return root.description.retention

    @strawberry.field(description="Its police stations and control room.")
    @staticmethod
    def stations(root: strawberry.Parent[CityOfDomain]) -> list[Station]:
        """Return the stations."""
        return [station_of(root.path, station) for station in root[STATIONS].values()]


def city_of_row(root: strawberry.Parent[Row], info: Info) -> CityOfDomain | None:
    """Return the city of a row, by its `city`; `None` if the server has it no longer."""
    return info.context.domain.cities.get(root.city)


def city_field(description: str) -> Any:
    """Make a field with the city of a row."""
    return strawberry.field(
        resolver=city_of_row,
        description=description,
        graphql_type=City | None,
        metadata=reads("city"),
    )


@strawberry.type(description="An edge of a list of cities.")
class CityEdge(Edge[City]):
    """A city and its cursor."""


@strawberry.type(description="A page of a list of cities.")
class CityConnection(Connection):
    """Cities in the order of their paths."""

    edges: list[CityEdge] = strawberry.field(description="The edges of this page.")
