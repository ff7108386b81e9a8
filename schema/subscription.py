"""Root fields that stay open: readers of the log, each with a cursor."""

from collections.abc import AsyncIterator, Awaitable
from typing import Annotated, Any

import strawberry

from core.problems import Problem as DomainProblem
from schema.context import Context, Info
from schema.refusals import result
from schema.streams import STREAM, Stream, alert_stream, follow, place_stream, report_stream
from schema.types.event import (
    AlertEvent,
    CaughtUp,
    ComeBack,
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
    to_type,
)

PlaceEventsResult = result(
    "PlaceEventsResult",
    "What police see, live. A problem comes once and ends the stream.",
    ReportEvent,
    AlertEvent,
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

AfterArgument = Annotated[
    str | None,
    strawberry.argument(
        description="The last cursor known: what came since is delivered first. Without it the "
        "stream begins now."
    ),
]


async def _followed(
    context: Context, opening: Awaitable[Stream], after: str | None
) -> AsyncIterator[Any]:
    try:
        async for item in follow(context, opening, after):
            yield item
    except DomainProblem as problem:
        yield to_type(problem)


@strawberry.type(description="What can be followed live.")
class Subscription:
    """Fields that stay open. Each begins with what was missed, says `CaughtUp`, and goes on."""

    @strawberry.subscription(
        description="Everything that happens in a place and below it; for police.",
        graphql_type=PlaceEventsResult,
        metadata={STREAM: place_stream},
    )
    async def place_events(
        self,
        info: Info,
        path: Annotated[str, strawberry.argument(description="The path of the place.")],
        after: AfterArgument = None,
    ) -> AsyncIterator[Any]:
        """Deliver the events of the place."""
        async for item in _followed(info.context, place_stream(info.context, path), after):
            yield item

    @strawberry.subscription(
        description="What happens to the report that a receipt opens.",
        graphql_type=ReportEventsResult,
        metadata={STREAM: report_stream},
    )
    async def report_events(
        self,
        info: Info,
        receipt: Annotated[str, strawberry.argument(description="The receipt.")],
        after: AfterArgument = None,
    ) -> AsyncIterator[Any]:
        """Deliver the public events of the report."""
        async for item in _followed(info.context, report_stream(info.context, receipt), after):
            yield item

    @strawberry.subscription(
        description="What happens to the alert that a watch link opens.",
        graphql_type=AlertEventsResult,
        metadata={STREAM: alert_stream},
    )
    async def alert_events(
        self,
        info: Info,
        token: Annotated[str, strawberry.argument(description="The token of the watch link.")],
        after: AfterArgument = None,
    ) -> AsyncIterator[Any]:
        """Deliver the public events of the alert."""
        async for item in _followed(info.context, alert_stream(info.context, token), after):
            yield item
