"""Alerts: as police see them, and as the owner and the followers see them."""

from datetime import datetime

import strawberry

from core.alerts.models import Alert as AlertRow
from core.alerts.states import ALERT_MOVES, OPEN_ALERT_STATES
from core.languages import DEFAULT_LANGUAGE
from core.log.transitions import Actor as ActorOfDomain
from core.log.transitions import possible_actions
from core.storage.rows import Row
from schema.actions.types import Action, TrackedAction, public_actions_field
from schema.alerts.enums import AlertState
from schema.base.connection import Connection, Edge
from schema.base.context import Info
from schema.base.enums import ActionKind
from schema.base.node import Node, global_id
from schema.base.pagination import OfPage
from schema.base.position import Position, position_of
from schema.base.row import OfRow, reads, related
from schema.base.words import Language, phrase
from schema.places.types import City, city_field, city_of_row


@strawberry.type
class _AlertFields(OfRow):
    """What police, the owner and the followers all see."""

    model = AlertRow

    state: AlertState = strawberry.field(description="Its state.")
    note: str = strawberry.field(description="The owner's text; may be empty.")
    battery: int | None = strawberry.field(description="Battery of the phone in percent.")
    located_at: datetime | None = strawberry.field(description="When the position was sent.")
    raised_at: datetime = strawberry.field(description="When it was raised.")
    updated_at: datetime = strawberry.field(description="When it last changed.")
    ended_at: datetime | None = strawberry.field(description="When it ended.")
    city: City | None = city_field("The city where it was raised.")

    @strawberry.field(
        description="The last position that the phone sent.",
        metadata=reads("latitude", "longitude", "accuracy"),
    )
    @staticmethod
    def position(root: strawberry.Parent[Row]) -> Position | None:
        """Return the position."""
        return position_of(root.latitude, root.longitude, root.accuracy)


@strawberry.type(description="A call for help, as police see it.")
class Alert(Node, _AlertFields):
    """Read from `core.alerts.models.Alert`."""

    place: str = strawberry.field(
        description="The path of the responsible station, or of the city or country."
    )
    route_reason: str = strawberry.field(description="Why this station, or place, got it.")
    assignee: str | None = strawberry.field(description="Who it is assigned to.")
    disposition: str | None = strawberry.field(description="The code of the outcome.")
    escalated_to: str | None = strawberry.field(
        description="The path of the authority to which it was last escalated because nobody had "
        "acknowledged it."
    )
    erased_at: datetime | None = strawberry.field(
        description="When its content was erased at the end of the retention period "
        "(`city.retention`)."
    )

    @strawberry.field(description="The global ID.", metadata=reads("id"))
    @staticmethod
    def id(root: strawberry.Parent[Row]) -> strawberry.ID:
        """Return the global ID."""
        return global_id("Alert", root.id)

    actions: list[Action] = strawberry.field(
        description="All actions on it, the oldest first; positions sent by the phone are among "
        "them.",
        metadata=related("actions"),
    )

    @strawberry.field(description="The actions that police can take now.", metadata=reads("state"))
    @staticmethod
    def possible_actions(root: strawberry.Parent[Row]) -> list[ActionKind]:
        """Return the kinds that `takeAction` accepts."""
        return list(possible_actions(ALERT_MOVES, AlertState(root.state), ActorOfDomain.POLICE))


@strawberry.type(description="A call for help, as its owner and holders of the share link see it.")
class TrackedAlert(_AlertFields):
    """Read from `core.alerts.models.Alert`."""

    @strawberry.field(
        description="Its state as a text, in the city's wording.", metadata=reads("state", "city")
    )
    @staticmethod
    def status(
        root: strawberry.Parent[Row], info: Info, language: Language = DEFAULT_LANGUAGE
    ) -> str:
        """Return the state in the requested language."""
        return phrase(city_of_row(root, info), f"alert-{root.state!s}", language)

    @strawberry.field(description="Whether help is still needed.", metadata=reads("state"))
    @staticmethod
    def open(root: strawberry.Parent[Row]) -> bool:
        """Return whether its state is one of the open states."""
        return root.state in OPEN_ALERT_STATES

    actions: list[TrackedAction] = public_actions_field()


@strawberry.type(description="An edge of a list of alerts.")
class AlertEdge(Edge[Alert]):
    """An alert and its cursor."""


@strawberry.type(description="A page of a list of alerts.")
class AlertConnection(OfPage, Connection):
    """Alerts, the newest first: read from `schema.base.pagination.Page`."""

    model = AlertRow

    edges: list[AlertEdge] = strawberry.field(description="The edges of this page.")
    events_cursor: str = strawberry.field(
        description="Pass it as `after` to `placeEvents`: the stream continues exactly where this "
        "list ends."
    )
