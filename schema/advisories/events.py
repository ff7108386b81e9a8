"""Events of advisories."""

import strawberry

from core.advisories.models import Advisory as AdvisoryRow
from schema.actions.types import Action, TrackedAction
from schema.advisories.types import Advisory
from schema.base.enums import Urgency
from schema.base.row import reads_of
from schema.live.events import Delivered, DeliveredToCitizen, Event, PlaceEvent, subject_of


@strawberry.type(description="Police told something to the citizens of the place.")
class AdvisoryEvent(PlaceEvent):
    """For police; the advisory may be one of the state or country that the place lies in."""

    @classmethod
    def is_type_of(cls, obj: object, _info: object) -> bool:
        """Recognise a delivery."""
        return type(obj) is Delivered and obj.event.subject_type == "Advisory"

    @strawberry.field(
        description="How soon people must act.", metadata=reads_of(AdvisoryRow, "urgency")
    )
    @staticmethod
    def urgency(root: strawberry.Parent[Delivered]) -> Urgency:
        """Return the urgency of the advisory."""
        return root.subject.urgency

    action: Action = strawberry.field(description="What was done: ISSUE, AMEND or WITHDRAW.")
    advisory: Advisory = strawberry.field(
        resolver=subject_of, description="The advisory as it stands now."
    )


@strawberry.type(description="An advisory was issued, said anew or withdrawn.")
class PublicAdvisoryEvent(Event):
    """For everybody."""

    @classmethod
    def is_type_of(cls, obj: object, _info: object) -> bool:
        """Recognise a delivery."""
        return type(obj) is DeliveredToCitizen and obj.event.subject_type == "Advisory"

    action: TrackedAction = strawberry.field(description="What was done.")
    advisory: Advisory = strawberry.field(
        resolver=subject_of, description="The advisory as it stands now."
    )
