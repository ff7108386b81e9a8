"""Following the log: each event is loaded once per process for all its readers."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import AsyncGenerator, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import takewhile
from uuid import UUID

from cachetools import LRUCache
from tortoise.models import Model

from core.log import events as log
from core.log.models import Action, CityLog
from core.log.notifier.notifier import Notifier
from core.log.subjects import Subjects
from core.paths import Level, city_of, is_within, level
from core.storage import rows
from core.storage.conditions import at_least, one_of
from core.storage.rows import Row, Wanted
from core.tasks.single_flight import SingleFlight

logger = logging.getLogger("citizencop.feed")

KEPT_EVENTS = 1_024
"""Newest events of one city that stay in memory for its readers."""
KEPT_CITIES = 256
"""Cities whose newest events stay in memory: the most recently read ones."""
POLL_SECONDS = 1.0
"""Longest delay of an event after a lost notification."""
BATCH = 200
"""Events that are read from the log at a time."""


@dataclass(frozen=True, slots=True)
class Interest:
    """Which events a reader follows: of a place, of one subject, or of one subject type."""

    scope: str
    subject_id: UUID | None = None
    subject_type: str | None = None

    @property
    def listens_to(self) -> str:
        """The scope whose notifications this reader needs; for a station, its city."""
        return city_of(self.scope) if level(self.scope) > Level.CITY else self.scope

    def concerns(self, city: str) -> bool:
        """Return whether a city's log can contain matching events."""
        return self.subject_id is None or city == self.scope

    def holds(self, event: Row, reaching_below: Collection[str]) -> bool:
        """Return whether an event matches.

        `reaching_below` are the subject types whose events also concern all places below theirs.
        """
        if self.subject_id is not None:
            return event.subject_id == self.subject_id
        if self.subject_type not in (None, event.subject_type):
            return False
        if event.subject_type in reaching_below:
            return _reaches(event, self.scope)
        return any(
            place is not None and (place == self.scope or place.startswith(f"{self.scope}/"))
            for place in (event.place, event.previous_place)
        )


def _reaches(event: Row, scope: str) -> bool:
    """Return whether a reader of a scope gets this event of a subject that reaches below.

    An advisory of a country is also an event in the log of each of its states and cities. To get it
    once, a reader of several logs takes the event in the scope's own log, or the one in the log of
    the advisory's own place.
    """
    own = event.city == city_of(scope)
    return own or (event.city == city_of(event.place) and is_within(event.place, scope))


@dataclass(frozen=True, slots=True)
class EventWanted:
    """Columns and relations to load: of an event's action, and of its subject, by subject type."""

    action: Wanted
    subjects: tuple[tuple[str, Wanted], ...]


@dataclass(frozen=True, slots=True)
class LoadedEvent:
    """An event's action, and its subject at the time of reading.

    `place` is the place of the subject after its relations were read. `reaches_below` says whether
    the subject also concerns all places below.
    """

    action: Row
    subject: Row
    place: str
    reaches_below: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """An event, shared by all its readers in this process.

    `payloads` caches what readers made from the event, for other readers that need the same.
    """

    event: Row
    loaded: dict[EventWanted, LoadedEvent] = field(default_factory=dict[EventWanted, LoadedEvent])
    payloads: dict[object, object] = field(default_factory=dict[object, object])


@dataclass(frozen=True, slots=True)
class Delivery:
    """An event, and the reader's position after it.

    `entry` is `None` if there is only a new position: once when the reader has all past events, and
    again when it has skipped events that do not match its interest.
    """

    entry: Entry | None
    position: Mapping[str, int]
    loaded: LoadedEvent | None = None
    """What was loaded for the event; kept here because the entry may drop it meanwhile."""


