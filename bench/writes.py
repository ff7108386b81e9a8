"""Durable reports a second through the front door, beside the same rows written by hand."""

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
"""By hand, as many connections as our server has for writing, and four times as many."""


def submission(latitude: float, longitude: float) -> bytes:
    """Return the request body of a report at a position; wrk gives each a key of its own."""
    given = {
        "category": "nuisance.noise",
        "description": "Loud music since midnight.",
        "position": {"latitude": latitude, "longitude": longitude},
        "idempotencyKey": KEY,
    }
    return orjson.dumps({"query": SUBMIT, "variables": {"input": given}})


async def measure(stage: Stage, rounds: int, seconds: float) -> Table:
    """Write in turn through our server and by hand: to one city, and spread over a hundred."""
    server = stage.server()
    await server.start()
    connection = await asyncpg.connect(stage.database)
    rows: list[list[object]] = []
    try:
        for label, cities in (("one city", stage.cities[:1]), ("100 cities", stage.cities[:100])):
            asked = [submission(city.latitude, city.longitude) for city in cities]
            load(server.url, asked, 1.0, None)
            paths = [city.path for city in cities]
            ours: list[float] = []
            by_hand: dict[int, list[float]] = {count: [] for count in CONNECTIONS}
            for _ in range(rounds):
                ours.append(await _ours(connection, server.url, asked, seconds))
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
    columns = ["", "reports/s, durable", "ours to it"]
    return Table("Writes", columns, rows, "Each on one core; commits wait for the disk.")


async def _ours(
    connection: asyncpg.Connection, url: str, asked: list[bytes], seconds: float
) -> float:
    before, began = await _reports(connection), time.perf_counter()
    load(url, asked, seconds, None)
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
