"""The broadcaster: an event is encoded once for all subscribers that requested the same.

Subscribers that sent the same operation with the same variables (except for the cursor that they
started with) over the same stream form a group. One reader of the log serves it. Each item is
encoded once, and the same bytes are written to every member behind the ID of its own operation. A
subscriber with a cursor first reads the past events alone. It joins when its position is exactly
that of the group's reader: no other code runs between that comparison and the join, so no event is
missed and none is sent twice.

All members of a group have the same right to the same scope. The right is checked when a stream is
opened, for each batch of past events, and for every member before each live event.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Final

import orjson
from graphql import GraphQLError, VariableNode
from graphql.execution.values import VariableValues

from core.domain import Domain
from core.log.feed import Delivery, Entry, EventWanted, Feed, Interest, LoadedEvent
from core.problems import Problem, Unauthenticated, Unavailable
from core.storage.rows import Wanted
from schema.base.context import Context, MediaLinks
from schema.base.problem import Refusal
from schema.compiler.documents import Operation, RequestError
from schema.compiler.execution import Executor, formatted
from schema.compiler.plan import Plan, Root
from schema.live.events import CaughtUp, ComeBack
from schema.live.fields import STREAM
from schema.live.groups import Group, Reader, Shape, Subscriber, Subscription
from schema.live.rights import LiveRights, lost_right
from schema.live.streams import Stream

logger = logging.getLogger("citizencop.broadcaster")

CURSOR_ARGUMENT: Final = "after"
"""Where a subscriber starts; it does not affect the encoded event."""
RETRY_SECONDS: Final = 1.0
LOOK_EVERY: Final = 100
LOOK_SECONDS: Final = 1.0
"""How many past events are sent, and for how long, before the rights are checked again."""


class Broadcaster:
    """Every live subscription of this process."""

    def __init__(self, domain: Domain, feed: Feed, executor: Executor) -> None:
        self._domain = domain
        self._feed = feed
        self._executor = executor
        self._readers: dict[bytes | str, Reader] = {}
        self._rights = LiveRights(domain)
        self._encoding = Context(domain, feed, MediaLinks(domain.key))

    @property
    def subscribers(self) -> int:
        """How many are live."""
        readers = self._readers.values()
        return sum(len(group.members) for reader in readers for group in reader.every_group())

    async def subscribe(
        self,
        subscriber: Subscriber,
        operation: Operation,
        variables: VariableValues,
        context: Context,
    ) -> Subscription | None:
        """Open a stream, send the past events, and join a group; returns once it is live.

        Returns `None` if the stream has already ended. To leave while this runs, cancel it.
        """
        plan = operation.plan(variables)
        if plan is None:
            raise RequestError([GraphQLError("This subscription cannot be executed.")])
        root = plan.roots[0]
        encode = _Encoder(self._executor, operation, variables, self._encoding)
        try:
            given = dict(root.arguments.values(variables))
            after: str | None = given.pop(CURSOR_ARGUMENT, None)
            stream: Stream = await root.metadata[STREAM](context, **given)
            position = stream.opened(self._domain.seal, after)
        except Problem as problem:
            _finish(subscriber, encode(Refusal(problem)))
            return None
        except GraphQLError as error:
            subscriber.fail([formatted(error)])
            return None
        viewer = context.viewer
        member = Subscription(subscriber, None, None)
        if stream.scope is not None:
            member.token_id, member.expires_at = viewer.token_id, viewer.expires_at
        group = self._group(_key(operation, plan, variables, stream), stream, root, encode)
        return await self._join(member, group, position)

    def _group(self, key: bytes, stream: Stream, root: Root, encode: Shape) -> Group:
        shared = stream.interest.subject_id is not None
        reader_key = stream.interest.scope if shared else key
        reader = self._readers.get(reader_key)
        group = reader.group(stream, key) if reader is not None else None
        if group is not None:
            return group
        wanted = self._feed.wanted(lambda model: root.wanted.get(model, Wanted(model)).whole())
        if reader is None:
            interest = Interest(stream.interest.scope) if shared else stream.interest
            reader = Reader(reader_key, interest, None if shared else wanted)
            reader.reader = asyncio.create_task(self._run_reader(reader))
            self._readers[reader_key] = reader
        group = Group(key, reader, stream, wanted, encode)
        reader.add(group)
        return group

    async def _join(
        self, member: Subscription, group: Group, position: dict[str, int] | None
    ) -> Subscription | None:
        group.joining += 1
        try:
            self._rights.require(member)
            stands_at = await self._caught_up(member, group, position)
            # No await from here to the end, so the reader does not move.
            self._rights.require(member)
            cursor = group.stream.sealed(self._domain.seal, stands_at)
            if self._feed.stopping:
                _finish(member.subscriber, group.encode(ComeBack(cursor=cursor)))
                return None
            member.subscriber.deliver(group.encode(CaughtUp(cursor=cursor)), {})
            self._admit(member, group)
            return member
        except (Unauthenticated, Unavailable) as refusal:
            _finish(member.subscriber, group.encode(Refusal(refusal)))
            return None
        finally:
            group.joining -= 1
            self._close_if_empty(group)

    async def _caught_up(
        self, member: Subscription, group: Group, position: dict[str, int] | None
    ) -> dict[str, int]:
        """Send the events after a position; return the common position of reader and member."""
        reader = group.reader
        position = await self._beginning(group, position)
        while not self._feed.stopping:
            moved = reader.moved
            if reader.position is None:
                await moved.wait()
                if reader.position is None and reader.failure is not None:
                    # A new error: the reader's own would keep the frames of its traceback.
                    if issubclass(reader.failure, Unavailable):
                        raise Unavailable
                    raise ConnectionError(f"the log cannot be read: {reader.failure.__name__}")
                continue
            if position is None:
                return reader.position
            behind = {
                city for city, number in reader.position.items() if position.get(city, 0) < number
            }
            if behind:
                await self._catch_up(member, group, behind, position)
            elif reader.stands_at(position):
                return position
            else:
                await moved.wait()
        return position or {}

    async def _beginning(
        self, group: Group, position: dict[str, int] | None
    ) -> dict[str, int] | None:
        """Return where a member starts; `None` if it starts where its reader is."""
        interest = group.stream.interest
        if position is None and interest.subject_id is None:
            return None
        heads = await self._feed.heads(interest.listens_to)
        if position is None:
            # A shared reader may not have reached the current end of the log yet.
            return heads
        # After a restore from a backup the log may be shorter than the cursor says.
        return {city: min(number, heads.get(city, 0)) for city, number in position.items()}

    async def _catch_up(
        self, member: Subscription, group: Group, behind: set[str], position: dict[str, int]
    ) -> None:
        clock = asyncio.get_running_loop().time
        past, looked_at = 0, 0.0
        reading = self._feed.read_all(group.stream.interest, behind, position, group.wanted)
        async with aclosing(reading):
            async for delivery in reading:
                if member.token_id is not None:
                    if past % LOOK_EVERY == 0 or clock() - looked_at > LOOK_SECONDS:
                        await self._rights.look()
                        looked_at = clock()
                    self._rights.require(member)
                past += 1
                payload = self._payload(group, delivery.entry, delivery.loaded, delivery.position)
                if payload is not None:
                    member.subscriber.deliver(payload, {})
                    await member.subscriber.drained()

    def _payload(
        self,
        group: Group,
        entry: Entry | None,
        loaded: LoadedEvent | None,
        position: Mapping[str, int],
    ) -> bytes | None:
        """Return an event as the group's members see it, encoded once."""
        if entry is None:
            return None
        cursor = group.stream.sealed(self._domain.seal, position)
        key = group.key, cursor
        if key not in entry.payloads:
            item = group.stream.item(entry.event, loaded, cursor)
            encoded = None if item is None else group.encode(item)
            if entry.loaded.get(group.wanted) is not loaded:
                return encoded
            entry.payloads[key] = encoded
        payload: Any = entry.payloads[key]
        return payload

    def _admit(self, member: Subscription, group: Group) -> None:
        group.members[member] = None
        member.group = group
        self._rights.hold(member)

    def leave(self, member: Subscription) -> None:
        """Stop sending to a subscriber."""
        group, member.group = member.group, None
        if group is None:
            return
        group.members.pop(member, None)
        self._rights.release(member)
        self._close_if_empty(group)

    def _close_if_empty(self, group: Group) -> None:
        reader = group.reader
        if group.members or group.joining or reader.group(group.stream, group.key) is not group:
            return
        reader.remove(group)
        if reader.groups:
            return
        del self._readers[reader.key]
        reader.closed = True
        if reader.reader is not None and reader.reader is not asyncio.current_task():
            reader.reader.cancel()

    async def _run_reader(self, reader: Reader) -> None:
        """Read the log for a reader's groups, until none is left or the server stops."""
        while not (self._feed.stopping or reader.closed):
            try:
                await self._read(reader)
            except Exception as error:
                logger.warning("a group's reader failed", exc_info=error)
                reader.failure = type(error)
                reader.wake()
                await asyncio.sleep(RETRY_SECONDS)
        self._come_back(reader)

    async def _read(self, reader: Reader) -> None:
        following = self._feed.follow(reader.interest, reader.position, reader.wanted)
        async with aclosing(following):
            async for delivery in following:
                if delivery.entry is None:
                    reader.move(delivery.position)
                else:
                    await self._deliver(reader, delivery, delivery.entry)
                if reader.closed:
                    return

    async def _deliver(self, reader: Reader, delivery: Delivery, entry: Entry) -> None:
        loaded = await self._loaded(reader, delivery, entry)
        found = self._shaped(reader, entry, loaded, delivery.position)
        if any(group.stream.scope is not None for group, _ in found):
            self._end(await self._rights.lost())
        # No await from here to the end: the reader moves and all members get the event.
        reader.move(delivery.position)
        for group, payload in found:
            shared: dict[bytes, bytes] = {}
            for member in tuple(group.members):
                member.subscriber.deliver(payload, shared)

    async def _loaded(
        self, reader: Reader, delivery: Delivery, entry: Entry
    ) -> dict[EventWanted, LoadedEvent]:
        """Return what was loaded of an event, for each group that it concerns.

        Another group may start during a load. Once nothing is missing, no await has happened since.
        """
        loaded: dict[EventWanted, LoadedEvent] = {}
        if reader.wanted is not None and delivery.loaded is not None:
            loaded[reader.wanted] = delivery.loaded
        while missing := {group.wanted for group in reader.concerned(entry.event)} - loaded.keys():
            wanted = missing.pop()
            loaded[wanted] = await self._feed.loaded(entry, wanted)
        return loaded

    def _shaped(
        self,
        reader: Reader,
        entry: Entry,
        loaded: Mapping[EventWanted, LoadedEvent],
        position: Mapping[str, int],
    ) -> list[tuple[Group, bytes]]:
        """Return the encoded event for each group that gets one.

        A group whose event cannot be encoded gets an error and ends: it must not delay the others.
        """
        found: list[tuple[Group, bytes]] = []
        for group in tuple(reader.concerned(entry.event)):
            try:
                payload = self._payload(group, entry, loaded[group.wanted], position)
            except Exception as error:
                shown = formatted(GraphQLError("", original_error=error))
                for member in tuple(group.members):
                    self.leave(member)
                    member.subscriber.fail([shown])
            else:
                if payload is not None:
                    found.append((group, payload))
        return found

    def _come_back(self, reader: Reader) -> None:
        reader.wake()
        if reader.position is None:
            return
        for group in reader.every_group():
            cursor = group.stream.sealed(self._domain.seal, reader.position)
            payload = group.encode(ComeBack(cursor=cursor))
            for member in tuple(group.members):
                _finish(member.subscriber, payload)
                self.leave(member)

    def _end(self, members: Sequence[Subscription]) -> None:
        for member in members:
            group = member.group
            if group is not None:
                self.leave(member)
                _finish(member.subscriber, group.encode(Refusal(lost_right())))


