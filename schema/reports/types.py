"""Reports: as police see them, and as their reporter sees them."""

from datetime import datetime

import strawberry

from core.languages import DEFAULT_LANGUAGE
from core.log.transitions import Actor as ActorOfDomain
from core.log.transitions import possible_actions
from core.places.city import City
from core.reports.categories import CATEGORIES, Category
from core.reports.models import Report as ReportRow
from core.reports.states import OPEN_REPORT_STATES, REPORT_MOVES
from core.storage.rows import Row
from schema.actions.types import Action, TrackedAction, public
from schema.base.connection import Connection, Edge
from schema.base.context import Info
from schema.base.enums import ActionKind, ReportState, Urgency
from schema.base.node import Node, global_id
from schema.base.pagination import Page
from schema.base.position import Position
from schema.base.row import OfRow, reads, related
from schema.base.words import Language, phrase
from schema.media.types import Media
from schema.places.types import City as CityType
from schema.places.types import ReportCategory, Station, station_of_row


@strawberry.type(description="An answer to one of the category's questions.")
class Answer:
    """Question and values, by their codes."""

    question: str = strawberry.field(description="The code of the question.")
    values: list[str] = strawberry.field(description="What was answered.")


def _city(root: Row, info: Info) -> City | None:
    return info.context.domain.cities.get(root.city)


def _category(root: Row, info: Info) -> Category | None:
    city = _city(root, info)
    return city[CATEGORIES].get(root.category) if city is not None else None


def _category_code(root: strawberry.Parent[Row]) -> str:
    return root.category


def _answers(root: Row) -> list[Answer]:
    return [Answer(question=code, values=values) for code, values in root.answers.items()]


@strawberry.type(description="An incident, as police see it. Nobody can see who reported it.")
class Report(OfRow, Node):
    """Read from `core.reports.models.Report`."""

    model = ReportRow

    reference: str = strawberry.field(description="The public number, such as `RPR-1042`.")
    place: str = strawberry.field(description="The path of the station, or city, it lies with.")
    category_code: str = strawberry.field(
        resolver=_category_code,
        description="The code of its category.",
        metadata=reads("category"),
    )
    urgency: Urgency = strawberry.field(description="How soon somebody must act.")
    description: str = strawberry.field(description="The reporter's words; may be empty.")
    state: ReportState = strawberry.field(description="Where it stands.")
    assignee: str | None = strawberry.field(description="Who is charged with it.")
    disposition: str | None = strawberry.field(description="The code of what came of it.")
    referred_to: str | None = strawberry.field(description="The place it was referred to.")
    route_reason: str = strawberry.field(description="Why it lies with this station.")
    escalated_to: str | None = strawberry.field(
        description="The path of the authority that was told last that nobody had acknowledged it."
    )
    awaits_answer: bool = strawberry.field(
        description="Whether a question to the reporter is open."
    )
    received_at: datetime = strawberry.field(description="When it came in.")
    updated_at: datetime = strawberry.field(description="When something last happened to it.")
    acted_at: datetime | None = strawberry.field(description="When police first acted upon it.")

    erased_at: datetime | None = strawberry.field(
        description="When what it said was erased, for its time was over (`city.retention`)."
    )

    @strawberry.field(description="The global id.", metadata=reads("id"))
    @staticmethod
    def id(root: strawberry.Parent[Row]) -> strawberry.ID:
        """Return the global id."""
        return global_id("Report", root.id)

    @strawberry.field(
        description="The city it happened in.", graphql_type=CityType | None, metadata=reads("city")
    )
    @staticmethod
    def city(root: strawberry.Parent[Row], info: Info) -> City | None:
        """Return the city."""
        return _city(root, info)

    @strawberry.field(
        description="The station it lies with; none where it lies with the city.",
        metadata=reads("city", "place"),
    )
    @staticmethod
    def station(root: strawberry.Parent[Row], info: Info) -> Station | None:
        """Return the station."""
        return station_of_row(root, info)

    @strawberry.field(
        description="Its category, while the city has it.",
        graphql_type=ReportCategory | None,
        metadata=reads("city", "category"),
    )
    @staticmethod
    def category(root: strawberry.Parent[Row], info: Info) -> Category | None:
        """Return the category."""
        return _category(root, info)

    @strawberry.field(
        description="Where it happened.", metadata=reads("latitude", "longitude", "accuracy")
    )
    @staticmethod
    def position(root: strawberry.Parent[Row]) -> Position:
        """Return the position."""
        return Position(latitude=root.latitude, longitude=root.longitude, accuracy=root.accuracy)

    @strawberry.field(description="Answers to the category's questions.", metadata=reads("answers"))
    @staticmethod
    def answers(root: strawberry.Parent[Row]) -> list[Answer]:
        """Return the answers."""
        return _answers(root)

    media: list[Media] = strawberry.field(
        description="Photos, videos and voice notes.", metadata=related("media")
    )

    actions: list[Action] = strawberry.field(
        description="All that was done, from the first.", metadata=related("actions")
    )

    @strawberry.field(description="What police can do now.", metadata=reads("state"))
    @staticmethod
    def possible_actions(root: strawberry.Parent[Row]) -> list[ActionKind]:
        """Return the kinds that `takeAction` would accept."""
        return list(possible_actions(REPORT_MOVES, ReportState(root.state), ActorOfDomain.POLICE))


