"""Following an alert live."""

import strawberry

from schema.alerts.events import TrackedAlertEvent
from schema.alerts.streams import alert_stream
from schema.base.problem import (
    InvalidCredentialProblem,
    InvalidCursorProblem,
    NotFoundProblem,
)
from schema.base.results import result
from schema.live.events import CaughtUp, ComeBack
from schema.live.fields import stream_field

AlertEventsResult = result(
    "AlertEventsResult",
    "Events of an alert, live. A problem is sent once and ends the stream.",
    TrackedAlertEvent,
    CaughtUp,
    ComeBack,
    InvalidCredentialProblem,
    NotFoundProblem,
    InvalidCursorProblem,
)


@strawberry.type
class AlertSubscription:
    """Live events of one alert, for holders of its share link."""

    alert_events = stream_field(
        alert_stream,
        description="Events of the alert of a share link.",
        graphql_type=AlertEventsResult,
    )
