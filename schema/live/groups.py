"""Groups of subscribers that get the same bytes, and the readers of the log that serve them."""

import asyncio
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from core.log.feed import EventWanted, Interest
from core.storage.rows import Row
from schema.live.streams import Stream

Shape = Callable[[object], bytes]
"""Encodes an item as the response of one operation."""


class Subscriber(Protocol):
    """The receiver of a subscription: an operation on a socket, or an HTTP response."""

    def deliver(self, payload: bytes, shared: dict[bytes, bytes]) -> None:
        """Send an encoded response; never waits.

        `shared` lasts for one delivery to a group: subscribers put there what they derive from the
        payload (such as a frame), for others that need the same.
        """
        ...

    def complete(self) -> None:
        """Send the end of the subscription."""
        ...

    def fail(self, errors: list[dict[str, Any]]) -> None:
        """Send that the request cannot be executed."""
        ...

    async def drained(self) -> None:
        """Wait until most of what was delivered has been sent."""
        ...


@dataclass(slots=True, eq=False)
class Subscription:
    """One subscription: its subscriber, its token, and its group once it has joined.

    A subscription by receipt or share link has no token.
    """

    subscriber: Subscriber
    token_id: UUID | None
    expires_at: datetime | None
    group: "Group | None" = None


@dataclass(slots=True, eq=False)
class Group:
    """Subscribers that get the same bytes."""

    key: bytes
    reader: "Reader"
    stream: Stream
    wanted: EventWanted
    encode: Shape
    members: dict[Subscription, None] = field(default_factory=dict[Subscription, None])
    joining: int = 0


@dataclass(slots=True, eq=False)
class Reader:
    """A reader of the log, and the groups that it serves; all are at its position.

    Each group of a place has a reader of its own. All followers of single subjects share one reader
    per city, which looks up the groups of an event's subject. Its `wanted` is `None`: most events
    concern no follower, and are not loaded.
    """

    key: bytes | str
    interest: Interest
    wanted: EventWanted | None
    groups: dict[UUID | None, dict[bytes, Group]] = field(
        default_factory=dict[UUID | None, dict[bytes, Group]]
    )
    """By the ID of the one subject that they follow, if it is one."""
    position: dict[str, int] | None = None
    """The position of every member; `None` before the reader has begun."""
    failure: type[Exception] | None = None
    """The class of the last error that kept it from reading."""
    moved: asyncio.Event = field(default_factory=asyncio.Event)
    closed: bool = False
    """Whether its last group has left."""
    reader: "asyncio.Task[None] | None" = None

    def add(self, group: Group) -> None:
        """Serve a group."""
        self.groups.setdefault(group.stream.interest.subject_id, {})[group.key] = group

    def remove(self, group: Group) -> None:
        """Stop serving a group."""
        subject = group.stream.interest.subject_id
        self.groups[subject].pop(group.key)
        if not self.groups[subject]:
            del self.groups[subject]

    def group(self, stream: Stream, key: bytes) -> Group | None:
        """Return the group of a stream with this key, or `None`."""
        return self.groups.get(stream.interest.subject_id, {}).get(key)

    def concerned(self, event: Row) -> Collection[Group]:
        """Return the groups that get an event of this reader."""
        subject = None if self.wanted is not None else event.subject_id
        return self.groups.get(subject, {}).values()

    def every_group(self) -> list[Group]:
        """Return all groups that it serves."""
        return [group for groups in self.groups.values() for group in groups.values()]

    def move(self, position: Mapping[str, int]) -> None:
        """Move to a position."""
        self.position = dict(position)
        self.wake()

    def wake(self) -> None:
        """Wake the subscribers that wait for it to move."""
        self.moved.set()
        self.moved = asyncio.Event()

    def stands_at(self, position: Mapping[str, int]) -> bool:
        """Return whether it is exactly at a position."""
        here = self.position or {}
        return all(here.get(city, 0) == number for city, number in position.items()) and all(
            position.get(city, 0) == number for city, number in here.items()
        )
