"""The subscription `placeEvents`: all events of a place, for police."""

from collections.abc import Sequence
from typing import Annotated, Any

import strawberry

from core.identity.people import Right
from core.log.feed import Interest
from core.paths import parse_path
from schema.base.bounds import PATH, argument
from schema.base.context import Context
from schema.base.problem import (
    ForbiddenProblem,
    InvalidCursorProblem,
    InvalidInputProblem,
    UnauthenticatedProblem,
    UnknownPlaceProblem,
)
from schema.base.results import result
from schema.live.events import CaughtUp, ComeBack, LeftEvent
from schema.live.fields import stream_field
from schema.live.streams import Stream


async def place_stream(
    context: Context,
    path: Annotated[str, argument("The path of the place.", PATH)],
) -> Stream:
    """Open the stream of a place, for police."""
    scope = parse_path(path)
    context.viewer.require(Right.VIEW, scope, ("path",))
    context.known_place(scope, ("path",))
    return Stream("place", scope, Interest(scope), scope)


def place_subscription(events: Sequence[type]) -> Any:
    """Return the type with the field `placeEvents`, which delivers the events of all subjects."""
    delivered = result(
        "PlaceEventsResult",
        "Events for police, live. A problem is sent once and ends the stream.",
        *events,
        LeftEvent,
        CaughtUp,
        ComeBack,
        UnauthenticatedProblem,
        ForbiddenProblem,
        UnknownPlaceProblem,
        InvalidInputProblem,
        InvalidCursorProblem,
    )

    @strawberry.type
    class PlaceSubscription:
        place_events = stream_field(
            place_stream,
            description="All events in a place and below it; for police.",
            graphql_type=delivered,
        )

    return PlaceSubscription
