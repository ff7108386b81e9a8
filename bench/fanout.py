"""Measure live events to many subscribers: messages per second, delay and memory."""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import asyncpg
import httpx

from bench.dataset import append_events
from bench.operations import OURS_LIVE, PEERS_LIVE
from bench.peer_process import PeerProcess
from bench.results import Table
from bench.server_process import ServerProcess
from bench.stage import SERVER_CORE, Stage, officer_of_all
from bench.subscribers import Crowd, percentile
from bench.usage import TICKS, cpu_seconds, open_files, resident_kilobytes

PEER_FILES = {
    "Mercurius": "mercurius.js",
    "graphql-ws": "graphql_ws.js",
    "plain Strawberry": "usual.py",
    "bare picows broadcast": "broadcast.py",
}
SLOW = frozenset({"plain Strawberry"})
SPARE_FILES = 500


@dataclass
class Broadcaster:
    """A server with subscribers, and its measured rates."""

    name: str
    process: ServerProcess | PeerProcess
    crowd: Crowd
    emit: Callable[[int], Awaitable[None]]
    kilobytes: float = 0.0
    per_second: list[float] = field(default_factory=list[float])
    per_cpu_second: list[float] = field(default_factory=list[float])

    def middle(self) -> float:
        """Return the median messages per second."""
        return statistics.median(self.per_second)

    async def burst(self, events: int) -> None:
        """Send events at once, and measure until all subscribers have received them."""
        self.crowd.reset()
        cpu, began = cpu_seconds(self.process.pid), time.perf_counter()
        await self.emit(events)
        if not await self.crowd.wait_for(events * self.crowd.count, 120):
            raise AssertionError(f"{self.name} delivered only {self.crowd.received} messages")
        seconds = time.perf_counter() - began
        spent = max(1 / TICKS, cpu_seconds(self.process.pid) - cpu)
        await self.crowd.settled(0.2)
        if self.crowd.received != events * self.crowd.count:
            raise AssertionError(f"{self.name} delivered more messages than were sent")
        self.per_second.append(self.crowd.received / seconds)
        self.per_cpu_second.append(self.crowd.received / spent)


async def ours(stage: Stage, subscribers: int, different: int = 1) -> Broadcaster:
    """Start our server with an officer's subscribers, with one or several operations."""
    server = stage.server()
    await server.start()
    token = officer_of_all(server)
    city = stage.cities[0]

    def operation_of(index: int) -> tuple[str, dict[str, str]]:
        document = OURS_LIVE
        if different > 1:
            document = document.replace("cursor at", f"cursor at{index % different}: at")
        return document, {"path": city.path}

    connection = await asyncpg.connect(stage.database)

    async def emit(events: int) -> None:
        await append_events(connection, city.path, city.stations()[1][0], events)

    crowd = Crowd(f"{server.url}/graphql", subscribers, operation_of, token)
    return await _filled(Broadcaster("ours", server, crowd, emit))


async def peer(name: str, subscribers: int) -> Broadcaster:
    """Start a peer with subscribers."""
    process = PeerProcess(PEER_FILES[name], "postgresql://postgres@127.0.0.1:5432/postgres",
                          SERVER_CORE)  # fmt: skip
    await process.start()

    async def emit(events: int) -> None:
        async with httpx.AsyncClient(timeout=120) as http:
            await process.emit(http, events)

    crowd = Crowd(f"{process.url}/graphql", subscribers, lambda _: (PEERS_LIVE, {"path": "x"}))
    return await _filled(Broadcaster(name, process, crowd, emit))


async def _filled(broadcaster: Broadcaster) -> Broadcaster:
    before = resident_kilobytes(broadcaster.process.pid)
    await broadcaster.crowd.connect()
    await asyncio.sleep(settling_seconds(broadcaster.crowd.count))
    grown = resident_kilobytes(broadcaster.process.pid) - before
    broadcaster.kilobytes = grown / broadcaster.crowd.count
    await broadcaster.burst(1)
    broadcaster.per_second.clear()
    broadcaster.per_cpu_second.clear()
    return broadcaster


def settling_seconds(subscribers: int) -> float:
    """Return the seconds to wait until the slowest server has started the subscriptions."""
    return 1.0 + subscribers / 1000


async def compare(
    stage: Stage, subscribers: int, peers: list[str], rounds: int, events: int
) -> list[Broadcaster]:
    """Measure our server and the peers in interleaved rounds.

    If this process may not open enough sockets, subscribers connect only for their server's turn.
    """
    stays = (len(peers) + 1) * subscribers < open_files() - SPARE_FILES
    all_of_them: list[Broadcaster] = []
    try:
        for name in ("ours", *peers):
            made = peer(name, subscribers) if name in PEER_FILES else ours(stage, subscribers)
            all_of_them.append(await made)
            if not stays:
                await all_of_them[-1].crowd.leave()
        for _ in range(rounds):
            for broadcaster in all_of_them:
                if not stays:
                    await broadcaster.crowd.connect()
                    await asyncio.sleep(settling_seconds(subscribers))
                await broadcaster.burst(events // 10 if broadcaster.name in SLOW else events)
                if not stays:
                    await broadcaster.crowd.leave()
                await asyncio.sleep(0.3)
    finally:
        for broadcaster in all_of_them:
            broadcaster.crowd.close()
            broadcaster.process.stop()
    return all_of_them


async def different(stage: Stage, subscribers: int, kinds: list[int], events: int) -> Table:
    """Measure our rate with different numbers of distinct operations."""
    rows: list[list[object]] = []
    for count in kinds:
        broadcaster = await ours(stage, subscribers, count)
        try:
            for _ in range(3):
                await broadcaster.burst(events)
        finally:
            broadcaster.crowd.close()
            broadcaster.process.stop()
        rows.append([count, broadcaster.middle()])
    columns = ["different subscriptions", "messages/s"]
    return Table(f"Different subscriptions: {subscribers:,} subscribers", columns, rows)


async def delays(
    stage: Stage, subscribers: int, rate: float, seconds: float
) -> tuple[float, float]:
    """Return median and p99 of the delay from commit to receipt at a rate, in milliseconds."""
    broadcaster = await ours(stage, subscribers)
    crowd = broadcaster.crowd
    crowd.reset()
    committed: list[float] = []
    loop = asyncio.get_running_loop()
    began = loop.time()
    for number in range(max(20, int(rate * seconds))):
        await asyncio.sleep(max(0.0, began + number / rate - loop.time()))
        await broadcaster.emit(1)
        committed.append(time.time())
    await crowd.wait_for(len(committed) * subscribers, 30)
    crowd.close()
    broadcaster.process.stop()
    found = [
        max(0.0, received - at) * 1000
        for times in crowd.samples.values()
        for at, received in zip(committed, times, strict=True)
    ]
    return statistics.median(found), percentile(found, 0.99)


def fan_out_table(subscribers: int, found: list[Broadcaster]) -> Table:
    """Return the table of medians, with our rate divided by each."""
    first = found[0].middle()
    rows = [
        [
            each.name,
            each.middle(),
            statistics.median(each.per_cpu_second),
            round(first / each.middle(), 2),
            round(each.kilobytes, 1),
        ]
        for each in found
    ]
    columns = ["", "messages/s", "messages per CPU second", "ours / this",
               "KB per subscriber"]  # fmt: skip
    title = f"Fan-out to {subscribers:,} subscribers with the same subscription, one core"
    return Table(title, columns, rows)
