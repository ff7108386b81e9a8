"""Root fields that stay open: readers of the log, each with a cursor."""

from collections.abc import AsyncIterator, Callable, Mapping
from typing import Annotated, Any, cast

import strawberry

from core import alerts, reports
from core.feed import Delivery, Entry, Interest
from core.lifecycle import Visibility
from core.people import Right
from core.places import parse_path
from core.problems import Problem as DomainProblem
from schema.context import Context, Info
from schema.refusals import result
from schema.types.event import (
    AlertEvent,
    CaughtUp,
    ComeBack,
    Delivered,
    DeliveredToCitizen,
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


class _Stream:
    """One reader: seals its cursors, and ends its stream with a word."""

    def __init__(self, context: Context, purpose: str, name: str, interest: Interest) -> None:
        self._context = context
        self._purpose = purpose
        self._name = name
        self._interest = interest

    async def run(
        self, after: str | None, deliver: Callable[[Entry, str], Any]
    ) -> AsyncIterator[Any]:
        """Yield what `deliver` makes of each event; it may leave one out by returning `None`."""
        position = self._open(after)
        feed = self._context.feed
        last: Mapping[str, int] | None = None
        async for delivery in feed.follow(self._interest, position):
            last = delivery.position
            shaped = self._shape(delivery, deliver)
            if shaped is not None:
                yield shaped
        yield ComeBack(cursor=self._seal(last or position or {}))

    def _shape(self, delivery: Delivery, deliver: Callable[[Entry, str], Any]) -> Any:
        cursor = self._seal(delivery.position)
        if delivery.entry is None:
            return CaughtUp(cursor=cursor)
        return deliver(delivery.entry, cursor)

    def _seal(self, position: Mapping[str, int]) -> str:
        return self._context.domain.seal.seal(self._purpose, self._name, position)

    def _open(self, after: str | None) -> dict[str, int] | None:
        if after is None:
            return None
        opened = self._context.domain.seal.open(self._purpose, self._name, after)
        return cast("dict[str, int]", opened)


def _to_citizen(entry: Entry, cursor: str) -> DeliveredToCitizen | None:
    if entry.event.action.visibility is not Visibility.PUBLIC:
        return None
    return DeliveredToCitizen(entry, cursor)


@strawberry.type(description="What can be followed live.")
class Subscription:
    """Fields that stay open. Each begins with what was missed, says `CaughtUp`, and goes on."""

    @strawberry.subscription(
        description="Everything that happens in a place and below it; for police.",
        graphql_type=PlaceEventsResult,
    )
    async def place_events(
        self,
        info: Info,
        path: Annotated[str, strawberry.argument(description="The path of the place.")],
        after: AfterArgument = None,
    ) -> AsyncIterator[Any]:
        """Deliver the events of the place, each checked against the rights of the moment."""
        context = info.context

        async def require(place: str) -> None:
            (await context.current_viewer()).require(Right.VIEW, place, ("path",))

        try:
            scope = parse_path(path)
            await require(scope)
            context.known_place(scope, ("path",))
            stream = _Stream(context, "place", scope, Interest(scope))
            async for item in stream.run(after, Delivered):
                await require(scope)
                yield item
        except DomainProblem as problem:
            yield to_type(problem)

    @strawberry.subscription(
        description="What happens to the report that a receipt opens.",
        graphql_type=ReportEventsResult,
    )
    async def report_events(
        self,
        info: Info,
        receipt: Annotated[str, strawberry.argument(description="The receipt.")],
        after: AfterArgument = None,
    ) -> AsyncIterator[Any]:
        """Deliver the public events of the report."""
        try:
            report = await reports.by_receipt(receipt)
            interest = Interest(report.city, {"report_id": report.id})
            stream = _Stream(info.context, "report", str(report.id), interest)
            async for item in stream.run(after, _to_citizen):
                yield item
        except DomainProblem as problem:
            yield to_type(problem)

    @strawberry.subscription(
        description="What happens to the alert that a watch link opens.",
        graphql_type=AlertEventsResult,
    )
    async def alert_events(
        self,
        info: Info,
        token: Annotated[str, strawberry.argument(description="The token of the watch link.")],
        after: AfterArgument = None,
    ) -> AsyncIterator[Any]:
        """Deliver the public events of the alert."""
        try:
            alert = await alerts.by_watch_token(token)
            interest = Interest(alert.city, {"alert_id": alert.id})
            stream = _Stream(info.context, "alert", str(alert.id), interest)
            async for item in stream.run(after, _to_citizen):
                yield item
        except DomainProblem as problem:
            yield to_type(problem)
