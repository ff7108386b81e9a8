"""What can be followed live: of whom, from where, and by whom."""

from collections.abc import AsyncIterator, Awaitable, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from core import alerts, reports
from core.cursors import CursorSeal
from core.feed import Interest, Told, all_of_an_event
from core.lifecycle import Visibility
from core.models import Alert, Report
from core.people import Right
from core.places import Level, is_within, level, parse_path
from core.problems import UnknownPlace
from core.rows import Row, Wanted
from schema.context import Context
from schema.types.advisory import of_advisory
from schema.types.event import CaughtUp, ComeBack, Delivered, DeliveredToCitizen, Left

STREAM: Final = "stream"
"""Metadata of a subscription field: the function that opens its stream."""


@dataclass(frozen=True, slots=True)
class Stream:
    """A reader of the log: what it reads, and what its cursors are sealed for.

    `scope` is the place that police follow, whose right of viewing must last as long as the stream;
    a citizen's stream has none, for the receipt or link that opened it is its right.
    """

    purpose: str
    name: str
    interest: Interest
    scope: str | None = None

    def opened(self, seal: CursorSeal, after: str | None) -> dict[str, int] | None:
        """Return the position that a cursor holds; raises `InvalidCursor`."""
        if after is None:
            return None
        return cast("dict[str, int]", seal.open(self.purpose, self.name, after))

    def sealed(self, seal: CursorSeal, position: Mapping[str, int]) -> str:
        """Return the cursor for a position."""
        return seal.seal(self.purpose, self.name, position)

    def item(self, event: Row, told: Told | None, cursor: str) -> Delivered | Left | None:
        """Return an event as this stream delivers it; nothing where it is not for its readers."""
        if told is None:
            return None
        if self.scope is not None:
            return _for_police(event, told, self.scope, cursor)
        if told.action.visibility != Visibility.PUBLIC:
            return None
        subject = told.subject
        if event.advisory_id is not None:
            subject = of_advisory(told.action, subject)
        if subject is None:
            return None
        return DeliveredToCitizen(event, told.action, subject, cursor)

    def require(self, context: Context) -> None:
        """Raise `Unauthenticated` or `Forbidden` where the right to follow is not there."""
        if self.scope is not None:
            context.viewer.require(Right.VIEW, self.scope, ("path",))


def _for_police(event: Row, told: Told, scope: str, cursor: str) -> Delivered | Left | None:
    """Return an event as those see it who follow a place.

    What a report or an alert says is told only while it lies in that place. Of one that was
    referred away since, it is told that it left, when and where to, and nothing else.
    """
    if event.advisory_id is not None or is_within(told.place, scope):
        return Delivered(event, told.action, told.subject, cursor)
    return None if is_within(event.place, scope) else Left(event, told.action, cursor)


async def place_stream(context: Context, path: str) -> Stream:
    """Open the stream of a place, for police."""
    scope = parse_path(path)
    context.viewer.require(Right.VIEW, scope, ("path",))
    context.known_place(scope, ("path",))
    return Stream("place", scope, Interest(scope), scope)


async def report_stream(_context: Context, receipt: str) -> Stream:
    """Open the stream of the report that a receipt opens."""
    report = await reports.by_receipt(receipt, Wanted(Report, ("id", "city")))
    interest = Interest(report.city, {"report_id": report.id})
    return Stream("report", str(report.id), interest)


async def alert_stream(_context: Context, token: str) -> Stream:
    """Open the stream of the alert that a watch link opens."""
    alert = await alerts.by_watch_token(token, Wanted(Alert, ("id", "city")))
    interest = Interest(alert.city, {"alert_id": alert.id})
    return Stream("alert", str(alert.id), interest)


async def advisory_stream(context: Context, place: str) -> Stream:
    """Open the stream of a city's advisories, for everybody."""
    path = parse_path(place, ("place",))
    if level(path) is not Level.CITY:
        raise UnknownPlace("A city's path has three parts: country/state/city.", ("place",))
    context.domain.city(path, ("place",))
    return Stream("advisories", path, Interest(path, advisories=True))


async def follow(
    context: Context, opening: Awaitable[Stream], after: str | None
) -> AsyncIterator[Any]:
    """Yield the items of a stream to one reader: what the hub does for many at once."""
    stream = await opening
    seal = context.domain.seal
    position = stream.opened(seal, after)
    caught_up = False
    wanted = all_of_an_event()
    async for delivery in context.feed.follow(stream.interest, position, wanted):
        stream.require(context)
        position = dict(delivery.position)
        cursor = stream.sealed(seal, position)
        if delivery.entry is not None:
            item = stream.item(delivery.entry.event, delivery.told, cursor)
            if item is not None:
                yield item
        elif not caught_up:
            caught_up = True
            yield CaughtUp(cursor=cursor)
    yield ComeBack(cursor=stream.sealed(seal, position or {}))
