"""Events of reports."""

import strawberry

from core.reports.models import Report as ReportRow
from schema.actions.types import Action, TrackedAction
from schema.base.enums import Urgency
from schema.base.row import reads_of
from schema.live.events import Delivered, DeliveredToCitizen, Event, PlaceEvent, subject_of
from schema.reports.types import Report, TrackedReport


@strawberry.type(description="An action was taken on a report.")
class ReportEvent(PlaceEvent):
    """For police."""

    @classmethod
    def is_type_of(cls, obj: object, _info: object) -> bool:
        """Return whether it is an event of a report."""
        return type(obj) is Delivered and obj.event.subject_type == "Report"

    @strawberry.field(
        description="How soon action is needed.", metadata=reads_of(ReportRow, "urgency")
    )
    @staticmethod
    def urgency(root: strawberry.Parent[Delivered]) -> Urgency:
        """Return the urgency of the report."""
        return root.subject.urgency

    action: Action = strawberry.field(description="What was done.")
    report: Report = strawberry.field(
        resolver=subject_of, description="The current state of the report."
    )


@strawberry.type(description="An action was taken on the report of the receipt.")
class TrackedReportEvent(Event):
    """For its reporter."""

    @classmethod
    def is_type_of(cls, obj: object, _info: object) -> bool:
        """Return whether it is an event of a report."""
        return type(obj) is DeliveredToCitizen and obj.event.subject_type == "Report"

    action: TrackedAction = strawberry.field(description="What was done.")
    report: TrackedReport = strawberry.field(
        resolver=subject_of, description="The current state of the report."
    )
