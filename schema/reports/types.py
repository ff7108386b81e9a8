"""Reports: as police see them, and as their reporter sees them."""

from datetime import datetime

import strawberry

from core.languages import DEFAULT_LANGUAGE
from core.log.transitions import Actor as ActorOfDomain
from core.log.transitions import possible_actions
from core.reports.categories import CATEGORIES, Category
from core.reports.models import Report as ReportRow
from core.reports.states import OPEN_REPORT_STATES, REPORT_MOVES
from core.storage.rows import Row
from schema.actions.types import Action, TrackedAction, public_actions_field
from schema.base.connection import Connection, Edge
from schema.base.context import Info
from schema.base.enums import ActionKind, Urgency
from schema.base.node import Node, global_id
from schema.base.pagination import OfPage
from schema.base.position import Position
from schema.base.row import OfRow, reads, related
from schema.base.words import Language, phrase
from schema.media.types import Media
from schema.places.stations import Station, station_field
from schema.places.types import City, city_field, city_of_row
from schema.reports.categories import ReportCategory
from schema.reports.enums import ReportState


@strawberry.type(description="An answer to one of the category's questions.")
class Answer:
    """Question and values, by their codes."""

    question: str = strawberry.field(description="The code of the question.")
    values: list[str] = strawberry.field(description="The given values.")


def _category_code(root: strawberry.Parent[Row]) -> str:
    return root.category


@strawberry.type
class _ReportFields(OfRow):
    """What police and the reporter both see."""

    model = ReportRow

    reference: str = strawberry.field(description="The public number, such as `RPR-1042`.")
    category_code: str = strawberry.field(
        resolver=_category_code,
        description="The code of its category.",
        metadata=reads("category"),
    )
    description: str = strawberry.field(description="The reporter's text; may be empty.")
    state: ReportState = strawberry.field(description="Its state.")
    awaits_answer: bool = strawberry.field(
        description="Whether police have asked the reporter a question that is not answered yet."
    )
    disposition: str | None = strawberry.field(description="The code of the outcome.")
    referred_to: str | None = strawberry.field(
        description="The path of the place it was referred to."
    )
    received_at: datetime = strawberry.field(description="When it was received.")
    updated_at: datetime = strawberry.field(description="When it last changed.")
    city: City | None = city_field("The city where it happened.")

    @strawberry.field(
        description="Its category; null if the city no longer has it.",
        graphql_type=ReportCategory | None,
        metadata=reads("city", "category"),
    )
    @staticmethod
    def category(root: strawberry.Parent[Row], info: Info) -> Category | None:
        """Return the category."""
        city = city_of_row(root, info)
        return city[CATEGORIES].get(root.category) if city is not None else None

    @strawberry.field(description="Answers to the category's questions.", metadata=reads("answers"))
    @staticmethod
    def answers(root: strawberry.Parent[Row]) -> list[Answer]:
        """Return the answers."""
        return [Answer(question=code, values=values) for code, values in root.answers.items()]

    media: list[Media] = strawberry.field(
        description="Photos, videos and voice notes.", metadata=related("media")
    )


@strawberry.type(
    description="A report of an incident, as police see it. Nobody can see who sent it."
)
class Report(Node, _ReportFields):
    """Read from `core.reports.models.Report`."""

    place: str = strawberry.field(
        description="The path of the responsible station, or of the city."
    )
    station: Station | None = station_field(
        "The responsible station; null if the city as a whole is responsible."
    )
    route_reason: str = strawberry.field(description="Why this station, or the city, got it.")
    urgency: Urgency = strawberry.field(description="How soon action is needed.")
    assignee: str | None = strawberry.field(description="Who it is assigned to.")
    escalated_to: str | None = strawberry.field(
        description="The path of the authority to which it was last escalated because nobody had "
        "acknowledged it."
    )
    acted_at: datetime | None = strawberry.field(description="When police first acted on it.")
    erased_at: datetime | None = strawberry.field(
        description="When its content was erased at the end of the retention period "
        "(`city.retention`)."
    )

    @strawberry.field(description="The global ID.", metadata=reads("id"))
    @staticmethod
    def id(root: strawberry.Parent[Row]) -> strawberry.ID:
        """Return the global ID."""
        return global_id("Report", root.id)

    @strawberry.field(
        description="Where it happened.", metadata=reads("latitude", "longitude", "accuracy")
    )
    @staticmethod
    def position(root: strawberry.Parent[Row]) -> Position:
        """Return the position."""
        return Position(latitude=root.latitude, longitude=root.longitude, accuracy=root.accuracy)

    actions: list[Action] = strawberry.field(
        description="All actions on it, the oldest first.", metadata=related("actions")
    )

    @strawberry.field(description="The actions that police can take now.", metadata=reads("state"))
    @staticmethod
    def possible_actions(root: strawberry.Parent[Row]) -> list[ActionKind]:
        """Return the kinds that `takeAction` accepts."""
        return list(possible_actions(REPORT_MOVES, ReportState(root.state), ActorOfDomain.POLICE))


@strawberry.type(description="A report as the holder of its receipt sees it.")
class TrackedReport(_ReportFields):
    """Read from `core.reports.models.Report`."""

    @strawberry.field(
        description="Its state as a text, in the city's wording.", metadata=reads("state", "city")
    )
    @staticmethod
    def status(
        root: strawberry.Parent[Row], info: Info, language: Language = DEFAULT_LANGUAGE
    ) -> str:
        """Return the state in the requested language."""
        return phrase(city_of_row(root, info), f"report-{root.state!s}", language)

    @strawberry.field(
        description="Whether it is open, in the terms of Open311.", metadata=reads("state")
    )
    @staticmethod
    def open(root: strawberry.Parent[Row]) -> bool:
        """Return whether its state is one of the open states."""
        return root.state in OPEN_REPORT_STATES

    actions: list[TrackedAction] = public_actions_field()


@strawberry.type(description="An edge of a list of reports.")
class ReportEdge(Edge[Report]):
    """A report and its cursor."""


@strawberry.type(description="A page of a list of reports.")
class ReportConnection(OfPage, Connection):
    """Reports, the newest first: read from `schema.base.pagination.Page`."""

    model = ReportRow

    edges: list[ReportEdge] = strawberry.field(description="The edges of this page.")
    events_cursor: str = strawberry.field(
        description="Pass it as `after` to `placeEvents`: the stream continues exactly where this "
        "list ends, so no event between the list and its stream is missed."
    )
