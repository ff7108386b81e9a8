"""Reading the log live: each event is loaded once per process, whoever reads it."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import takewhile
from uuid import UUID

from cachetools import LRUCache

from core.actions.models import Action
from core.advisories.models import Advisory
from core.alerts.models import Alert
from core.log import events as log
from core.log.models import CityLog
from core.log.notifier.notifier import Notifier
from core.paths import Level, city_of, is_within, level
from core.reports.models import Report
from core.storage import rows
from core.storage.conditions import at_least, one_of
from core.storage.rows import Row, Wanted, everything
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
    """What a reader wants of the log: all of a place, one report or alert, or its advisories."""

    scope: str
    subject: Mapping[str, UUID] = field(default_factory=dict[str, UUID])
    advisories: bool = False

    @property
    def subject_id(self) -> UUID | None:
        """The one report or alert that is wanted, if it is one."""
        return next(iter(self.subject.values()), None)

    @property
    def listens_to(self) -> str:
        """The scope whose notifications concern this reader: a station's are its city's."""
        return city_of(self.scope) if level(self.scope) > Level.CITY else self.scope

    def concerns(self, city: str) -> bool:
        """Tell whether a city's log can hold anything of interest."""
        return not self.subject or city == self.scope

    def holds(self, event: Row) -> bool:
        """Tell whether an event of the city is of interest."""
        if self.subject:
            return all(getattr(event, name) == value for name, value in self.subject.items())
        if event.advisory_id is not None:
            return _reaches(event, self.scope)
        if self.advisories:
            return False
        return any(
            place is not None and (place == self.scope or place.startswith(f"{self.scope}/"))
            for place in (event.place, event.previous_place)
        )


def _reaches(event: Row, scope: str) -> bool:
    """Tell whether a reader of a scope is to read this line of an advisory.

    An advisory of a country is a line in the log of each of its states and cities too: who reads
    them all reads the line of the scope's own log, or else the advisory's own.
    """
    own = event.city == city_of(scope)
    return own or (event.city == city_of(event.place) and is_within(event.place, scope))


@dataclass(frozen=True, slots=True)
class EventWanted:
    """What a reader wants to be told of an event's action, and of what it was done to."""

    action: Wanted
    report: Wanted
    alert: Wanted
    advisory: Wanted


def all_of_an_event() -> EventWanted:
    """Return everything; the relations between tables are known once a database is open."""
    return EventWanted(*map(everything, (Action, Report, Alert, Advisory)))


@dataclass(frozen=True, slots=True)
class LoadedEvent:
    """An event's action, and the report or alert as it stood when the event was read.

    `place` is where that lay once all of it had been read.
    """

    action: Row
    subject: Row
    place: str


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
        earlier = self._of_subject.setdefault(subject_id_of(entry.event), [])
        for each in earlier:
            each.loaded.clear()
            each.payloads.clear()
        earlier.append(entry)
        self.entries.append(entry)
        self.last = entry.event.number

    def _forget(self, entry: Entry) -> None:
        subject = subject_id_of(entry.event)
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


def subject_id_of(event: Row) -> UUID:
    """Return what an event is about: a report, an alert or an advisory."""
    return event.report_id or event.alert_id or event.advisory_id


_LOGS = Wanted(CityLog, ("city", "last_number"))


class Feed:
    """Serves every reader of this process from one copy of what is new."""

    def __init__(self, notifier: Notifier) -> None:
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
                    await load(entries, wanted)
                for entry in entries:
                    position[city] = entry.event.number
                    told = None if wanted is None else await told_of(entry, wanted)
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
            return await _read_stored(city, after, interest)
        return [entry for entry in tail.past(after) if interest.holds(entry.event)], tail.last

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


async def _read_stored(city: str, after: int, interest: Interest) -> tuple[Sequence[Entry], int]:
    """Read past events straight from the log; those of no interest are passed over unread."""
    head = (await log.heads(city)).get(city, 0)
    events = await log.read(
        city,
        after,
        scope=interest.scope,
        subject=interest.subject,
        advisories=interest.advisories,
        limit=BATCH,
    )
    last = events[-1].number if events else after
    entries = [Entry(event) for event in events if interest.holds(event)]
    return entries, last if len(events) == BATCH else max(head, last)


async def told_of(entry: Entry, wanted: EventWanted) -> LoadedEvent:
    """Return what is wanted of an event; it is loaded unless it was."""
    if wanted not in entry.loaded:
        await load([entry], wanted)
    return entry.loaded[wanted]


async def load(entries: Sequence[Entry], wanted: EventWanted) -> None:
    """Load what is wanted of events, in a fixed number of statements however many they are."""
    missing = [entry for entry in entries if wanted not in entry.loaded]
    if not missing:
        return
    actions = await _by_id(wanted.action, [entry.event.action_id for entry in missing])
    subjects = {
        **await _by_id(wanted.report.plus("place"), [entry.event.report_id for entry in missing]),
        **await _by_id(wanted.alert.plus("place"), [entry.event.alert_id for entry in missing]),
        **await _by_id(
            wanted.advisory.plus("place"), [entry.event.advisory_id for entry in missing]
        ),
    }
    places = await _places(wanted, subjects)
    for entry in missing:
        event = entry.event
        subject = subjects[subject_id_of(event)]
        entry.loaded[wanted] = LoadedEvent(actions[event.action_id], subject, places[subject.id])


async def _places(wanted: EventWanted, subjects: Mapping[UUID, Row]) -> dict[UUID, str]:
    """Return where subjects lie, asked again of those whose relations were read after them.

    In between one may have been referred to another place, and what its relations hold is that
    place's own.
    """
    places: dict[UUID, str] = {own_id: row.place for own_id, row in subjects.items()}
    for each in (wanted.report, wanted.alert):
        if each.relations:
            ids = [own_id for own_id, row in subjects.items() if rows.is_row(row, each.model)]
            found = await _by_id(Wanted(each.model, ("place",)), ids)
            places |= {own_id: row.place for own_id, row in found.items()}
    return places


async def _by_id(wanted: Wanted, ids: Sequence[UUID | None]) -> dict[UUID, Row]:
    known = list({own_id for own_id in ids if own_id is not None})
    if not known:
        return {}
    column = f"{rows.table_of(wanted.model)}.id"
    found = await rows.read(wanted.plus("id"), one_of(column, known))
    return {row.id: row for row in found}
