"""Events of streams: what all of them have, and the ends of a stream."""

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
    """An event of the log for subscribers of a place."""

    event: Row
    action: Row
    subject: Row
    cursor: str

    @property
    def place(self) -> str:
        """The path of the station, or other place, that it concerns."""
        return self.event.place

    @property
    def at(self) -> datetime:
        """When it happened."""
        return self.action.at


@dataclass(frozen=True, slots=True)
class DeliveredToCitizen(Delivered):
    """An event of the log for the holder of a receipt or link."""


@dataclass(frozen=True, slots=True)
class Left:
    """A referral out of a place, for subscribers of that place."""

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
        """When it was referred."""
        return self.action.at


def subject_of(root: strawberry.Parent[Delivered]) -> Any:
    """Return the subject of the event."""
    return root.subject


@strawberry.interface(description="An event of a city's log.")
class Event:
    """What every event has."""

    cursor: str = strawberry.field(description="Pass it as `after` to continue after this event.")
    at: datetime = strawberry.field(
        description="When it happened.", metadata=reads_of(ActionRow, "at")
    )


@strawberry.interface(description="An event for police.")
class PlaceEvent(Event):
    """What every event for police has."""

    cursor: str = strawberry.field(description="Pass it as `after` to continue after this event.")
    at: datetime = strawberry.field(
        description="When it happened.", metadata=reads_of(ActionRow, "at")
    )
    place: str = strawberry.field(
        description="The path of the station, or other place, that it concerns."
    )
    urgency: Urgency = strawberry.field(
        description="How soon action is needed. Alerts are IMMEDIATE and come before all reports."
    )


@strawberry.type(
    description="A report or an alert was referred out of the subscribed place. Its content and "
    "later events are sent only to subscribers of a place that contains it."
)
class LeftEvent(Event):
    """For police who are no longer responsible."""

    @classmethod
    def is_type_of(cls, obj: object, _info: object) -> bool:
        """Return whether it is such a referral."""
        return type(obj) is Left

    place: str = strawberry.field(description="The path of the place that it was referred to.")
    previous_place: str = strawberry.field(
        description="The path of the place that it was referred from."
    )

    @strawberry.field(description="The global ID of the report or alert.")
    @staticmethod
    def subject(root: strawberry.Parent[Left]) -> strawberry.ID:
        """Return the ID, by which a portal removes it from its list."""
        return global_id(root.event.subject_type, root.event.subject_id)


@strawberry.type(description="All earlier events have been sent; what follows is live. Sent once.")
class CaughtUp:
    """The boundary between past and live events."""

    cursor: str = strawberry.field(description="Pass it as `after` to continue from here.")


@strawberry.type(
    description="The server is stopping. Subscribe again with the cursor; no event is lost."
)
class ComeBack:
    """The last item of a stream that the server ends."""

    cursor: str = strawberry.field(description="Pass it as `after` to continue from here.")
