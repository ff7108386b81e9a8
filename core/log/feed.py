"""Reading the log live: each event is loaded once per process, whoever reads it."""

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
"""Events of one city that stay in memory for those who read at the live edge."""
KEPT_CITIES = 256
"""Cities whose last events stay in memory: a country's large ones; of others few are read live."""
POLL_SECONDS = 1.0
"""How long a lost notification, or a write of another process, can delay an event."""
BATCH = 200


@dataclass(frozen=True, slots=True)
class Interest:
    """What a reader wants of the log: all of a place, one subject, or one kind of them."""

    scope: str
    subject_id: UUID | None = None
    subject_type: str | None = None

    @property
    def listens_to(self) -> str:
        """The scope whose notifications concern this reader: a station's are its city's."""
        return city_of(self.scope) if level(self.scope) > Level.CITY else self.scope

    def concerns(self, city: str) -> bool:
        """Tell whether a city's log can hold anything of interest."""
        return self.subject_id is None or city == self.scope

    def holds(self, event: Row, reaching_below: Collection[str]) -> bool:
        """Tell whether an event of the city is of interest.

        `reaching_below` are the kinds of subjects that concern everybody below their place.
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
    """Tell whether a reader of a scope is to read this line of a subject that reaches below.

    An advisory of a country is a line in the log of each of its states and cities too: whoever
    reads them all reads the line of the scope's own log, or else the advisory's own.
    """
    own = event.city == city_of(scope)
    return own or (event.city == city_of(event.place) and is_within(event.place, scope))


@dataclass(frozen=True, slots=True)
class EventWanted:
    """What a reader wants of an event's action, and of its subject by the subject's kind."""

    action: Wanted
    subjects: tuple[tuple[str, Wanted], ...]


@dataclass(frozen=True, slots=True)
class LoadedEvent:
    """An event's action, and its subject as it was when the event was read.

    `place` is where the subject was once all of it had been read; `reaches_below` says whether it
    concerns everybody below that place.
    """

    action: Row
    subject: Row
    place: str
    reaches_below: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """An event as it was loaded, for all who read it in this process.

    In `payloads` a reader keeps what it made of the event, for others who would make the same.
    """

    event: Row
    loaded: dict[EventWanted, LoadedEvent] = field(default_factory=dict[EventWanted, LoadedEvent])
    payloads: dict[object, object] = field(default_factory=dict[object, object])


@dataclass(frozen=True, slots=True)
class Delivery:
    """An event, and where its reader stands once it has been delivered.

    `entry` is `None` when the reader has all that was there: once when it goes on live, and again
    when its place has moved past events that do not concern it.
    """

    entry: Entry | None
    position: Mapping[str, int]
    loaded: LoadedEvent | None = None
    """What was loaded of the event, if anything was to be: the entry may let go of it meanwhile."""


class _Tail:
    """The last events of a city, without a gap."""

    def __init__(self, after: int) -> None:
        self.entries: deque[Entry] = deque(maxlen=KEPT_EVENTS)
        self.last = after
        self.lock = asyncio.Lock()
        self.looked_at = 0.0
        self._of_subject: dict[UUID, list[Entry]] = {}

    def restart(self, after: int) -> None:
        self.entries.clear()
        self._of_subject.clear()
        self.last = after

    def append(self, entry: Entry) -> None:
        """Add an event; what was loaded for earlier ones of its subject is let go.

        It has changed: it may have been erased, or withdrawn.
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
        kept = self._of_subject[subject]
        kept.remove(entry)
        if not kept:
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
    """Serves every reader of this process from one copy of what is new."""

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
        """Ring for cities whose log grew unheard; runs until it is cancelled."""
        while True:
            await asyncio.sleep(POLL_SECONDS)
            try:
                await self._notify_where_grown()
            except Exception as error:
                logger.warning("the log could not be looked at: %s", type(error).__name__)

    async def _notify_where_grown(self) -> None:
        for row in await rows.read(_LOGS, at_least("last_number", 1)):
            if self._heads.get(row.city, 0) < row.last_number:
                self._heads[row.city] = row.last_number
                self._notifier.notify(row.city)

    async def stop(self, limit: float) -> None:
        """Let every reader end by itself, for at most `limit` seconds."""
        self._stopping = True
        self._notifier.stop_all()
        async with asyncio.timeout(limit):
            await self._idle.wait()

    async def heads(self, scope: str) -> dict[str, int]:
        """Return the last numbers of the logs in a scope, as they are after this call.

        Those who ask for the same scope at the same time share one statement.
        """
        asking = self._asking.get(scope)
        if asking is None:
            asking = self._asking[scope] = SingleFlight(partial(log.heads, scope))
        return dict(await asking())

    @property
    def stopping(self) -> bool:
        """Whether readers should come back later."""
        return self._stopping

    async def follow(
        self,
        interest: Interest,
        after: Mapping[str, int] | None,
        wanted: EventWanted | None,
    ) -> AsyncGenerator[Delivery]:
        """Deliver what came after a position, then what comes, in order and without a gap.

        `None` begins now. Listening begins before the first read, so nothing falls in between.
        Nothing is loaded of the events for a reader that wants nothing yet. Ends when the server
        stops.
        """
        self._readers += 1
        self._idle.clear()
        try:
            with self._notifier.listening(interest.listens_to) as listener:
                heads = await self.heads(interest.listens_to)
                heads = {city: head for city, head in heads.items() if interest.concerns(city)}
                position = dict(heads if after is None else after)
                behind = {city for city, head in heads.items() if position.get(city, 0) < head}
                told: Mapping[str, int] | None = None
                while True:
                    async for delivery in self.read_all(interest, behind, position, wanted):
                        told = delivery.position
                        yield delivery
                    if told != position:
                        told = dict(position)
                        yield Delivery(None, told)
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
        """Deliver what cities' logs hold past a position, which moves along."""
        for city in sorted(cities):
            grew = True
            while grew:
                before = position.get(city, 0)
                entries, up_to = await self._read(city, before, interest)
                if wanted is not None:
                    await self.load(entries, wanted)
                for entry in entries:
                    position[city] = entry.event.number
                    told = None if wanted is None else await self.loaded(entry, wanted)
                    yield Delivery(entry, dict(position), told)
                position[city] = max(up_to, before)
                grew = position[city] > before

    async def _read(self, city: str, after: int, interest: Interest) -> tuple[Sequence[Entry], int]:
        tail = await self._tail(city, after)
        async with tail.lock:
            if after > tail.last:
                # A reader of the stored log has overtaken the tail, which nobody followed.
                tail.restart(after)
            # Also for one who comes from behind: what came last may change what is told before it.
            if after == tail.last or time.monotonic() - tail.looked_at > POLL_SECONDS:
                await self._extend(city, tail)
        if not tail.covers(after):
            return await self._read_stored(city, after, interest)
        reaching = self.subjects.reaching_below
        entries = [each for each in tail.past(after) if interest.holds(each.event, reaching)]
        return entries, tail.last

    async def _tail(self, city: str, after: int) -> _Tail:
        """Return the tail; a new one begins with its first reader, if that is near the end."""
        tail = self._tails.get(city)
        if tail is None:
            head = (await log.heads(city)).get(city, 0)
            tail = _Tail(after if head - after <= BATCH else head)
            # Another reader may have made one meanwhile.
            tail = self._tails.setdefault(city, tail)
        return tail

    async def _extend(self, city: str, tail: _Tail) -> None:
        tail.looked_at = time.monotonic()
        for event in await log.read(city, tail.last, limit=BATCH):
            tail.append(Entry(event))

    async def _read_stored(
        self, city: str, after: int, interest: Interest
    ) -> tuple[Sequence[Entry], int]:
        """Read past events straight from the log; skip those of no interest without loading."""
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
        """Return what is wanted of events, by what is wanted of each table."""
        subjects = tuple((subject.name, of(subject.model)) for subject in self.subjects)
        return EventWanted(of(Action), subjects)

    async def loaded(self, entry: Entry, wanted: EventWanted) -> LoadedEvent:
        """Return what is wanted of an event; it is loaded unless it was."""
        if wanted not in entry.loaded:
            await self.load([entry], wanted)
        return entry.loaded[wanted]

    async def load(self, entries: Sequence[Entry], wanted: EventWanted) -> None:
        """Load what is wanted of events, in as many statements as there are kinds of subjects."""
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
        """Return where subjects are, asked again of those whose relations were read after them.

        In between one may have been referred to another place, and what its relations hold is that
        place's own.
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
