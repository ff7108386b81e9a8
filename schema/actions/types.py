"""Actions, as police see them and as citizens see them."""

from datetime import datetime
from typing import Any

import strawberry

from core.actions.take import Taken
from core.log.models import Action as ActionRow
from core.log.transitions import Actor as ActorOfDomain
from core.log.transitions import Visibility as VisibilityOfDomain
from core.storage.rows import Row
from schema.base.enums import ActionKind, Actor, Visibility
from schema.base.node import Node, global_id
from schema.base.position import Position, position_of
from schema.base.row import OfRow, reads, related
from schema.base.value import OfValue
from schema.media.types import Media


@strawberry.type(description="An action on a report or an alert.")
class Action(OfRow, Node):
    """Read from `core.log.models.Action`."""

    model = ActionRow

    kind: ActionKind = strawberry.field(description="What was done.")
    actor: Actor = strawberry.field(description="Who did it.")
    at: datetime = strawberry.field(description="When.")
    state: str = strawberry.field(description="The state after it.")
    visibility: Visibility = strawberry.field(description="Who may read it.")
    text: str = strawberry.field(description="The text of the action; may be empty.")
    assignee: str | None = strawberry.field(description="Who it was assigned to (ASSIGN).")
    disposition: str | None = strawberry.field(description="The code of the outcome (ACT).")
    place: str | None = strawberry.field(
        description="The place it was referred to (REFER) or escalated to (ESCALATE)."
    )
    battery: int | None = strawberry.field(
        description="Battery of the phone in percent (alerts only)."
    )

    @strawberry.field(description="The global ID.", metadata=reads("id"))
    @staticmethod
    def id(root: strawberry.Parent[Row]) -> strawberry.ID:
        """Return the global ID."""
        return global_id("Action", root.id)

    @strawberry.field(
        description="The name of the officer, if police took it.", metadata=reads("officer.name")
    )
    @staticmethod
    def officer(root: strawberry.Parent[Row]) -> str | None:
        """Return the name."""
        return root.officer_name

    @strawberry.field(
        description="The position of the phone (alerts only).",
        metadata=reads("latitude", "longitude", "accuracy"),
    )
    @staticmethod
    def position(root: strawberry.Parent[Row]) -> Position | None:
        """Return the position."""
        return position_of(root.latitude, root.longitude, root.accuracy)

    media: list[Media] = strawberry.field(
        description="The files that came with it.", metadata=related("media")
    )


@strawberry.type(description="An action, as the reporter or a holder of the share link sees it.")
class TrackedAction(OfRow):
    """Read from `core.log.models.Action`; names no officer."""

    model = ActionRow

    kind: ActionKind = strawberry.field(description="What was done.")
    actor: Actor = strawberry.field(description="Who did it.")
    at: datetime = strawberry.field(description="When.")
    state: str = strawberry.field(description="The state after it.")
    text: str = strawberry.field(description="The text of the action; may be empty.")
    disposition: str | None = strawberry.field(description="The code of the outcome (ACT).")
    place: str | None = strawberry.field(description="The place it was referred to (REFER).")
    battery: int | None = strawberry.field(
        description="Battery of the phone in percent (alerts only)."
    )

    @strawberry.field(
        description="The position of the phone (alerts only).",
        metadata=reads("actor", "latitude", "longitude", "accuracy"),
    )
    @staticmethod
    def position(root: strawberry.Parent[Row]) -> Position | None:
        """Return the position, if the owner of the alert took the action."""
        if root.actor != ActorOfDomain.OWNER:
            return None
        return position_of(root.latitude, root.longitude, root.accuracy)


@strawberry.type(description="The action was taken.")
class TakeActionSuccess(OfValue):
    """Read from `core.actions.take.Taken`; subjects add the fields that show what it was on."""

    domain_class = Taken

    action: Action = strawberry.field(description="The action.")


def _public(root: strawberry.Parent[Row]) -> list[Row]:
    return [each for each in root.actions if each.visibility == VisibilityOfDomain.PUBLIC]


def public_actions_field() -> Any:
    """Return a field with the actions that the holder of a receipt or link may read."""
    return strawberry.field(
        resolver=_public,
        description="The public actions on it, the oldest first.",
        graphql_type=list[TrackedAction],
        metadata=related("actions", "visibility"),
    )
