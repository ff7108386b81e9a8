"""Actions: as police see them, and as reporters and those who watch see them."""

from collections.abc import Sequence
from datetime import datetime

import strawberry

from core.log.models import Action as ActionRow
from core.log.transitions import Actor as ActorOfDomain
from core.log.transitions import Visibility as VisibilityOfDomain
from core.storage.rows import Row
from schema.base.enums import ActionKind, Actor, Visibility
from schema.base.node import Node, global_id
from schema.base.position import Position, position_of
from schema.base.row import OfRow, reads, related
from schema.media.types import Media


def public(actions: Sequence[Row]) -> list[Row]:
    """Return those that anybody who holds the receipt or link may read."""
    return [action for action in actions if action.visibility == VisibilityOfDomain.PUBLIC]


@strawberry.type(description="One thing that somebody did about a report or an alert.")
class Action(OfRow, Node):
    """Read from `core.log.models.Action`."""

    model = ActionRow

    kind: ActionKind = strawberry.field(description="What was done.")
    actor: Actor = strawberry.field(description="Who did it.")
    at: datetime = strawberry.field(description="When.")
    state: str = strawberry.field(description="The state that it led to.")
    visibility: Visibility = strawberry.field(description="Who may read it.")
    text: str = strawberry.field(description="The words that go with it; may be empty.")
    assignee: str | None = strawberry.field(description="Who was charged with it (ASSIGN).")
    disposition: str | None = strawberry.field(description="The code of what came of it (ACT).")
    place: str | None = strawberry.field(
        description="Where it was referred to (REFER), or who is told (ESCALATE)."
    )
    battery: int | None = strawberry.field(description="Battery of the phone in percent (alerts).")

    @strawberry.field(description="The global id.", metadata=reads("id"))
    @staticmethod
    def id(root: strawberry.Parent[Row]) -> strawberry.ID:
        """Return the global id."""
        return global_id("Action", root.id)

    @strawberry.field(
        description="The officer's name, where police did it.", metadata=reads("officer.name")
    )
    @staticmethod
    def officer(root: strawberry.Parent[Row]) -> str | None:
        """Return the name."""
        return root.officer_name

    @strawberry.field(
        description="Where the phone was (alerts).",
        metadata=reads("latitude", "longitude", "accuracy"),
    )
    @staticmethod
    def position(root: strawberry.Parent[Row]) -> Position | None:
        """Return the position."""
        return position_of(root.latitude, root.longitude, root.accuracy)

    media: list[Media] = strawberry.field(
        description="The files that came with it.", metadata=related("media")
    )


@strawberry.type(description="An action as the reporter, or one who watches, sees it.")
class TrackedAction(OfRow):
    """Read from `core.log.models.Action`; names no officer."""

    model = ActionRow

    kind: ActionKind = strawberry.field(description="What was done.")
    actor: Actor = strawberry.field(description="Who did it.")
    at: datetime = strawberry.field(description="When.")
    state: str = strawberry.field(description="The state that it led to.")
    text: str = strawberry.field(description="The words that go with it; may be empty.")
    disposition: str | None = strawberry.field(description="The code of what came of it (ACT).")
    place: str | None = strawberry.field(description="Where it was referred to (REFER).")
    battery: int | None = strawberry.field(description="Battery of the phone in percent (alerts).")

    @strawberry.field(
        description="Where the phone was (alerts).",
        metadata=reads("actor", "latitude", "longitude", "accuracy"),
    )
    @staticmethod
    def position(root: strawberry.Parent[Row]) -> Position | None:
        """Return the position, of the one who raised the alert only."""
        if root.actor != ActorOfDomain.OWNER:
            return None
        return position_of(root.latitude, root.longitude, root.accuracy)
