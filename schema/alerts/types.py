"""Alerts: as police see them, and as the owner and those who watch see them."""

from datetime import datetime

import strawberry

from core.alerts.models import Alert as AlertRow
from core.alerts.states import ALERT_MOVES, OPEN_ALERT_STATES
from core.languages import DEFAULT_LANGUAGE
from core.log.transitions import Actor as ActorOfDomain
from core.log.transitions import possible_actions
from core.places.city import City
from core.storage.rows import Row
from schema.actions.types import Action, TrackedAction, public
from schema.base.connection import Connection, Edge
from schema.base.context import Info
from schema.base.enums import ActionKind, AlertState
from schema.base.node import Node, global_id
from schema.base.pagination import Page
from schema.base.position import Position, position_of
from schema.base.row import OfRow, reads, related
from schema.base.words import Language, phrase
from schema.places.types import City as CityType


def _city(root: Row, info: Info) -> City | None:
    return info.context.domain.cities.get(root.city)


@strawberry.type(description="A call for help, as police see it.")
class Alert(OfRow, Node):
    """Read from `core.alerts.models.Alert`."""

    model = AlertRow

    place: str = strawberry.field(description="The path of the station, or place, it lies with.")
    state: AlertState = strawberry.field(description="Where it stands.")
    note: str = strawberry.field(description="The owner's words; may be empty.")
    battery: int | None = strawberry.field(description="Battery of the phone in percent.")
    located_at: datetime | None = strawberry.field(description="When the position was sent.")
    assignee: str | None = strawberry.field(description="Who is charged with it.")
    disposition: str | None = strawberry.field(description="The code of what came of it.")
    route_reason: str = strawberry.field(description="Why it lies with this station.")
    escalated_to: str | None = strawberry.field(
        description="The path of the authority that was told last that nobody had acknowledged it."
    )
    raised_at: datetime = strawberry.field(description="When it was raised.")
    updated_at: datetime = strawberry.field(description="When something last happened to it.")
    ended_at: datetime | None = strawberry.field(description="When it ended.")

    erased_at: datetime | None = strawberry.field(
        description="When what it said was erased, for its time was over (`city.retention`)."
    )

    @strawberry.field(description="The global id.", metadata=reads("id"))
    @staticmethod
    def id(root: strawberry.Parent[Row]) -> strawberry.ID:
        """Return the global id."""
        return global_id("Alert", root.id)

    @strawberry.field(
        description="The city it was raised in.",
        graphql_type=CityType | None,
        metadata=reads("city"),
    )
    @staticmethod
    def city(root: strawberry.Parent[Row], info: Info) -> City | None:
        """Return the city."""
        return _city(root, info)

    @strawberry.field(
        description="The last position that the phone sent.",
        metadata=reads("latitude", "longitude", "accuracy"),
    )
    @staticmethod
    def position(root: strawberry.Parent[Row]) -> Position | None:
        """Return the position."""
        return position_of(root.latitude, root.longitude, root.accuracy)

    actions: list[Action] = strawberry.field(
        description="All that was done, from the first; the positions sent are among them.",
        metadata=related("actions"),
    )

    @strawberry.field(description="What police can do now.", metadata=reads("state"))
    @staticmethod
    def possible_actions(root: strawberry.Parent[Row]) -> list[ActionKind]:
        """Return the kinds that `takeAction` would accept."""
        return list(possible_actions(ALERT_MOVES, AlertState(root.state), ActorOfDomain.POLICE))


@strawberry.type(description="A call for help, as its owner and those who hold the link see it.")
class TrackedAlert(OfRow):
    """Read from `core.alerts.models.Alert`."""

    model = AlertRow

    state: AlertState = strawberry.field(description="Where it stands.")
    note: str = strawberry.field(description="The owner's words; may be empty.")
    battery: int | None = strawberry.field(description="Battery of the phone in percent.")
    located_at: datetime | None = strawberry.field(description="When the position was sent.")
    raised_at: datetime = strawberry.field(description="When it was raised.")
    updated_at: datetime = strawberry.field(description="When something last happened to it.")
    ended_at: datetime | None = strawberry.field(description="When it ended.")

    @strawberry.field(
        description="Where it stands, in the city's plain words.", metadata=reads("state", "city")
    )
    @staticmethod
    def status(
        root: strawberry.Parent[Row], info: Info, language: Language = DEFAULT_LANGUAGE
    ) -> str:
        """Return the words in the language asked for."""
        return phrase(_city(root, info), f"alert-{root.state!s}", language)

    @strawberry.field(description="Whether help is still wanted.", metadata=reads("state"))
    @staticmethod
    def open(root: strawberry.Parent[Row]) -> bool:
        """Tell open from ended."""
        return root.state in OPEN_ALERT_STATES

    @strawberry.field(
        description="The city it was raised in.",
        graphql_type=CityType | None,
        metadata=reads("city"),
    )
    @staticmethod
    def city(root: strawberry.Parent[Row], info: Info) -> City | None:
        """Return the city."""
        return _city(root, info)

    @strawberry.field(
        description="The last position that the phone sent.",
        metadata=reads("latitude", "longitude", "accuracy"),
    )
    @staticmethod
    def position(root: strawberry.Parent[Row]) -> Position | None:
        """Return the position."""
        return position_of(root.latitude, root.longitude, root.accuracy)

    @strawberry.field(
        description="What was done, from the first; internal actions are left out.",
        graphql_type=list[TrackedAction],
        metadata=related("actions", "visibility"),
    )
    @staticmethod
    def actions(root: strawberry.Parent[Row]) -> list[Row]:
        """Return the public actions."""
        return public(root.actions)


@strawberry.type(description="One place in a list of alerts.")
class AlertEdge(Edge[Alert]):
    """A node and its cursor."""


@strawberry.type(description="A page of a list of alerts.")
class AlertConnection(Connection):
    """Alerts, the newest first: read from `schema.base.pagination.Page`."""

    @classmethod
    def is_type_of(cls, obj: object, _info: object) -> bool:
        """Recognise a page of alerts."""
        return isinstance(obj, Page) and obj.model is AlertRow

    edges: list[AlertEdge] = strawberry.field(description="The places of this page.")
    events_cursor: str = strawberry.field(
        description="Give it as `after` to `placeEvents`: the stream then goes on exactly where "
        "this list ends."
    )
