"""Events of advisories."""

import strawberry

from core.advisories.models import Advisory as AdvisoryRow
from schema.actions.types import Action, TrackedAction
from schema.advisories.types import Advisory
from schema.base.enums import Urgency
from schema.base.row import reads_of
from schema.live.events import Delivered, DeliveredToCitizen, Event, PlaceEvent, subject_of


@strawberry.type(description="An advisory for the place was issued, changed or withdrawn.")
class AdvisoryEvent(PlaceEvent):
    """For police; the advisory may be that of the state or country of the place."""

    @classmethod
    def is_type_of(cls, obj: object, _info: object) -> bool:
        """Return whether it is an event of an advisory."""
        return type(obj) is Delivered and obj.event.subject_type == "Advisory"

    @strawberry.field(
        description="How soon people should act.", metadata=reads_of(AdvisoryRow, "urgency")
    )
    @staticmethod
    def urgency(root: strawberry.Parent[Delivered]) -> Urgency:
        """Return the urgency of the advisory."""
        return root.subject.urgency

    action: Action = strawberry.field(description="The action: ISSUE, AMEND or WITHDRAW.")
    advisory: Advisory = strawberry.field(
        resolver=subject_of, description="The current state of the advisory."
    )


@strawberry.type(description="An advisory was issued, changed or withdrawn.")
class PublicAdvisoryEvent(Event):
    """For anyone."""

    @classmethod
    def is_type_of(cls, obj: object, _info: object) -> bool:
        """Return whether it is an event of an advisory."""
        return type(obj) is DeliveredToCitizen and obj.event.subject_type == "Advisory"

    action: TrackedAction = strawberry.field(description="What was done.")
    advisory: Advisory = strawberry.field(
        resolver=subject_of, description="The current state of the advisory."
    )