class _Tail:
    """The newest events of a city, without a gap."""

    def __init__(self, after: int) -> None:
        self.entries: deque[Entry] = deque(maxlen=KEPT_EVENTS)
        self.last = after
        self.lock = asyncio.Lock()
        self.read_at = 0.0
        self._of_subject: dict[UUID, list[Entry]] = {}

    def restart(self, after: int) -> None:
        self.entries.clear()
        self._of_subject.clear()
        self.last = after

    def append(self, entry: Entry) -> None:
        """Add an event, and drop what was loaded for earlier events of its subject.

        The subject has changed: it may have been erased or withdrawn.
        """
        if len(self.entries) == KEPT_EVENTS:
            self._forget(self.entries[0])
        earlier = self._of_subject.setdefault(entry.event.subject_id, [])
        for each in earlier:
            each.loaded.clear()
            each.payloads.clear()
        earlier.append(entry)
        self.entries.append(entry)
        self.last = entry.event.number

    def _forget(self, entry: Entry) -> None:
        subject = entry.event.subject_id
        entries = self._of_subject[subject]
        entries.remove(entry)
        if not entries:
            del self._of_subject[subject]

    def covers(self, after: int) -> bool:
        return after >= (self.entries[0].event.number - 1 if self.entries else self.last)

    def past(self, after: int) -> list[Entry]:
        if self.last - after < len(self.entries) // 2:
            newest = takewhile(lambda entry: entry.event.number > after, reversed(self.entries))
            return list(newest)[::-1]
        return [entry for entry in self.entries if entry.event.number > after]


_LOGS = Wanted(CityLog, ("city", "last_number"))


