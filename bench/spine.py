"""Send reports and alerts while portals subscribe, and kill the server.

    python -m bench.spine                  both databases, in full
    python -m bench.spine --reports 200 --citizens 20 --portals 4 --kills 2 --database sqlite

Fails unless every report is stored once, every portal received every event of its scope once and in
order, and everything acknowledged before a `kill -9` is stored after it. The log is read directly
from the database.
"""

import asyncio
import base64
import json
import random
import sqlite3
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import click
import httpx

from bench.api import NETWORK_ERRORS, RAISE, SUBMIT, ask_until_answered, events
from bench.server_process import ServerProcess
from bench.temporary_database import temporary_database

CITY = "india/chhattisgarh/raipur"
SCOPES = (CITY, "india/chhattisgarh", f"{CITY}/control-room", "india", f"{CITY}/urla")
STATIONS = ("control-room", "urla")
CENTRE, BIRGAON = (21.2333, 81.6333), (21.3076, 81.6279)
SETTLE_SECONDS = 60


@dataclass
class Portal:
    """A portal that stores its cursor, and reconnects if the socket closes."""

    scope: str
    token: str
    cursor: str | None = None
    actions: list[str] = field(default_factory=list[str])
    seen_at: dict[str, float] = field(default_factory=dict[str, float])
    reconnects: int = 0
    ready: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self, url: str) -> None:
        """Follow the scope until cancelled."""
        while True:
            with suppress(*NETWORK_ERRORS):
                async for item in events(url, self.token, self.scope, self.cursor):
                    self._take(item)
            self.reconnects += 1
            await asyncio.sleep(0.05)

    def _take(self, item: dict[str, Any]) -> None:
        if "code" in item:
            raise RuntimeError(item)
        self.cursor = item["cursor"]
        if item["__typename"] == "CaughtUp":
            self.ready.set()
        elif "action" in item:
            self.actions.append(item["action"]["id"])
            about = item.get("report", {}).get("reference")
            if about is not None:
                self.seen_at.setdefault(about, time.perf_counter())


@dataclass
class Run:
    """The progress and answers of a run."""

    sent_at: dict[str, float] = field(default_factory=dict[str, float])
    answered_after: list[float] = field(default_factory=list[float])
    secrets: set[str] = field(default_factory=set[str])
    answered: int = 0
    begun: int = 0
    per_second: float = 0.0
    began: float = field(default_factory=time.perf_counter)

    async def turn(self) -> None:
        """Wait for the next turn if `per_second` is set."""
        self.begun += 1
        if self.per_second:
            due = self.began + self.begun / self.per_second
            await asyncio.sleep(max(0.0, due - time.perf_counter()))


async def citizen(
    http: httpx.AsyncClient, tasks: list[str], run: Run, chance: random.Random
) -> None:
    """Send the remaining reports and alerts, one after another."""
    while tasks:
        kind = tasks.pop()
        await run.turn()
        latitude, longitude = chance.choice((CENTRE, BIRGAON))
        position = {
            "latitude": latitude + chance.uniform(-0.01, 0.01),
            "longitude": longitude + chance.uniform(-0.01, 0.01),
        }
        began = time.perf_counter()
        given: dict[str, Any] = {"position": position, "idempotencyKey": str(uuid4())}
        if kind == "alert":
            given["battery"] = chance.randint(1, 100)
            answer = await ask_until_answered(http, RAISE, input=given)
            run.secrets.add(answer["secret"])
        else:
            given |= {"category": "nuisance.noise", "description": "Loud music since midnight."}
            answer = await ask_until_answered(http, SUBMIT, input=given)
            run.sent_at[answer["reference"]] = began
        run.answered_after.append(time.perf_counter() - began)
        run.answered += 1


async def killer(server: ServerProcess, run: Run, total: int, kills: int) -> None:
    """Kill and restart the server `kills` times, evenly spread over the work."""
    for turn in range(1, kills + 1):
        while run.answered < total * turn / (kills + 1):
            await asyncio.sleep(0.01)
        server.kill()
        await server.start()


async def log_of(database: str, scope: str) -> list[str]:
    """Return the actions in the log of a scope, read from the database, city by city."""
    sql = (
        f"SELECT e.action_id FROM event e WHERE e.place = '{scope}' OR e.place LIKE '{scope}/%' "
        "ORDER BY e.city, e.number"
    )
    if database.startswith("sqlite"):
        with sqlite3.connect(database.removeprefix("sqlite://")) as connection:
            return [str(row[0]) for row in connection.execute(sql)]
    connection = await asyncpg.connect(database)
    rows = await connection.fetch(sql)
    await connection.close()
    return [str(row[0]) for row in rows]


def own_id(global_id: str) -> str:
    """Return the row ID in a global ID."""
    return base64.b64decode(global_id).decode().partition(":")[2]


async def settle(database: str, portals: list[Portal], seconds: float = SETTLE_SECONDS) -> None:
    """Wait until every portal has as many events as its scope's log, and compare them."""
    scopes = {portal.scope for portal in portals}
    expected = {scope: await log_of(database, scope) for scope in scopes}
    async with asyncio.timeout(seconds):
        while any(len(portal.actions) < len(expected[portal.scope]) for portal in portals):
            await asyncio.sleep(0.05)
    for portal in portals:
        got = [own_id(action) for action in portal.actions]
        if got != expected[portal.scope]:
            raise AssertionError(f"the portal of {portal.scope} has other events than the database")


