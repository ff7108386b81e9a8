"""Following a report live."""

import strawberry

from schema.base.problem import (
    InvalidCredentialProblem,
    InvalidCursorProblem,
    NotFoundProblem,
)
from schema.base.results import result
from schema.live.events import CaughtUp, ComeBack
from schema.live.fields import stream_field
from schema.reports.events import TrackedReportEvent
from schema.reports.streams import report_stream

ReportEventsResult = result(
    "ReportEventsResult",
    "Events of a report, live. A problem is sent once and ends the stream.",
    TrackedReportEvent,
    CaughtUp,
    ComeBack,
    InvalidCredentialProblem,
    NotFoundProblem,
    InvalidCursorProblem,
)


@strawberry.type
class ReportSubscription:
    """Live events of one report, for its reporter."""

    report_events = stream_field(
        report_stream,
        description="Events of the report of a receipt.",
        graphql_type=ReportEventsResult,
    )
