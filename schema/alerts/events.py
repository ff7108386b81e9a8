"""Events of alerts."""

import strawberry

from core.cap import Urgency as UrgencyOfDomain
from schema.actions.types import Action, TrackedAction
from schema.alerts.types import Alert, TrackedAlert
from schema.base.enums import Urgency
from schema.live.events import Delivered, DeliveredToCitizen, Event, PlaceEvent, subject_of


@strawberry.type(description="An action was taken on an alert.")
class AlertEvent(PlaceEvent):
    """For police."""

    @classmethod
    def is_type_of(cls, obj: object, _info: object) -> bool:
        """Return whether it is an event of an alert."""
        return type(obj) is Delivered and obj.event.subject_type == "Alert"

    @strawberry.field(description="Always IMMEDIATE.")
    @staticmethod
    def urgency(root: strawberry.Parent[Delivered]) -> Urgency:
        """Return the urgency of every alert."""
        return UrgencyOfDomain.IMMEDIATE

    action: Action = strawberry.field(description="What was done.")
    alert: Alert = strawberry.field(
        resolver=subject_of, description="The current state of the alert."
    )


@strawberry.type(description="An action was taken on the alert of the share link.")
class TrackedAlertEvent(Event):
    """For holders of the share link."""

    @classmethod
    def is_type_of(cls, obj: object, _info: object) -> bool:
        """Return whether it is an event of an alert."""
        return type(obj) is DeliveredToCitizen and obj.event.subject_type == "Alert"

    action: TrackedAction = strawberry.field(description="What was done.")
    alert: TrackedAlert = strawberry.field(
        resolver=subject_of, description="The current state of the alert."
    )
