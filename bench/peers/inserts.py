"""The upper limit of writing: plain inserts, one transaction per report.

Prints reports per second.
"""

import asyncio
import itertools
import os
import sys
import time
from datetime import UTC, datetime
from uuid import uuid4

import asyncpg
import orjson
import uvloop

NUMBER = """INSERT INTO city_log (city, last_number) VALUES ($1, 1)
ON CONFLICT (city) DO UPDATE SET last_number = city_log.last_number + 1 RETURNING last_number"""
KEY = """INSERT INTO idempotency_record (key_hash, fingerprint, subject_id, expires_at)
VALUES ($1, $2, $3, $4)"""
REPORT = """INSERT INTO report (id, city, place, reference, category, urgency, description, answers,
  latitude, longitude, state, route_reason, awaits_answer, received_at, received_on, updated_at,
  receipt_selector, receipt_verifier)
VALUES ($1, $2, $3, $4, 'nuisance.noise', 'EXPECTED', 'Loud music since midnight.', '[]', $5, $6,
  'RECEIVED', 'the control room', false, $7, $8, $7, $9, $10)"""
ACTION = """INSERT INTO action
  (id, subject_type, subject_id, kind, actor, visibility, at, state, text)
VALUES ($1, 'Report', $2, 'SUBMIT', 'REPORTER', 'PUBLIC', $3, 'RECEIVED', '')"""
EVENT = """INSERT INTO event (city, number, place, action_id, subject_type, subject_id)
VALUES ($1, $2, $3, $4, 'Report', $5)"""


async def writer(pool: asyncpg.Pool, cities: "itertools.cycle[str]", end: float) -> int:
    """Write until the time is over; return how many."""
    written = 0
    while time.perf_counter() < end:
        async with pool.acquire() as connection:
            await write(connection, next(cities))
        written += 1
    return written


async def write(connection: asyncpg.pool.PoolConnectionProxy, city: str) -> None:
    report, action, at = uuid4(), uuid4(), datetime.now(UTC)
    place = f"{city}/control-room"
    async with connection.transaction():
        await connection.execute(KEY, uuid4().hex * 2, "0" * 64, report, at)
        number = await connection.fetchval(NUMBER, city)
        await connection.execute(
            REPORT, report, city, place, f"H-{city}-{number}"[-24:], 1.5, 70.5, at, at.date(),
            report.hex[:20], report.hex * 2,
        )  # fmt: skip
        await connection.execute(ACTION, action, report, at)
        await connection.execute(EVENT, city, number, place, action, report)


async def main(cities: list[str], seconds: float, connections: int) -> None:
    url = os.environ["DATABASE_URL"]
    async with asyncpg.create_pool(url, min_size=connections, max_size=connections) as pool:
        turns = itertools.cycle(cities)
        began = time.perf_counter()
        work = [writer(pool, turns, began + seconds) for _ in range(connections)]
        written = sum(await asyncio.gather(*work))
        print(written / (time.perf_counter() - began))


if __name__ == "__main__":
    uvloop.run(main(orjson.loads(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])))
