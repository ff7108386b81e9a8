"""Events: what subscriptions deliver."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import strawberry

from core import models
from core.city import Urgency as UrgencyOfDomain
from core.rows import Row
from schema.types.action import Action, TrackedAction
from schema.types.advisory import Advisory
from schema.types.alert import Alert, TrackedAlert
from schema.types.enums import Urgency
from schema.types.node import global_id
from schema.types.report import Report, TrackedReport
from schema.types.row import reads_of


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


def _subject(root: strawberry.Parent[Delivered]) -> Any:
    return root.subject


@strawberry.interface(description="One line of a city's log.")
class Event:
    """What every event tells."""

    cursor: str = strawberry.field(
        description="Where the reader stands after this event; give it as `after` to come back."
    )
    at: datetime = strawberry.field(
        description="When it happened.", metadata=reads_of(models.Action, "at")
    )


@strawberry.interface(description="An event that police see.")
class PlaceEvent(Event):
    """What every event tells police."""

    cursor: str = strawberry.field(
        description="Where the reader stands after this event; give it as `after` to come back."
    )
    at: datetime = strawberry.field(
        description="When it happened.", metadata=reads_of(models.Action, "at")
    )
    place: str = strawberry.field(description="The path of the station, or place, it concerns.")
    urgency: Urgency = strawberry.field(
        description="How soon somebody must act; alerts are IMMEDIATE and stand above all reports."
    )


@strawberry.type(description="Something happened to a report.")
class ReportEvent(PlaceEvent):
    """For police."""

    @classmethod
    def is_type_of(cls, obj: object, _info: object) -> bool:
        """Recognise a delivery."""
        return type(obj) is Delivered and obj.event.report_id is not None

    @strawberry.field(
        description="How soon somebody must act.", metadata=reads_of(models.Report, "urgency")
    )
    @staticmethod
    def urgency(root: strawberry.Parent[Delivered]) -> Urgency:
        """Return the urgency of the report."""
        return root.subject.urgency

    action: Action = strawberry.field(description="What was done.")
    report: Report = strawberry.field(resolver=_subject, description="The report as it stands now.")


@strawberry.type(description="Something happened to an alert.")
class AlertEvent(PlaceEvent):
    """For police."""

    @classmethod
    def is_type_of(cls, obj: object, _info: object) -> bool:
        """Recognise a delivery."""
        return type(obj) is Delivered and obj.event.alert_id is not None

    @strawberry.field(description="Always IMMEDIATE.")
    @staticmethod
    def urgency(root: strawberry.Parent[Delivered]) -> Urgency:
        """Return the urgency of every alert."""
        return UrgencyOfDomain.IMMEDIATE

    action: Action = strawberry.field(description="What was done.")
    alert: Alert = strawberry.field(resolver=_subject, description="The alert as it stands now.")


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
        event = root.event
        if event.report_id is not None:
            return global_id("Report", event.report_id)
        return global_id("Alert", event.alert_id)


@strawberry.type(description="Police told something to the citizens of the place.")
class AdvisoryEvent(PlaceEvent):
    """For police; the advisory may be one of the state or country that the place lies in."""

    @classmethod
    def is_type_of(cls, obj: object, _info: object) -> bool:
        """Recognise a delivery."""
        return type(obj) is Delivered and obj.event.advisory_id is not None

    @strawberry.field(
        description="How soon people must act.", metadata=reads_of(models.Advisory, "urgency")
    )
    @staticmethod
    def urgency(root: strawberry.Parent[Delivered]) -> Urgency:
        """Return the urgency of the advisory."""
        return root.subject.urgency

    action: Action = strawberry.field(description="What was done: ISSUE, AMEND or WITHDRAW.")
    advisory: Advisory = strawberry.field(
        resolver=_subject, description="The advisory as it stands now."
    )


@strawberry.type(description="An advisory was issued, said anew or withdrawn.")
class PublicAdvisoryEvent(Event):
    """For everybody."""

    @classmethod
    def is_type_of(cls, obj: object, _info: object) -> bool:
        """Recognise a delivery."""
        return type(obj) is DeliveredToCitizen and obj.event.advisory_id is not None

    action: TrackedAction = strawberry.field(description="What was done.")
    advisory: Advisory = strawberry.field(
        resolver=_subject, description="The advisory as it stands now."
    )


@strawberry.type(description="Something happened to the report that the receipt opens.")
class TrackedReportEvent(Event):
    """For its reporter."""

    @classmethod
    def is_type_of(cls, obj: object, _info: object) -> bool:
        """Recognise a delivery."""
        return type(obj) is DeliveredToCitizen and obj.event.report_id is not None

    action: TrackedAction = strawberry.field(description="What was done.")
    report: TrackedReport = strawberry.field(
        resolver=_subject, description="The report as it stands now."
    )


@strawberry.type(description="Something happened to the alert that the link opens.")
class TrackedAlertEvent(Event):
    """For those who watch."""

    @classmethod
    def is_type_of(cls, obj: object, _info: object) -> bool:
        """Recognise a delivery."""
        return type(obj) is DeliveredToCitizen and obj.event.alert_id is not None

    action: TrackedAction = strawberry.field(description="What was done.")
    alert: TrackedAlert = strawberry.field(
        resolver=_subject, description="The alert as it stands now."
    )


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
