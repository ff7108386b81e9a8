"""Actions: as police see them, and as reporters and those who watch see them."""

from collections.abc import Sequence
from datetime import datetime

import strawberry

from core import models
from core.lifecycle import Actor as ActorOfDomain
from core.lifecycle import Visibility as VisibilityOfDomain
from schema.types.enums import ActionKind, Actor, Visibility
from schema.types.media import Media
from schema.types.node import Node, global_id
from schema.types.position import Position, position_of


def in_order(actions: Sequence[models.Action]) -> list[models.Action]:
    """Return actions from the first to the last."""
    return sorted(actions, key=lambda action: action.at)


def public(actions: Sequence[models.Action]) -> list[models.Action]:
    """Return those that anybody who holds the receipt or link may read, in order."""
    return [
        action for action in in_order(actions) if action.visibility is VisibilityOfDomain.PUBLIC
    ]


@strawberry.type(description="One thing that somebody did about a report or an alert.")
class Action(Node):
    """Read from `core.models.Action`."""

    @classmethod
    def is_type_of(cls, obj: object, _info: object) -> bool:
        """Recognise the row."""
        return isinstance(obj, models.Action)

    kind: ActionKind = strawberry.field(description="What was done.")
    actor: Actor = strawberry.field(description="Who did it.")
    at: datetime = strawberry.field(description="When.")
    state: str = strawberry.field(description="The state that it led to.")
    visibility: Visibility = strawberry.field(description="Who may read it.")
    text: str = strawberry.field(description="The words that go with it; may be empty.")
    assignee: str | None = strawberry.field(description="Who was charged with it (ASSIGN).")
    disposition: str | None = strawberry.field(description="The code of what came of it (ACT).")
    place: str | None = strawberry.field(description="Where it was referred to (REFER).")
    battery: int | None = strawberry.field(description="Battery of the phone in percent (alerts).")

    @strawberry.field(description="The global id.")
    @staticmethod
    def id(root: strawberry.Parent[models.Action]) -> strawberry.ID:
        """Return the global id."""
        return global_id("Action", root.id)

    @strawberry.field(description="The officer's name, where police did it.")
    @staticmethod
    def officer(root: strawberry.Parent[models.Action]) -> str | None:
        """Return the name."""
        return root.officer.name if root.officer is not None else None

    @strawberry.field(description="Where the phone was (alerts).")
    @staticmethod
    def position(root: strawberry.Parent[models.Action]) -> Position | None:
        """Return the position."""
        return position_of(root.latitude, root.longitude, root.accuracy)

    @strawberry.field(description="The files that came with it.", graphql_type=list[Media])
    @staticmethod
    def media(root: strawberry.Parent[models.Action]) -> Sequence[models.Media]:
        """Return the files in the order they were sent."""
        return sorted(root.media, key=lambda media: media.position)


@strawberry.type(description="An action as the reporter, or one who watches, sees it.")
class TrackedAction:
    """Read from `core.models.Action`; names no officer."""

    @classmethod
    def is_type_of(cls, obj: object, _info: object) -> bool:
        """Recognise the row."""
        return isinstance(obj, models.Action)

    kind: ActionKind = strawberry.field(description="What was done.")
    actor: Actor = strawberry.field(description="Who did it.")
    at: datetime = strawberry.field(description="When.")
    state: str = strawberry.field(description="The state that it led to.")
    text: str = strawberry.field(description="The words that go with it; may be empty.")
    disposition: str | None = strawberry.field(description="The code of what came of it (ACT).")
    place: str | None = strawberry.field(description="Where it was referred to (REFER).")
    battery: int | None = strawberry.field(description="Battery of the phone in percent (alerts).")

    @strawberry.field(description="Where the phone was (alerts).")
    @staticmethod
    def position(root: strawberry.Parent[models.Action]) -> Position | None:
        """Return the position, of the one who raised the alert only."""
        if root.actor is not ActorOfDomain.OWNER:
            return None
        return position_of(root.latitude, root.longitude, root.accuracy)