def percentile(values: list[float], share: float) -> float:
    """Return a percentile in milliseconds."""
    return round(sorted(values)[min(len(values) - 1, int(len(values) * share))] * 1000, 1)


@dataclass(frozen=True, slots=True)
class Sizes:
    """The size of a run; `per_second` is the rate of all citizens together, 0 for no limit."""

    reports: int
    alerts: int
    citizens: int
    portals: int
    kills: int
    per_second: float


async def measure(database: str, data: Path, sizes: Sizes) -> dict[str, Any]:
    """Do one run and return its results; raises `AssertionError` if a check fails."""
    server = ServerProcess(database, data)
    if not database.startswith("sqlite"):
        server.command("migrate")
    first_start = await server.start()
    listening = [
        Portal(scope, server.officer(scope))
        for scope in (SCOPES[number % len(SCOPES)] for number in range(sizes.portals))
    ]
    followers = [asyncio.create_task(portal.run(server.url)) for portal in listening]
    await asyncio.gather(*(portal.ready.wait() for portal in listening))
    tasks = ["report"] * sizes.reports + ["alert"] * sizes.alerts
    total = len(tasks)
    chance = random.Random(7)
    chance.shuffle(tasks)
    run = Run(per_second=sizes.per_second)
    limits = httpx.Limits(max_connections=sizes.citizens, max_keepalive_connections=sizes.citizens)
    began = time.perf_counter()
    async with httpx.AsyncClient(base_url=server.url, limits=limits, timeout=30) as http:
        work = [citizen(http, tasks, run, chance) for _ in range(sizes.citizens)]
        await asyncio.gather(*work, killer(server, run, total, sizes.kills))
    seconds = time.perf_counter() - began
    await settle(database, listening)
    stored = await log_of(database, "india")
    routed = [len(await log_of(database, f"{CITY}/{station}")) for station in STATIONS]
    if sum(routed) != len(stored) or not all(routed):
        raise AssertionError(f"{len(stored)} events, but the stations have {routed}")
    if not (len(stored) == len(run.sent_at) + len(run.secrets) == total):
        raise AssertionError(f"{len(stored)} events for {total} reports and alerts")
    for follower in followers:
        follower.cancel()
    await asyncio.gather(*followers, return_exceptions=True)
    status = server.stop()
    delays = [
        portal.seen_at[reference] - sent
        for portal in listening
        for reference, sent in run.sent_at.items()
        if reference in portal.seen_at
    ]
    return {
        "database": database.partition(":")[0],
        **asdict(sizes),
        "seconds": round(seconds, 1),
        "writes_per_second": round(total / seconds),
        "answer_ms": {
            "p50": percentile(run.answered_after, 0.5),
            "p99": percentile(run.answered_after, 0.99),
        },
        "sent_to_portal_ms": {"p50": percentile(delays, 0.5), "p99": percentile(delays, 0.99)},
        "deliveries": sum(len(portal.actions) for portal in listening),
        "reconnects": sum(portal.reconnects for portal in listening),
        "start_seconds": round(first_start, 2),
        "exit_status": status,
        "stored_once_and_seen_once_in_order": True,
    }


async def on_a_new_database(kind: str, sizes: Sizes) -> dict[str, Any]:
    """Do one run on a temporary database."""
    with tempfile.TemporaryDirectory(prefix="citizencop-bench-") as folder:
        data = Path(folder)
        if kind == "sqlite":
            return await measure(f"sqlite://{data}/bench.sqlite3", data, sizes)
        async with temporary_database() as database:
            return await measure(database, data, sizes)


@click.command()
@click.option("--reports", default=5000, help="Number of reports.")
@click.option("--alerts", default=200, help="Number of alerts.")
@click.option("--citizens", default=200, help="Concurrent citizens.")
@click.option("--portals", default=20, help="Portals that subscribe.")
@click.option(
    "--kills",
    default=(0, 10),
    multiple=True,
    help="Kills per run. Repeatable: one run for each value.",
)
@click.option("--per-second", default=0.0, help="Rate of all citizens together; 0: no limit.")
@click.option(
    "--database",
    default=("sqlite", "postgresql"),
    multiple=True,
    type=click.Choice(["sqlite", "postgresql"]),
)
def main(
    reports: int,
    alerts: int,
    citizens: int,
    portals: int,
    kills: tuple[int, ...],
    per_second: float,
    database: tuple[str, ...],
) -> None:
    """Send reports and alerts, kill the server, and print one JSON object per run."""
    for kind in database:
        for times in kills:
            sizes = Sizes(reports, alerts, citizens, portals, times, per_second)
            try:
                figures = asyncio.run(on_a_new_database(kind, sizes))
            except AssertionError as error:
                print(f"{kind}, {times} kills: {error}", file=sys.stderr)
                sys.exit(1)
            print(json.dumps(figures), flush=True)


if __name__ == "__main__":
    main()
