"""Kill workers at random while clients write and subscribe.

    python -m bench.chaos                     4 workers, 200 writers, 500 subscribers, 5 minutes
    python -m bench.chaos --seconds 20 --writers 20 --subscribers 50 --cities 5

Fails unless exactly the answered reports are stored, each once, and every subscriber, reconnecting
with its cursor, received exactly the log of its city, each event once and in order. The log is read
directly from the database.
"""

import asyncio
import os
import random
import signal
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import click
import httpx

from bench.api import SUBMIT, ask_until_answered
from bench.full_cities import STATE, FullCity, write_full_cities
from bench.results import Results, Table
from bench.server_process import ServerProcess
from bench.spine import Portal, percentile, settle
from bench.temporary_database import temporary_database

NATS = "nats://127.0.0.1:4222"
LEAST_PAUSE, LONGEST_PAUSE = 1.0, 6.0
"""Seconds between two kills; restarting a worker takes about one."""
SETTLE_SECONDS = 120


@dataclass
class Run:
    """The answers and kills of a run."""

    until: float
    references: list[str] = field(default_factory=list[str])
    answered_after: list[float] = field(default_factory=list[float])
    kills: int = 0


@dataclass(frozen=True, slots=True)
class Sizes:
    """The numbers of processes and clients, and the duration."""

    workers: int
    writers: int
    subscribers: int
    cities: int
    seconds: float


async def writer(
    http: httpx.AsyncClient, cities: Sequence[FullCity], run: Run, chance: random.Random
) -> None:
    """Send reports one after another, retrying each until it is answered."""
    while time.perf_counter() < run.until:
        city = chance.choice(cities)
        given = {
            "category": "nuisance.noise",
            "description": "Loud music since midnight.",
            "position": {"latitude": city.latitude, "longitude": city.longitude},
            "idempotencyKey": str(uuid4()),
        }
        began = time.perf_counter()
        answer = await ask_until_answered(http, SUBMIT, input=given)
        run.answered_after.append(time.perf_counter() - began)
        run.references.append(answer["reference"])


async def killer(server: ServerProcess, run: Run, chance: random.Random) -> None:
    """Kill a random worker at random intervals."""
    while time.perf_counter() < run.until:
        await asyncio.sleep(chance.uniform(LEAST_PAUSE, LONGEST_PAUSE))
        workers = server.worker_pids()
        if workers:
            os.kill(chance.choice(workers), signal.SIGKILL)
            run.kills += 1


async def require_stored_once(database: str, run: Run) -> None:
    """Raise `AssertionError` unless exactly the answered reports are stored, each once."""
    connection: Any = await asyncpg.connect(database)
    stored = [row["reference"] for row in await connection.fetch("SELECT reference FROM report")]
    await connection.close()
    if sorted(stored) != sorted(run.references):
        raise AssertionError(f"{len(stored)} reports stored, {len(run.references)} answered")


async def measure(sizes: Sizes, bus: str | None, folder: Path, database: str) -> Table:
    """Do one run; raises `AssertionError` if reports or events are lost or duplicated."""
    cities = write_full_cities(folder / "cities", sizes.cities)
    options = ["--plugins", str(folder / "cities"), *(["--bus", bus] if bus else [])]
    server = ServerProcess(database, folder, *options, workers=sizes.workers)
    server.command("migrate")
    await server.start()
    token = server.officer(STATE)
    portals = [
        Portal(cities[number % len(cities)].path, token) for number in range(sizes.subscribers)
    ]
    followers = [asyncio.create_task(portal.run(server.url)) for portal in portals]
    await asyncio.gather(*(portal.ready.wait() for portal in portals))
    chance = random.Random(11)
    run = Run(time.perf_counter() + sizes.seconds)
    limits = httpx.Limits(max_connections=sizes.writers, max_keepalive_connections=sizes.writers)
    async with httpx.AsyncClient(base_url=server.url, limits=limits, timeout=30) as http:
        writers = [writer(http, cities, run, chance) for _ in range(sizes.writers)]
        await asyncio.gather(*writers, killer(server, run, chance))
    await settle(database, portals, SETTLE_SECONDS)
    await require_stored_once(database, run)
    for follower in followers:
        follower.cancel()
    await asyncio.gather(*followers, return_exceptions=True)
    status = server.stop()
    rows: list[list[object]] = [
        ["workers", sizes.workers],
        ["notifier", bus.partition(":")[0] if bus else "postgresql"],
        ["seconds", sizes.seconds],
        ["workers killed", run.kills],
        ["reports answered, and stored once", len(run.references)],
        ["reports per second", round(len(run.references) / sizes.seconds, 1)],
        ["answered after, p50 ms", percentile(run.answered_after, 0.5)],
        ["answered after, p99 ms", percentile(run.answered_after, 0.99)],
        ["subscribers", len(portals)],
        ["events delivered, once and in order", sum(len(portal.actions) for portal in portals)],
        ["reconnects of subscribers", sum(portal.reconnects for portal in portals)],
        ["exit status", status],
    ]
    title = f"Workers killed, with {sizes.writers} writers and {sizes.subscribers} subscribers"
    return Table(title, ["", "figure"], rows)


async def run(sizes: Sizes, bus: str | None) -> None:
    """Do one run on a temporary database, and write the results."""
    with tempfile.TemporaryDirectory(prefix="citizencop-bench-") as folder:
        async with temporary_database() as database:
            Results("chaos").add(await measure(sizes, bus, Path(folder), database))


@click.command()
@click.option("--workers", default=4, show_default=True, help="Worker processes.")
@click.option("--writers", default=200, show_default=True, help="Clients that send reports.")
@click.option("--subscribers", default=500, show_default=True, help="Portals that subscribe.")
@click.option("--cities", default=50, show_default=True, help="Cities of the reports and portals.")
@click.option("--seconds", default=300.0, show_default=True, help="Duration in seconds.")
@click.option("--bus", default=NATS, show_default=True, help="Notifier URL; empty for PostgreSQL.")
def main(
    workers: int, writers: int, subscribers: int, cities: int, seconds: float, bus: str
) -> None:
    """Kill workers at random; check that nothing is lost, duplicated or out of order."""
    try:
        asyncio.run(run(Sizes(workers, writers, subscribers, cities, seconds), bus or None))
    except AssertionError as error:
        raise click.ClickException(str(error)) from None


if __name__ == "__main__":
    main()
