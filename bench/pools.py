"""Our connections for single statements beside asyncpg's pool, in interleaved rounds.

    python -m bench.pools
    python -m bench.pools --rounds 5 --seconds 1

Every pool has 8 connections to the same database and reads one row by its key. What is measured is
below the API, so this program imports the storage; all others here are clients.
"""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import click

from bench.results import Results, Table
from bench.temporary_database import temporary_database
from core.storage import connecting
from core.storage.postgresql import CONNECTIONS, Connections

ROWS = 1_000
READERS = 64
CANCELLED_AFTER = 0.003
"""Seconds; while `SLEEPING` is in the middle of its answer."""
READ = "SELECT id, code, city, received_at, number FROM pools WHERE number = $1"
SLEEPING = f"{READ} AND pg_sleep(0.01) IS NOT NULL"
TABLE = """CREATE TABLE pools AS
SELECT gen_random_uuid() AS id, 'code-' || n AS code, 'india/goa/panaji' AS city,
       now() AS received_at, n AS number FROM generate_series(0, $1 - 1) AS n"""
OURS = "ours"

Read = Callable[[str, int], Awaitable[Sequence[Any]]]


class Row(asyncpg.Record):
    """A row of a class of its own, as the server's rows are."""


@dataclass
class Pool:
    """One pool: how it reads, and what was measured of it."""

    name: str
    read: Read
    rates: dict[str, list[float]] = field(default_factory=dict[str, list[float]])
    cpu: dict[str, list[float]] = field(default_factory=dict[str, list[float]])


async def one_reader(read: Read, seconds: float) -> int:
    """Read one row after the other; return how many were read."""
    end, count = time.perf_counter() + seconds, 0
    while time.perf_counter() < end:
        assert len(await read(READ, count % ROWS)) == 1
        count += 1
    return count


async def many_readers(read: Read, seconds: float) -> int:
    """Let many read at the same time; return how many rows were read."""
    return sum(await asyncio.gather(*(one_reader(read, seconds) for _ in range(READERS))))


async def half_cancelled(read: Read, seconds: float) -> int:
    """Begin many reads and cancel every second one; return how many rows the others read."""
    end, count = time.perf_counter() + seconds, 0
    while time.perf_counter() < end:
        reads = [asyncio.ensure_future(read(SLEEPING, each)) for each in range(READERS)]
        await asyncio.sleep(CANCELLED_AFTER)
        for each in reads[::2]:
            each.cancel()
        found = await asyncio.gather(*reads, return_exceptions=True)
        assert all(isinstance(each, list) and len(each) == 1 for each in found[1::2]), found
        count += READERS // 2
    return count


WORK = {
    "One reader at a time": one_reader,
    f"{READERS} readers at the same time": many_readers,
    f"{READERS} readers, every second one cancelled": half_cancelled,
}
NOTES = dict.fromkeys(WORK, "")
NOTES[f"{READERS} readers, every second one cancelled"] = (
    "Each statement takes 10 ms. Ours closes a connection whose statement was cancelled and opens "
    "another; asyncpg asks the server to cancel the statement, and keeps the connection."
)


async def opened(stack: AsyncExitStack, url: str) -> list[Pool]:
    """Open our connections, and asyncpg's pool in three ways."""
    ours = Connections(lambda: connecting.statement_options(url))
    stack.push_async_callback(ours.close)

    async def read_ours(sql: str, number: int) -> Sequence[Any]:
        return await ours.fetch(sql, (number,), Row)

    plain = await stack.enter_async_context(_pool(url))
    bare = await stack.enter_async_context(_pool(url, reset=_leave))

    async def read_limited(sql: str, number: int) -> Sequence[Any]:
        async with bare.acquire(timeout=connecting.TAKE_SECONDS) as connection:
            limit = connecting.STATEMENT_SECONDS
            return await connection.fetch(sql, number, timeout=limit, record_class=Row)

    async def read_bare(sql: str, number: int) -> Sequence[Any]:
        return await bare.fetch(sql, number, record_class=Row)

    async def read_plain(sql: str, number: int) -> Sequence[Any]:
        return await plain.fetch(sql, number, record_class=Row)

    return [
        Pool(OURS, read_ours),
        Pool("asyncpg, no reset, with time limits", read_limited),
        Pool("asyncpg, no reset, no time limits", read_bare),
        Pool("asyncpg, as it is", read_plain),
    ]


def _pool(url: str, **options: Any) -> Any:
    options |= connecting.statement_options(url)
    return asyncpg.create_pool(min_size=CONNECTIONS, max_size=CONNECTIONS, **options)


async def _leave(_: object) -> None:
    """Leave a connection as it is: a single statement changes nothing of it."""


async def measure(rounds: int, seconds: float) -> None:
    """Measure all pools in turn, and write the tables."""
    results = Results("pools")
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(temporary_database())
        await _fill(url)
        pools = await opened(stack, url)
        for name, work in WORK.items():
            for turn in range(rounds + 1):
                for pool in pools if turn % 2 == 0 else pools[::-1]:
                    await _measure(pool, name, work, seconds, counts=turn > 0)
            results.add(_table(name, pools))


async def _fill(url: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(TABLE.replace("$1", str(ROWS)))
    await connection.execute("CREATE UNIQUE INDEX ON pools (number)")
    await connection.execute("ANALYZE pools")
    await connection.close()


async def _measure(
    pool: Pool,
    name: str,
    work: Callable[[Read, float], Awaitable[int]],
    seconds: float,
    *,
    counts: bool,
) -> None:
    began, cpu = time.perf_counter(), time.process_time()
    count = await work(pool.read, seconds)
    if counts:
        pool.rates.setdefault(name, []).append(count / (time.perf_counter() - began))
        spent = (time.process_time() - cpu) * 1e6 / count
        pool.cpu.setdefault(name, []).append(spent)


def _table(name: str, pools: Sequence[Pool]) -> Table:
    ours = pools[0].rates[name]
    rows = [
        [
            pool.name,
            round(statistics.median(pool.rates[name])),
            round(statistics.median(pool.cpu[name])),
            # Of each round: neighbours in time met the same machine.
            statistics.median(a / b for a, b in zip(ours, pool.rates[name], strict=True)),
        ]
        for pool in pools
    ]
    columns = ["pool", "rows/s", "CPU of the client for a row, µs", "ours to it"]
    return Table(name, columns, rows, NOTES[name])


@click.command()
@click.option("--rounds", default=9, show_default=True, help="Interleaved rounds; medians count.")
@click.option("--seconds", default=1.0, show_default=True, help="Length of each measurement.")
def main(rounds: int, seconds: float) -> None:
    """Measure the connections for single statements beside asyncpg's pool."""
    # On the loop that the server runs on.
    import uvloop

    uvloop.run(measure(rounds, seconds))


if __name__ == "__main__":
    main()
