"""The live hub: an event is shaped once for all who asked the same, and only written to each.

Those who sent the same operation with the same variables (but for the cursor they began with) over
the same stream are a group. One reader of the log serves the group; each item is shaped and encoded
once, and the same bytes go to every member behind the id of its own operation. Who comes with a
cursor is caught up alone, and joins when it stands exactly where the group stands: between that
look and the joining nothing else can run, so no event falls between and none comes twice.

Groups hold those with the same right to the same scope only: whether a member may follow is asked
when it opens its stream, and again of every member before each event.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Protocol
from uuid import UUID

import orjson
from graphql import GraphQLError, VariableNode
from graphql.execution.values import VariableValues

from core import sign_in
from core.coalescing import Coalesced
from core.domain import Domain
from core.feed import Delivery, EventWanted, Feed
from core.models import Action, Advisory, Alert, Report
from core.problems import Problem, Unauthenticated
from core.rows import Wanted
from schema.context import Context, MediaLinks
from schema.documents import Operation, RequestError
from schema.execution import Executor, formatted
from schema.plan import Plan, Root
from schema.streams import STREAM, Stream
from schema.types.event import CaughtUp, ComeBack
from schema.types.problem import to_type

logger = logging.getLogger("citizencop.hub")

CURSOR_ARGUMENT: Final = "after"
"""Where a subscriber began; it says nothing of what an event looks like."""
RETRY_SECONDS: Final = 1.0
_LOOK_EVERY: Final = 100
"""Events that are delivered from the past between two looks at the rights."""
_LOST_RIGHT: Final = Unauthenticated("The token is no longer good. Sign in again.", ("path",))


class Sink(Protocol):
    """Where the answers of one subscription go: an operation on a socket, or a response."""

    def deliver(self, payload: bytes, shared: dict[bytes, bytes]) -> None:
        """Send an encoded answer; never waits.

        `shared` lives as long as one delivery to a group: what a sink makes of the payload it may
        leave there for others that would make the same.
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
    """One subscriber: its sink, its right, and the group that it belongs to once it has joined."""

    sink: Sink
    token_id: UUID | None
    expires_at: datetime | None
    group: "_Group | None" = None


@dataclass(slots=True, eq=False)
class _Group:
    """Those who get the same bytes."""

    key: bytes
    operation: Operation
    variables: VariableValues
    stream: Stream
    wanted: EventWanted
    members: dict[Subscription, None] = field(default_factory=dict[Subscription, None])
    joining: int = 0
    position: dict[str, int] | None = None
    """Where every member stands; nothing before the group's reader has begun."""
    failure: Exception | None = None
    """Why the group's reader could not begin, so far."""
    moved: asyncio.Event = field(default_factory=asyncio.Event)
    pump: "asyncio.Task[None] | None" = None

    def move(self, position: Mapping[str, int]) -> None:
        self.position = dict(position)
        self.wake()

    def wake(self) -> None:
        self.moved.set()
        self.moved = asyncio.Event()

    def stands_at(self, position: Mapping[str, int]) -> bool:
        here = self.position or {}
        return all(here.get(city, 0) == number for city, number in position.items()) and all(
            position.get(city, 0) == number for city, number in here.items()
        )


