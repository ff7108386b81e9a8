"""Root fields that stay open: readers of the log, each with a cursor."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

import strawberry

from schema.advisories import AdvisorySubscription
from schema.bounds import CREDENTIAL, PATH, argument
from schema.context import Info
from schema.followed import AfterArgument, followed
from schema.refusals import result
from schema.streams import STREAM, alert_stream, place_stream, report_stream
from schema.types.event import (
    AdvisoryEvent,
    AlertEvent,
    CaughtUp,
    ComeBack,
    LeftEvent,
    ReportEvent,
    TrackedAlertEvent,
    TrackedReportEvent,
)
from schema.types.problem import (
    ForbiddenProblem,
    InvalidCredentialProblem,
    InvalidCursorProblem,
    InvalidInputProblem,
    NotFoundProblem,
    UnauthenticatedProblem,
    UnknownPlaceProblem,
)

PlaceEventsResult = result(
    "PlaceEventsResult",
    "What police see, live. A problem comes once and ends the stream.",
    ReportEvent,
    AlertEvent,
    AdvisoryEvent,
    LeftEvent,
    CaughtUp,
    ComeBack,
    UnauthenticatedProblem,
    ForbiddenProblem,
    UnknownPlaceProblem,
    InvalidInputProblem,
    InvalidCursorProblem,
)
ReportEventsResult = result(
    "ReportEventsResult",
    "What a reporter sees, live. A problem comes once and ends the stream.",
    TrackedReportEvent,
    CaughtUp,
    ComeBack,
    InvalidCredentialProblem,
    NotFoundProblem,
    InvalidCursorProblem,
)
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


@strawberry.type(description="What can be followed live.")
class Subscription(AdvisorySubscription):
    """Fields that stay open. Each begins with what was missed, says `CaughtUp`, and goes on."""

    @strawberry.subscription(
        description="Everything that happens in a place and below it; for police.",
        graphql_type=PlaceEventsResult,
        metadata={STREAM: place_stream},
    )
    async def place_events(
        self,
        info: Info,
        path: Annotated[str, argument("The path of the place.", PATH)],
        after: AfterArgument = None,
    ) -> AsyncIterator[Any]:
        """Deliver the events of the place."""
        async for item in followed(info.context, place_stream(info.context, path), after):
            yield item

    @strawberry.subscription(
        description="What happens to the report that a receipt opens.",
        graphql_type=ReportEventsResult,
        metadata={STREAM: report_stream},
    )
    async def report_events(
        self,
        info: Info,
        receipt: Annotated[str, argument("The receipt.", CREDENTIAL)],
        after: AfterArgument = None,
    ) -> AsyncIterator[Any]:
        """Deliver the public events of the report."""
        async for item in followed(info.context, report_stream(info.context, receipt), after):
            yield item

    @strawberry.subscription(
        description="What happens to the alert that a watch link opens.",
        graphql_type=AlertEventsResult,
        metadata={STREAM: alert_stream},
    )
    async def alert_events(
        self,
        info: Info,
        token: Annotated[str, argument("The token of the watch link.", CREDENTIAL)],
        after: AfterArgument = None,
    ) -> AsyncIterator[Any]:
        """Deliver the public events of the alert."""
        async for item in followed(info.context, alert_stream(info.context, token), after):
            yield item
