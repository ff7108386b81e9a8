"""Measure queries with 10 thousand to 5 million reports in 1,000 cities.

    python -m bench.growth                    all four sizes; needs about 10 GB temporarily
    python -m bench.growth --sizes 10000 --sizes 1000000

Each size has its own database and server, so that rounds can be interleaved. The response cache is
disabled. Finally, the server's prepared statements are explained on the largest database.
"""

import asyncio
import re
import statistics
import tempfile
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import asyncpg
import click
import httpx
import orjson

from bench.operations import OURS, bodies, global_id
from bench.peer_process import require_tools
from bench.results import Results, Table
from bench.server_process import ServerProcess
from bench.stage import Stage, officer_of_all, stage
from bench.temporary_database import temporary_database
from bench.wrk import load

CITIES = 1000
QUESTIONS = {
    "Q1, 10 newest": OURS["Q1"].replace("first: 50", "first: 10"),
    "Q1, 50 newest": OURS["Q1"],
    "Q2": OURS["Q2"],
}
LEAST = {"Q1, 10 newest": 10, "Q1, 50 newest": 50, "Q2": 1}
"""Reports that each city needs, so that the question has the same result at every size."""
_PREPARED = re.compile(r"prepared: (SELECT .*)")
_LONG_LIST = re.compile(r"\{[^}]{80,}\}")
_VALUES = {
    "city = ": "'{city}'",
    "report.city = ": "'{city}', 51",
    "report.id = ": "'{report}'",
    "action.subject_id = ANY": "'{{{reports}}}'",
    "action.subject_id = $": "'{report}'",
}
"""Values to explain a statement with, by the start of its condition."""


def request_bodies(on: Stage, question: str) -> list[bytes]:
    """Return the request bodies of a question."""
    name = question[:2]
    return bodies({name: QUESTIONS[question]}, name, on.hot_cities(), on.asked_reports(), global_id)


async def started(on: Stage) -> tuple[Stage, ServerProcess, str]:
    """Start a server on a stage; return both, with an officer's token for all its cities."""
    server = on.server("--response-cache", "0", "--log-level", "debug")
    await server.start()
    return on, server, officer_of_all(server)


def rates(
    servers: Sequence[tuple[Stage, ServerProcess, str]], rounds: int, seconds: float
) -> list[list[Any]]:
    """Return a row for each size: median rates, and the first size's rates divided by them."""
    found: dict[tuple[int, str], list[float]] = {}
    for turn in range(rounds + 1):
        for question in QUESTIONS:
            for on, server, token in servers:
                if on.dataset.reports < CITIES * LEAST[question]:
                    continue
                length = seconds if turn else 1.0
                rate = load(server.url, request_bodies(on, question), length, token).per_second
                if turn:
                    found.setdefault((on.dataset.reports, question), []).append(rate)
    medians = {key: statistics.median(each) for key, each in found.items()}
    sizes = [on.dataset.reports for on, _, _ in servers]
    rows: list[list[Any]] = [[size] for size in sizes]
    for question in QUESTIONS:
        first = next((size for size in sizes if (size, question) in medians), None)
        for row in rows:
            rate = medians.get((row[0], question))
            row += ["-", "-"] if rate is None else [rate, round(medians[first, question] / rate, 2)]
    return rows


async def explained(on: Stage, server: ServerProcess, token: str) -> str:
    """Return PostgreSQL's plans of the statements that read reports and actions."""
    async with httpx.AsyncClient() as http:
        for question in ("Q1, 50 newest", "Q2"):
            headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
            body = request_bodies(on, question)[0]
            assert "errors" not in orjson.loads(
                (await http.post(f"{server.url}/graphql", content=body, headers=headers)).content
            )
    texts = dict.fromkeys(_PREPARED.findall(server.log.read_text("utf-8")))
    connection: Any = await asyncpg.connect(on.database)
    city = on.cities[0].path
    newest = "SELECT id FROM report WHERE city = $1 ORDER BY received_at DESC LIMIT 50"
    reports = [str(row["id"]) for row in await connection.fetch(newest, city)]
    parts: list[str] = []
    for text in texts:
        condition = text.partition(" WHERE ")[2]
        given = next((_VALUES[part] for part in _VALUES if condition.startswith(part)), None)
        if given is None:
            continue
        values = given.format(city=city, report=reports[0], reports=",".join(reports))
        await connection.execute(f"PREPARE asked AS {text}")
        plan = await connection.fetch(f"EXPLAIN (ANALYZE, BUFFERS) EXECUTE asked({values})")
        await connection.execute("DEALLOCATE asked")
        shown = _LONG_LIST.sub("{…}", "\n".join(row[0] for row in plan))
        parts += [f"```sql\n{text}\n```", f"```\n{shown}\n```"]
    await connection.close()
    return "\n\n".join(parts)


async def measure(sizes: Sequence[int], rounds: int, seconds: float) -> None:
    """Measure all sizes in interleaved rounds, and explain the statements on the largest."""
    results = Results("growth")
    async with AsyncExitStack() as stack:
        servers: list[tuple[Stage, ServerProcess, str]] = []
        for size in sizes:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="citizencop-bench-"))
            database = await stack.enter_async_context(temporary_database())
            on = await stack.enter_async_context(stage(database, Path(folder), CITIES, size))
            servers.append(await started(on))
            stack.callback(servers[-1][1].stop)
        columns = ["reports", *(
            column for question in QUESTIONS
            for column in (f"{question}, requests/s", f"{question}: first / this")
        )]  # fmt: skip
        note = (
            f"{CITIES:,} cities, {len(servers[0][0].hot_cities())} of them queried in turn; no "
            "response cache; 32 connections; the server on one core."
        )
        table = Table("Growth, PostgreSQL", columns, rates(servers, rounds, seconds), note)
        results.text = "## PostgreSQL's plans at the largest size\n\n" + await explained(
            *servers[-1]
        )
        results.add(table)


@click.command()
@click.option(
    "--sizes", multiple=True, type=int, default=(10_000, 100_000, 1_000_000, 5_000_000),
    show_default=True, help="Numbers of reports.",
)  # fmt: skip
@click.option(
    "--rounds", default=5, show_default=True, help="Interleaved rounds; the tables show medians."
)
@click.option(
    "--seconds", default=3.0, show_default=True, help="Duration of each load, in seconds."
)
def main(sizes: tuple[int, ...], rounds: int, seconds: float) -> None:
    """Measure whether answers slow down as the database grows."""
    try:
        require_tools()
    except RuntimeError as error:
        raise click.ClickException(str(error)) from None
    asyncio.run(measure(sizes, rounds, seconds))


if __name__ == "__main__":
    main()
