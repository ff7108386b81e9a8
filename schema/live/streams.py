"""Streams: what a subscriber reads of the log, and from where."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from core.log.cursors import CursorSeal
from core.log.feed import Interest, LoadedEvent
from core.log.transitions import Visibility
from core.paths import is_within
from core.storage.rows import Row
from schema.live.events import Delivered, DeliveredToCitizen, Left

Shows = Callable[[Row, Row], Row | None]
"""Returns a subject as citizens see it after an action; `None` if they must not see it."""


def as_it_is(_action: Row, subject: Row) -> Row | None:
    """Show a subject as it is."""
    return subject


@dataclass(frozen=True, slots=True)
class Stream:
    """What a stream reads of the log, and for what its cursors are sealed.

    `scope` is the place of a stream for police; they need the right to view it for as long as the
    stream is open. A citizen's stream has none: the receipt or link that opened it is its right.
    """

    purpose: str
    name: str
    interest: Interest
    scope: str | None = None
    shows: Shows = as_it_is

    def opened(self, seal: CursorSeal, after: str | None) -> dict[str, int] | None:
        """Return the position that a cursor holds; raises `InvalidCursor`."""
        if after is None:
            return None
        return seal.open(self.purpose, self.name, after)

    def sealed(self, seal: CursorSeal, position: Mapping[str, int]) -> str:
        """Return the cursor for a position."""
        return seal.seal(self.purpose, self.name, position)

    def item(self, event: Row, loaded: LoadedEvent | None, cursor: str) -> Delivered | Left | None:
        """Return an event as this stream delivers it; `None` if its subscribers must not see it."""
        if loaded is None:
            return None
        if self.scope is not None:
            return _for_police(event, loaded, self.scope, cursor)
        if loaded.action.visibility != Visibility.PUBLIC:
            return None
        subject = self.shows(loaded.action, loaded.subject)
        if subject is None:
            return None
        return DeliveredToCitizen(event, loaded.action, subject, cursor)


def _for_police(
    event: Row, loaded: LoadedEvent, scope: str, cursor: str
) -> Delivered | Left | None:
    """Return an event as police who follow a place see it.

    They see the content of a report or an alert only while it is in that place. Of one that was
    referred away they see that it left, when and where to.
    """
    if loaded.reaches_below or is_within(loaded.place, scope):
        return Delivered(event, loaded.action, loaded.subject, cursor)
    return None if is_within(event.place, scope) else Left(event, loaded.action, cursor)