class Hub:
    """Every live subscription of this process."""

    def __init__(self, domain: Domain, feed: Feed, executor: Executor) -> None:
        self._domain = domain
        self._feed = feed
        self._executor = executor
        self._groups: dict[bytes, _Group] = {}
        self._by_token: dict[UUID, dict[Subscription, None]] = {}
        self._shaping = Context(domain, feed, MediaLinks(domain.key))
        self._revoked = Coalesced(self._look_for_revoked)
        self._seen = 0
        """The number of the last revocation that is known here."""
        self._next_expiry: datetime | None = None
        self._ended: set[UUID] = set()
        """Tokens that were revoked."""

    @property
    def subscribers(self) -> int:
        """How many are live."""
        return sum(len(group.members) for group in self._groups.values())

    async def subscribe(
        self,
        sink: Sink,
        operation: Operation,
        variables: VariableValues,
        context: Context,
    ) -> Subscription | None:
        """Open a stream, catch the subscriber up, and let it join; returns once it is live.

        Nothing is returned where the stream has ended already. To leave while this runs, cancel it.
        """
        plan = operation.plan(variables)
        if plan is None:
            raise RequestError([GraphQLError("This subscription cannot be executed.")])
        root = plan.roots[0]
        shape = _Shape(self._executor, operation, variables, self._shaping)
        try:
            given = dict(root.arguments.values(variables))
            after: str | None = given.pop(CURSOR_ARGUMENT, None)
            stream: Stream = await root.metadata[STREAM](context, **given)
            position = stream.opened(self._domain.seal, after)
        except Problem as problem:
            _finish(sink, shape(to_type(problem)))
            return None
        except GraphQLError as error:
            sink.fail([formatted(error)])
            return None
        viewer = context.viewer
        member = Subscription(sink, viewer.token_id, viewer.expires_at)
        group = self._group(operation, plan, variables, stream, root)
        return await self._join(member, group, position, shape)

    def _group(
        self,
        operation: Operation,
        plan: Plan,
        variables: VariableValues,
        stream: Stream,
        root: Root,
    ) -> _Group:
        key = _key(operation, plan, variables, stream)
        group = self._groups.get(key)
        if group is None:
            group = _Group(key, operation, variables, stream, _wanted(root))
            group.pump = asyncio.create_task(self._pump(group))
            self._groups[key] = group
        return group

    async def _join(
        self,
        member: Subscription,
        group: _Group,
        position: dict[str, int] | None,
        shape: "_Shape",
    ) -> Subscription | None:
        group.joining += 1
        try:
            if member.token_id in self._ended:
                raise _LOST_RIGHT
            stands_at = await self._caught_up(member, group, position, shape)
            seal = self._domain.seal
            if self._feed.stopping:
                cursor = group.stream.sealed(seal, stands_at)
                _finish(member.sink, shape(ComeBack(cursor=cursor)))
                return None
            # From here to the end nothing waits, so the group stays where it is.
            cursor = group.stream.sealed(seal, stands_at)
            member.sink.deliver(shape(CaughtUp(cursor=cursor)), {})
            self._admit(member, group)
            return member
        except Unauthenticated as refusal:
            _finish(member.sink, shape(to_type(refusal)))
            return None
        finally:
            group.joining -= 1
            self._close_if_empty(group)

    async def _caught_up(
        self,
        member: Subscription,
        group: _Group,
        position: dict[str, int] | None,
        shape: "_Shape",
    ) -> dict[str, int]:
        """Deliver what the group has had since a position; return where both stand then."""
        if position is not None:
            heads = await self._feed.heads(group.stream.interest.listens_to)
            # A log that was restored from a copy may be shorter than a cursor remembers.
            position = {city: min(n, heads.get(city, 0)) for city, n in position.items()}
        while not self._feed.stopping:
            moved = group.moved
            if group.position is None:
                await moved.wait()
                if group.position is None and group.failure is not None:
                    raise group.failure
                continue
            if position is None:
                return group.position
            behind = {
                city for city, number in group.position.items() if position.get(city, 0) < number
            }
            if behind:
                await self._catch_up(member, group, behind, position, shape)
            elif group.stands_at(position):
                return position
            else:
                await moved.wait()
        return position or {}

    async def _catch_up(
        self,
        member: Subscription,
        group: _Group,
        behind: set[str],
        position: dict[str, int],
        shape: "_Shape",
    ) -> None:
        reader = self._feed.read_all(group.stream.interest, behind, position, group.wanted)
        delivered = 0
        async for delivery in reader:
            if group.stream.scope is not None and delivered % _LOOK_EVERY == 0:
                await self._revoked()
            if member.token_id in self._ended:
                raise _LOST_RIGHT
            payload = self._payload(group, delivery, shape)
            if payload is not None:
                delivered += 1
                member.sink.deliver(payload, {})
                await member.sink.drained()

    def _payload(self, group: _Group, delivery: Delivery, shape: "_Shape") -> bytes | None:
        """Return an event as the group's members see it, shaped once for all in one place."""
        entry = delivery.entry
        if entry is None:
            return None
        cursor = group.stream.sealed(self._domain.seal, delivery.position)
        key = group.key, cursor
        if key not in entry.shaped:
            item = group.stream.item(entry.event, delivery.told, cursor)
            shaped = None if item is None else shape(item)
            if entry.told.get(group.wanted) is not delivery.told:
                return shaped
            entry.shaped[key] = shaped
        payload: Any = entry.shaped[key]
        return payload

    def _admit(self, member: Subscription, group: _Group) -> None:
        group.members[member] = None
        member.group = group
        if member.token_id is not None:
            self._by_token.setdefault(member.token_id, {})[member] = None
        if member.expires_at is not None:
            self._next_expiry = min(self._next_expiry or member.expires_at, member.expires_at)

    def leave(self, member: Subscription) -> None:
        """Deliver no more to a subscriber."""
        group, member.group = member.group, None
        if group is None:
            return
        group.members.pop(member, None)
        if member.token_id is not None:
            others = self._by_token.get(member.token_id, {})
            others.pop(member, None)
            if not others:
                self._by_token.pop(member.token_id, None)
        self._close_if_empty(group)

    def _close_if_empty(self, group: _Group) -> None:
        if group.members or group.joining or self._groups.get(group.key) is not group:
            return
        del self._groups[group.key]
        if group.pump is not None and group.pump is not asyncio.current_task():
            group.pump.cancel()

    async def _pump(self, group: _Group) -> None:
        """Read the log for a group, until it is empty or the server stops."""
        shape = _Shape(self._executor, group.operation, group.variables, self._shaping)
        while not self._feed.stopping:
            try:
                await self._read(group, shape)
            except Exception as error:
                logger.warning("a group's reader failed", exc_info=error)
                group.failure = error
                group.wake()
                await asyncio.sleep(RETRY_SECONDS)
        self._come_back(group, shape)

    async def _read(self, group: _Group, shape: "_Shape") -> None:
        follow = self._feed.follow(group.stream.interest, group.position, group.wanted)
        async with aclosing(follow):
            async for delivery in follow:
                await self._deliver(group, delivery, shape)

    async def _deliver(self, group: _Group, delivery: Delivery, shape: "_Shape") -> None:
        payload = self._payload(group, delivery, shape)
        if payload is None:
            group.move(delivery.position)
            return
        if group.stream.scope is not None:
            await self._end_lost_rights()
        # From here to the end nothing waits: the group moves and its members have the event.
        group.move(delivery.position)
        shared: dict[bytes, bytes] = {}
        for member in tuple(group.members):
            member.sink.deliver(payload, shared)

    def _come_back(self, group: _Group, shape: "_Shape") -> None:
        group.wake()
        if group.position is None:
            return
        cursor = group.stream.sealed(self._domain.seal, group.position)
        payload = shape(ComeBack(cursor=cursor))
        for member in tuple(group.members):
            _finish(member.sink, payload)
            self.leave(member)

    async def _end_lost_rights(self) -> None:
        """End the subscriptions whose token was revoked or has expired, before the next event."""
        if not self._by_token:
            return
        await self._revoked()
        for token_id in self._ended & self._by_token.keys():
            self._end(tuple(self._by_token[token_id]))
        at = self._domain.clock()
        if self._next_expiry is not None and self._next_expiry <= at:
            self._end_expired(at)

    async def _look_for_revoked(self) -> None:
        found = await sign_in.revoked_after(self._seen)
        self._ended.update(found)
        self._seen = max(found.values(), default=self._seen)

    def _end_expired(self, at: datetime) -> None:
        members = [member for held in self._by_token.values() for member in held]
        self._end([each for each in members if each.expires_at and each.expires_at <= at])
        self._next_expiry = min(
            (each.expires_at for each in members if each.expires_at and each.expires_at > at),
            default=None,
        )

    def _end(self, members: Sequence[Subscription]) -> None:
        for member in members:
            group = member.group
            if group is not None:
                shape = _Shape(self._executor, group.operation, group.variables, self._shaping)
                self.leave(member)
                _finish(member.sink, shape(to_type(_LOST_RIGHT)))


