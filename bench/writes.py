"""Compare durable reports per second through the API with plain inserts of the same rows."""

import os
import statistics
import subprocess
import sys
import time

import asyncpg
import orjson

from bench.api import SUBMIT
from bench.peer_process import PEERS
from bench.results import Table
from bench.stage import SERVER_CORE, Stage
from bench.wrk import KEY, load

CONNECTIONS = (8, 32)
"""Connections for plain inserts: the number our server uses for writing, and four times that."""


def submission(latitude: float, longitude: float) -> bytes:
    """Return the request body of a report; `load` replaces the idempotency key."""
    given = {
        "category": "nuisance.noise",
        "description": "Loud music since midnight.",
        "position": {"latitude": latitude, "longitude": longitude},
        "idempotencyKey": KEY,
    }
    return orjson.dumps({"query": SUBMIT, "variables": {"input": given}})


async def measure(stage: Stage, rounds: int, seconds: float) -> Table:
    """Measure our server and plain inserts alternately: in one city, and in 100 cities."""
    server = stage.server()
    await server.start()
    connection = await asyncpg.connect(stage.database)
    rows: list[list[object]] = []
    try:
        for label, cities in (("one city", stage.cities[:1]), ("100 cities", stage.cities[:100])):
            requests = [submission(city.latitude, city.longitude) for city in cities]
            load(server.url, requests, 1.0, None)
            paths = [city.path for city in cities]
            ours: list[float] = []
            by_hand: dict[int, list[float]] = {count: [] for count in CONNECTIONS}
            for _ in range(rounds):
                ours.append(await _ours(connection, server.url, requests, seconds))
                for count, found in by_hand.items():
                    found.append(_by_hand(stage.database, paths, seconds, count))
            first = statistics.median(ours)
            rows += [
                [f"{label}: by hand, {count} connections", statistics.median(found),
                 round(first / statistics.median(found), 2)]
                for count, found in by_hand.items()
            ]  # fmt: skip
            rows.append([f"{label}: submitReport", first, 1.0])
    finally:
        await connection.close()
        server.stop()
    columns = ["", "durable reports/s", "ours / this"]
    return Table("Writes", columns, rows, "Each on one core; commits wait for the disk.")


async def _ours(
    connection: asyncpg.Connection, url: str, requests: list[bytes], seconds: float
) -> float:
    before, began = await _reports(connection), time.perf_counter()
    load(url, requests, seconds, None)
    spent = time.perf_counter() - began
    return (await _reports(connection) - before) / spent


async def _reports(connection: asyncpg.Connection) -> int:
    return await connection.fetchval("SELECT sum(last_number)::bigint FROM city_log")


def _by_hand(database: str, cities: list[str], seconds: float, connections: int) -> float:
    done = subprocess.run(
        ["taskset", "-c", SERVER_CORE, sys.executable, str(PEERS / "inserts.py"),
         orjson.dumps(cities).decode(), str(seconds), str(connections)],
        env=os.environ | {"DATABASE_URL": database}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return float(done.stdout)
