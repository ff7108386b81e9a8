"""Compare our server with its peers and with upper limits, in one run on one machine.

    python -m bench.compare                   everything, under 20 minutes
    python -m bench.compare queries writes    only these parts

One server is measured at a time. It runs on one core and the load generator on another; PostgreSQL
uses both. Rounds are interleaved, and tables show medians. Writes tables, charts and versions to
bench/results/.
"""

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from bench import fanout, queries, writes
from bench.peer_process import require_tools
from bench.results import Results, Table
from bench.sqlite_copy import copy_to_sqlite
from bench.stage import Stage, stage
from bench.temporary_database import temporary_database

CITIES = 1000
NOTE_QUERIES = (
    "Q1: the 50 newest reports of a city with station and actions, 12 fields each, {hot} cities in "
    "turn. Q2: one report by id. Q3: `{{ __typename }}`. 32 connections. Best peer: the fastest of "
    "PostGraphile, Mercurius and Apollo."
)


@dataclass(frozen=True, slots=True)
class Pace:
    """Rounds, and seconds of load per round."""

    rounds: int
    seconds: float


async def _asked(on: Stage, pace: Pace, peers: Sequence[str]) -> list[queries.Contender]:
    """Check that all contenders give the same answers, then measure them."""
    contenders = await queries.started(on, peers)
    try:
        queries.require_same_answers(on, contenders)
        return queries.measure(on, contenders, pace.rounds, pace.seconds)
    finally:
        for contender in contenders:
            contender.process.stop()


async def compare_queries(on: Stage, pace: Pace, results: Results) -> None:
    """Measure queries on PostgreSQL."""
    contenders = await _asked(on, pace, tuple(queries.PEER_FILES))
    note = NOTE_QUERIES.format(hot=len(on.hot_cities()))
    title = f"Queries, PostgreSQL, {on.dataset.reports:,} reports"
    results.pictures["Requests a second, PostgreSQL"] = {
        contender.name: {name: contender.rate(name) for name in queries.QUESTIONS}
        for contender in contenders
    }
    results.add(queries.rates(title, contenders, note))


async def compare_on_sqlite(on: Stage, pace: Pace, results: Results) -> None:
    """Measure queries on SQLite, also with plain Strawberry on the same file."""
    embedded = await copy_to_sqlite(on)
    contenders = await _asked(embedded, pace, ("plain Strawberry",))
    title = f"Queries, SQLite, {on.dataset.reports:,} reports"
    results.add(queries.rates(title, contenders, "As above."))


async def compare_fan_out(on: Stage, pace: Pace, results: Results) -> None:
    """Measure live events to 1,000 subscribers, with the same and with different operations."""
    await _fan_out(on, pace, results, 1000, 200, list(fanout.PEER_FILES))
    results.add(await fanout.different(on, 1000, [1, 5, 50], 200))


async def compare_crowds(on: Stage, pace: Pace, results: Results) -> None:
    """Measure live events to 5,000 subscribers."""
    peers = ["Mercurius", "plain Strawberry", "bare picows broadcast"]
    await _fan_out(on, pace, results, 5000, 40, peers)


async def _fan_out(
    on: Stage, pace: Pace, results: Results, subscribers: int, events: int, peers: list[str]
) -> None:
    found = await fanout.compare(on, subscribers, peers, pace.rounds, events)
    results.pictures[f"Live messages a second, {subscribers:,} subscribers"] = {
        "messages a second": {each.name: each.middle() for each in found}
    }
    results.add(fanout.fan_out_table(subscribers, found))
    await _delays(on, subscribers, found[0].middle() / subscribers, results)


async def _delays(on: Stage, subscribers: int, limit: float, results: Results) -> None:
    rows: list[list[object]] = []
    for share in (0.1, 0.25, 0.5):
        middle, p99 = await fanout.delays(on, subscribers, limit * share, 8)
        rows.append([f"{share:.0%} of the limit", limit * share, round(middle, 1), round(p99, 1)])
    columns = ["", "events/s", "median ms", "p99 ms"]
    title = f"From commit to receipt, {subscribers:,} subscribers"
    results.add(Table(title, columns, rows))


async def compare_writes(on: Stage, pace: Pace, results: Results) -> None:
    """Measure durable reports per second."""
    results.add(await writes.measure(on, pace.rounds, pace.seconds * 2))


PARTS: dict[str, Callable[[Stage, Pace, Results], Awaitable[None]]] = {
    "queries": compare_queries,
    "sqlite": compare_on_sqlite,
    "fan-out": compare_fan_out,
    "crowd": compare_crowds,
    "writes": compare_writes,
}


async def run(parts: Sequence[str], reports: int, pace: Pace) -> None:
    """Prepare the database and run the parts."""
    results = Results("comparison" if set(parts) == set(PARTS) else "comparison-" + parts[0])
    began = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="citizencop-bench-") as folder:
        async with (
            temporary_database() as database,
            stage(database, Path(folder), CITIES, reports) as on,
        ):
            for part in parts:
                await PARTS[part](on, pace, results)
    click.echo(f"{time.perf_counter() - began:,.0f} s in all; see bench/results/", err=True)


@click.command()
@click.argument("parts", nargs=-1, type=click.Choice(list(PARTS)))
@click.option("--reports", default=100_000, show_default=True, help="Reports in the database.")
@click.option(
    "--rounds", default=3, show_default=True, help="Interleaved rounds; the tables show medians."
)
@click.option(
    "--seconds", default=2.0, show_default=True, help="Duration of each load, in seconds."
)
def main(parts: tuple[str, ...], reports: int, rounds: int, seconds: float) -> None:
    """Compare our server with its peers. PARTS: default all."""
    try:
        require_tools()
    except RuntimeError as error:
        raise click.ClickException(str(error)) from None
    asyncio.run(run(parts or tuple(PARTS), reports, Pace(rounds, seconds)))


if __name__ == "__main__":
    main()
