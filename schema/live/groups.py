"""Groups: those who are sent the same bytes, and the readers of the log that serve them."""

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
"""Turns an item into the encoded answer of one operation."""


class Subscriber(Protocol):
    """Where the answers of one subscription go: an operation on a socket, or a response."""

    def deliver(self, payload: bytes, shared: dict[bytes, bytes]) -> None:
        """Send an encoded answer; never waits.

        `shared` lives as long as one delivery to a group: what a subscriber makes of the payload
        it may leave there for others that would make the same.
        """
        ...

    def complete(self) -> None:
        """Say that nothing more follows."""
        ...

    def fail(self, errors: list[dict[str, Any]]) -> None:
        """Say that the request cannot be executed."""
        ...

    async def drained(self) -> None:
        """Wait until what was delivered is mostly on its way."""
        ...


@dataclass(slots=True, eq=False)
class Subscription:
    """One subscription: its subscriber, its right, and its group once it has joined.

    One that follows by a receipt or a link has no token: the right is the receipt or the link.
    """

    subscriber: Subscriber
    token_id: UUID | None
    expires_at: datetime | None
    group: "Group | None" = None


@dataclass(slots=True, eq=False)
class Group:
    """Those who get the same bytes."""

    key: bytes
    reader: "Reader"
    stream: Stream
    wanted: EventWanted
    encode: Shape
    members: dict[Subscription, None] = field(default_factory=dict[Subscription, None])
    joining: int = 0


@dataclass(slots=True, eq=False)
class Reader:
    """One reader of the log and the groups it serves, who all stand where it stands.

    A place has a reader for each of its groups. Those who follow one report or alert each, however
    many, share one reader of their city, which looks up whom an event concerns: `wanted` is nothing
    there, for most events concern nobody.
    """

    key: bytes | str
    interest: Interest
    wanted: EventWanted | None
    groups: dict[UUID | None, dict[bytes, Group]] = field(
        default_factory=dict[UUID | None, dict[bytes, Group]]
    )
    """By the one report or alert that they follow, if it is one."""
    position: dict[str, int] | None = None
    """Where every member stands; nothing before the reader has begun."""
    failure: type[Exception] | None = None
    """The kind of error for which it could not read, the last time that it could not."""
    moved: asyncio.Event = field(default_factory=asyncio.Event)
    closed: bool = False
    """Whether its last group has gone."""
    reader: "asyncio.Task[None] | None" = None

    def add(self, group: Group) -> None:
        """Serve a group."""
        self.groups.setdefault(group.stream.interest.subject_id, {})[group.key] = group

    def remove(self, group: Group) -> None:
        """Serve a group no longer."""
        subject = group.stream.interest.subject_id
        self.groups[subject].pop(group.key)
        if not self.groups[subject]:
            del self.groups[subject]

    def group(self, stream: Stream, key: bytes) -> Group | None:
        """Return the group of a stream with a key, if there is one."""
        return self.groups.get(stream.interest.subject_id, {}).get(key)

    def concerned(self, event: Row) -> Collection[Group]:
        """Return the groups that an event which this reader met is for."""
        subject = None if self.wanted is not None else event.subject_id
        return self.groups.get(subject, {}).values()

    def every_group(self) -> list[Group]:
        """Return every group that it serves."""
        return [group for groups in self.groups.values() for group in groups.values()]

    def move(self, position: Mapping[str, int]) -> None:
        """Stand further on."""
        self.position = dict(position)
        self.wake()

    def wake(self) -> None:
        """Let those who wait for it to move look again."""
        self.moved.set()
        self.moved = asyncio.Event()

    def stands_at(self, position: Mapping[str, int]) -> bool:
        """Tell whether it stands exactly at a position."""
        here = self.position or {}
        return all(here.get(city, 0) == number for city, number in position.items()) and all(
            position.get(city, 0) == number for city, number in here.items()
        )
