"""What every event of a stream has."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import strawberry

from core.log.models import Action as ActionRow
from core.storage.rows import Row
from schema.base.enums import Urgency
from schema.base.node import global_id
from schema.base.row import reads_of


@dataclass(frozen=True, slots=True)
class Delivered:
    """An event of the log on its way to those who follow a place."""

    event: Row
    action: Row
    subject: Row
    cursor: str

    @property
    def place(self) -> str:
        """The path of the station, or place, it concerns."""
        return self.event.place

    @property
    def at(self) -> datetime:
        """When it happened."""
        return self.action.at


@dataclass(frozen=True, slots=True)
class DeliveredToCitizen(Delivered):
    """The same on its way to somebody who holds a receipt or a link."""


@dataclass(frozen=True, slots=True)
class Left:
    """A referral out of the place that is followed, on its way to those who follow it."""

    event: Row
    action: Row
    cursor: str

    @property
    def place(self) -> str:
        """The path of the place that it was referred to."""
        return self.event.place

    @property
    def previous_place(self) -> str:
        """The path of the place that it was referred from."""
        return self.event.previous_place

    @property
    def at(self) -> datetime:
        """When that happened."""
        return self.action.at


def subject_of(root: strawberry.Parent[Delivered]) -> Any:
    """Return what the event is about."""
    return root.subject


@strawberry.interface(description="One line of a city's log.")
class Event:
    """What every event tells."""

    cursor: str = strawberry.field(
        description="Where the reader stands after this event; give it as `after` to come back."
    )
    at: datetime = strawberry.field(
        description="When it happened.", metadata=reads_of(ActionRow, "at")
    )


@strawberry.interface(description="An event that police see.")
class PlaceEvent(Event):
    """What every event tells police."""

    cursor: str = strawberry.field(
        description="Where the reader stands after this event; give it as `after` to come back."
    )
    at: datetime = strawberry.field(
        description="When it happened.", metadata=reads_of(ActionRow, "at")
    )
    place: str = strawberry.field(description="The path of the station, or place, it concerns.")
    urgency: Urgency = strawberry.field(
        description="How soon somebody must act; alerts are IMMEDIATE and stand above all reports."
    )


@strawberry.type(
    description="A report or an alert was referred out of the place that is followed. What else "
    "happens to it, and what it says, is told only to those who follow a place it lies in."
)
class LeftEvent(Event):
    """For police, of what is no longer theirs."""

    @classmethod
    def is_type_of(cls, obj: object, _info: object) -> bool:
        """Recognise a referral to elsewhere."""
        return type(obj) is Left

    place: str = strawberry.field(description="The path of the place that it was referred to.")
    previous_place: str = strawberry.field(
        description="The path of the place that it was referred from."
    )

    @strawberry.field(description="The global id of the report or the alert.")
    @staticmethod
    def subject(root: strawberry.Parent[Left]) -> strawberry.ID:
        """Return the id, by which a portal takes it off its list."""
        return global_id(root.event.subject_type, root.event.subject_id)


@strawberry.type(
    description="Everything from before has been delivered; what follows is live. Comes once."
)
class CaughtUp:
    """The seam between past and present."""

    cursor: str = strawberry.field(
        description="Where the reader stands; give it as `after` to come back."
    )


@strawberry.type(
    description="The server is about to stop; subscribe again with the cursor, nothing is lost."
)
class ComeBack:
    """The last word of a stream that the server ends."""

    cursor: str = strawberry.field(description="Where the reader stands.")