@dataclass(frozen=True, slots=True)
class _Encoder:
    """Encodes an item as the response of one operation."""

    executor: Executor
    operation: Operation
    variables: VariableValues
    context: Context

    def __call__(self, item: object) -> bytes:
        return self.executor.event(self.operation, self.variables, self.context, item)


def _finish(subscriber: Subscriber, payload: bytes) -> None:
    subscriber.deliver(payload, {})
    subscriber.complete()


def _key(operation: Operation, plan: Plan, variables: VariableValues, stream: Stream) -> bytes:
    """Return the key of a group: what its members have in common."""
    ignored = _variable_of_the_beginning(plan)
    given = {name: value for name, value in variables.coerced.items() if name != ignored}
    parts = [operation.text, operation.name, stream.purpose, stream.name, given]
    return orjson.dumps(parts, default=repr, option=orjson.OPT_SORT_KEYS)


def _variable_of_the_beginning(plan: Plan) -> str | None:
    """Return the variable with the start cursor, if it is used for nothing else."""
    arguments = plan.roots[0].nodes[0].arguments or ()
    for argument in arguments:
        if argument.name.value == CURSOR_ARGUMENT and isinstance(argument.value, VariableNode):
            name = argument.value.name.value
            # Used once: no field below the root can return it.
            return name if plan.variable_uses.get(name, 0) == 1 else None
    return None