@strawberry.type(description="A report as the one who holds its receipt sees it.")
class TrackedReport(OfRow):
    """Read from `core.reports.models.Report`."""

    model = ReportRow

    reference: str = strawberry.field(description="The public number, such as `RPR-1042`.")
    category_code: str = strawberry.field(
        resolver=_category_code,
        description="The code of its category.",
        metadata=reads("category"),
    )
    description: str = strawberry.field(description="The reporter's words; may be empty.")
    state: ReportState = strawberry.field(description="Where it stands.")
    awaits_answer: bool = strawberry.field(description="Whether police wait for an answer.")
    disposition: str | None = strawberry.field(description="The code of what came of it.")
    referred_to: str | None = strawberry.field(description="The place it was referred to.")
    received_at: datetime = strawberry.field(description="When it came in.")
    updated_at: datetime = strawberry.field(description="When something last happened to it.")

    @strawberry.field(
        description="Where it stands, in the city's plain words.", metadata=reads("state", "city")
    )
    @staticmethod
    def status(
        root: strawberry.Parent[Row], info: Info, language: Language = DEFAULT_LANGUAGE
    ) -> str:
        """Return the words in the language asked for."""
        return phrase(_city(root, info), f"report-{root.state!s}", language)

    @strawberry.field(
        description="Whether it is open, in the terms of Open311.", metadata=reads("state")
    )
    @staticmethod
    def open(root: strawberry.Parent[Row]) -> bool:
        """Tell open from closed."""
        return root.state in OPEN_REPORT_STATES

    @strawberry.field(
        description="The city it happened in.", graphql_type=CityType | None, metadata=reads("city")
    )
    @staticmethod
    def city(root: strawberry.Parent[Row], info: Info) -> City | None:
        """Return the city."""
        return _city(root, info)

    @strawberry.field(
        description="Its category, while the city has it.",
        graphql_type=ReportCategory | None,
        metadata=reads("city", "category"),
    )
    @staticmethod
    def category(root: strawberry.Parent[Row], info: Info) -> Category | None:
        """Return the category."""
        return _category(root, info)

    @strawberry.field(description="Answers to the category's questions.", metadata=reads("answers"))
    @staticmethod
    def answers(root: strawberry.Parent[Row]) -> list[Answer]:
        """Return the answers."""
        return _answers(root)

    media: list[Media] = strawberry.field(
        description="Photos, videos and voice notes.", metadata=related("media")
    )

    @strawberry.field(
        description="What was done, from the first; internal actions are left out.",
        graphql_type=list[TrackedAction],
        metadata=related("actions", "visibility"),
    )
    @staticmethod
    def actions(root: strawberry.Parent[Row]) -> list[Row]:
        """Return the public actions."""
        return public(root.actions)


@strawberry.type(description="One place in a list of reports.")
class ReportEdge(Edge[Report]):
    """A node and its cursor."""


@strawberry.type(description="A page of a list of reports.")
class ReportConnection(Connection):
    """Reports, the newest first: read from `schema.base.pagination.Page`."""

    @classmethod
    def is_type_of(cls, obj: object, _info: object) -> bool:
        """Recognise a page of reports."""
        return isinstance(obj, Page) and obj.model is ReportRow

    edges: list[ReportEdge] = strawberry.field(description="The places of this page.")
    events_cursor: str = strawberry.field(
        description="Give it as `after` to `placeEvents`: the stream then goes on exactly where "
        "this list ends, so that a list and its stream miss nothing between them."
    )