class Feed:
    """Delivers events to all readers of this process from one shared copy."""

    def __init__(self, notifier: Notifier, subjects: Subjects) -> None:
        self.subjects = subjects
        self._notifier = notifier
        self._tails: LRUCache[str, _Tail] = LRUCache(KEPT_CITIES)
        self._heads: dict[str, int] = {}
        self._asking: LRUCache[str, SingleFlight[dict[str, int]]] = LRUCache(KEPT_CITIES)
        self._stopping = False
        self._readers = 0
        self._idle = asyncio.Event()
        self._idle.set()

    async def poll(self) -> None:
        """Notify of logs that grew without a notification; runs until cancelled."""
        while True:
            await asyncio.sleep(POLL_SECONDS)
            try:
                await self._notify_where_grown()
            except Exception as error:
                logger.warning("cannot read the log: %s", type(error).__name__)

    async def _notify_where_grown(self) -> None:
        for row in await rows.read(_LOGS, at_least("last_number", 1)):
            if self._heads.get(row.city, 0) < row.last_number:
                self._heads[row.city] = row.last_number
                self._notifier.notify(row.city)

    async def stop(self, limit: float) -> None:
        """Tell all readers to end, and wait for them for at most `limit` seconds.

        Raises `TimeoutError`.
        """
        self._stopping = True
        self._notifier.stop_all()
        async with asyncio.timeout(limit):
            await self._idle.wait()

    async def heads(self, scope: str) -> dict[str, int]:
        """Return the last number of each log in a scope, read no earlier than this call.

        Concurrent calls for the same scope share one statement.
        """
        asking = self._asking.get(scope)
        if asking is None:
            asking = self._asking[scope] = SingleFlight(partial(log.heads, scope))
        return dict(await asking())

    @property
    def stopping(self) -> bool:
        """Whether the server is stopping; readers should end, and reconnect later."""
        return self._stopping

    async def follow(
        self,
        interest: Interest,
        after: Mapping[str, int] | None,
        wanted: EventWanted | None,
    ) -> AsyncGenerator[Delivery]:
        """Deliver the events after a position, then new ones, in order and without a gap.

        With `after` `None`, deliver only new events. With `wanted` `None`, load nothing for them.
        Listening begins before the first read, so no event is missed. Ends when the server stops.
        """
        self._readers += 1
        self._idle.clear()
        try:
            with self._notifier.listening(interest.listens_to) as listener:
                heads = await self.heads(interest.listens_to)
                heads = {city: head for city, head in heads.items() if interest.concerns(city)}
                position = dict(heads if after is None else after)
                behind = {city for city, head in heads.items() if position.get(city, 0) < head}
                delivered: Mapping[str, int] | None = None
                while True:
                    async for delivery in self.read_all(interest, behind, position, wanted):
                        delivered = delivery.position
                        yield delivery
                    if delivered != position:
                        delivered = dict(position)
                        yield Delivery(None, delivered)
                    if self._stopping:
                        return
                    behind = {city for city in await listener.notified() if interest.concerns(city)}
        finally:
            self._readers -= 1
            if not self._readers:
                self._idle.set()

    async def read_all(
        self,
        interest: Interest,
        cities: set[str],
        position: dict[str, int],
        wanted: EventWanted | None,
    ) -> AsyncGenerator[Delivery]:
        """Deliver the events of several logs after a position; updates `position`."""
        for city in sorted(cities):
            grew = True
            while grew:
                before = position.get(city, 0)
                entries, up_to = await self._read(city, before, interest)
                if wanted is not None:
                    await self.load(entries, wanted)
                for entry in entries:
                    position[city] = entry.event.number
                    loaded = None if wanted is None else await self.loaded(entry, wanted)
                    yield Delivery(entry, dict(position), loaded)
                position[city] = max(up_to, before)
                grew = position[city] > before

    async def _read(self, city: str, after: int, interest: Interest) -> tuple[Sequence[Entry], int]:
        tail = await self._tail(city, after)
        async with tail.lock:
            if after > tail.last:
                # Nobody followed the tail, and a reader of the stored log has overtaken it.
                tail.restart(after)
            # Also for a reader of past events: a newer event may invalidate what was loaded.
            if after == tail.last or time.monotonic() - tail.read_at > POLL_SECONDS:
                await self._extend(city, tail)
        if not tail.covers(after):
            return await self._read_stored(city, after, interest)
        reaching = self.subjects.reaching_below
        entries = [each for each in tail.past(after) if interest.holds(each.event, reaching)]
        return entries, tail.last

    async def _tail(self, city: str, after: int) -> _Tail:
        """Return the tail of a city; a new one begins at `after` if that is near the end."""
        tail = self._tails.get(city)
        if tail is None:
            head = (await log.heads(city)).get(city, 0)
            tail = _Tail(after if head - after <= BATCH else head)
            # Another reader may have created it meanwhile.
            tail = self._tails.setdefault(city, tail)
        return tail

    async def _extend(self, city: str, tail: _Tail) -> None:
        tail.read_at = time.monotonic()
        for event in await log.read(city, tail.last, limit=BATCH):
            tail.append(Entry(event))

    async def _read_stored(
        self, city: str, after: int, interest: Interest
    ) -> tuple[Sequence[Entry], int]:
        """Read past events from the database, without those that do not match."""
        head = (await log.heads(city)).get(city, 0)
        reaching = self.subjects.reaching_below
        events = await log.read(
            city,
            after,
            scope=interest.scope,
            subject_id=interest.subject_id,
            subject_type=interest.subject_type,
            reaching_below=reaching,
            limit=BATCH,
        )
        last = events[-1].number if events else after
        entries = [Entry(event) for event in events if interest.holds(event, reaching)]
        return entries, last if len(events) == BATCH else max(head, last)

    def wanted(self, of: Callable[[type[Model]], Wanted]) -> EventWanted:
        """Return what to load for events; `of` says what to load from each table."""
        subjects = tuple((subject.name, of(subject.model)) for subject in self.subjects)
        return EventWanted(of(Action), subjects)

    async def loaded(self, entry: Entry, wanted: EventWanted) -> LoadedEvent:
        """Return what is wanted of an event; load it if necessary."""
        if wanted not in entry.loaded:
            await self.load([entry], wanted)
        return entry.loaded[wanted]

    async def load(self, entries: Sequence[Entry], wanted: EventWanted) -> None:
        """Load what is wanted of events: one statement for actions, and one per subject type."""
        missing = [entry for entry in entries if wanted not in entry.loaded]
        if not missing:
            return
        actions = await _by_id(wanted.action, [entry.event.action_id for entry in missing])
        subjects: dict[UUID, Row] = {}
        places: dict[UUID, str] = {}
        for name, own in wanted.subjects:
            ids = [each.event.subject_id for each in missing if each.event.subject_type == name]
            found = await _by_id(own.plus("place"), ids)
            subjects |= found
            places |= await self._places(own, found)
        for entry in missing:
            event = entry.event
            subject = subjects[event.subject_id]
            entry.loaded[wanted] = LoadedEvent(
                actions[event.action_id],
                subject,
                places[subject.id],
                event.subject_type in self.subjects.reaching_below,
            )

    @staticmethod
    async def _places(wanted: Wanted, subjects: Mapping[UUID, Row]) -> dict[UUID, str]:
        """Return the place of each subject, read again if relations were loaded after it.

        In between, the subject may have been referred to another place. Its relations then contain
        data that only the new place may see.
        """
        if wanted.relations:
            subjects = await _by_id(Wanted(wanted.model, ("place",)), list(subjects))
        return {own_id: row.place for own_id, row in subjects.items()}


async def _by_id(wanted: Wanted, ids: Sequence[UUID]) -> dict[UUID, Row]:
    known = list(set(ids))
    if not known:
        return {}
    column = f"{rows.table_of(wanted.model)}.id"
    found = await rows.read(wanted.plus("id"), one_of(column, known))
    return {row.id: row for row in found}
