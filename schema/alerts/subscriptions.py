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
    "What those who watch see, live. A problem comes once and ends the stream.",
    TrackedAlertEvent,
    CaughtUp,
    ComeBack,
    InvalidCredentialProblem,
    NotFoundProblem,
    InvalidCursorProblem,
)


@strawberry.type
class AlertSubscription:
    """One alert, for those who follow it."""

    alert_events = stream_field(
        alert_stream,
        description="What happens to the alert that a share link opens.",
        graphql_type=AlertEventsResult,
    )