@dataclass(frozen=True, slots=True)
class _Shape:
    """Turns an item into the encoded answer of one operation."""

    executor: Executor
    operation: Operation
    variables: VariableValues
    context: Context

    def __call__(self, item: object) -> bytes:
        return self.executor.event(self.operation, self.variables, self.context, item)


def _finish(sink: Sink, payload: bytes) -> None:
    sink.deliver(payload, {})
    sink.complete()


def _key(operation: Operation, plan: Plan, variables: VariableValues, stream: Stream) -> bytes:
    """Return what members of a group have in common."""
    ignored = _variable_of_the_beginning(plan)
    given = {name: value for name, value in variables.coerced.items() if name != ignored}
    parts = [operation.text, operation.name, stream.purpose, stream.name, given]
    return orjson.dumps(parts, default=repr, option=orjson.OPT_SORT_KEYS)


def _variable_of_the_beginning(plan: Plan) -> str | None:
    """Return the variable that tells where the subscriber began, if it is used for nothing else."""
    arguments = plan.roots[0].nodes[0].arguments or ()
    for argument in arguments:
        if argument.name.value == CURSOR_ARGUMENT and isinstance(argument.value, VariableNode):
            name = argument.value.name.value
            # Declared once and used once: nothing below the root can show it.
            return name if plan.variable_uses.get(name, 0) == 1 else None
    return None


_OF_EVENTS: Final = (Action, Report, Alert, Advisory)


def _wanted(root: Root) -> EventWanted:
    return EventWanted(*(root.wanted.get(model, Wanted(model)).whole() for model in _OF_EVENTS))
