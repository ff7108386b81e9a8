"""Measure the CPU time of a report while many reporters follow other reports live.

    python -m bench.receipts
    python -m bench.receipts --receipts 1000 --database postgresql

After each report it waits until the server is idle, so that the server processes one at a time.
"""

import asyncio
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path
from uuid import uuid4

import click
import httpx

from bench.api import SUBMIT, ask
from bench.server_process import ServerProcess
from bench.subscribers import Crowd
from bench.temporary_database import temporary_database
from bench.usage import cpu_seconds, open_files

FOLLOW_REPORT = """subscription Reporter($receipt: String!) { reportEvents(receipt: $receipt) {
  __typename
  ... on TrackedReportEvent { cursor action { kind text } report { state status } } } }"""
IN_RAIPUR = {"latitude": 21.2447, "longitude": 81.645}
AT_ONCE = 20


async def submit(http: httpx.AsyncClient) -> str:
    """Submit a report in Raipur; return the receipt."""
    report = {
        "category": "traffic.signal-jumping",
        "position": IN_RAIPUR,
        "answers": [{"question": "plate", "values": ["CG04AB1234"]}],
        "idempotencyKey": str(uuid4()),
    }
    answer = await ask(http, SUBMIT, input=report)
    return answer["receipt"]


async def cost(http: httpx.AsyncClient, server: ServerProcess, events: int) -> float:
    """Return the CPU milliseconds per report, including the write and all subscriptions."""
    began = cpu_seconds(server.pid)
    for _ in range(events):
        await submit(http)
        await quiet(server)
    return (cpu_seconds(server.pid) - began) * 1000 / events


async def quiet(server: ServerProcess) -> None:
    """Wait until the server is idle."""
    spent = -1.0
    while (now := cpu_seconds(server.pid)) - spent > 0.03:
        spent = now
        await asyncio.sleep(0.3)


async def measure(server: ServerProcess, receipts: int, events: int) -> tuple[float, float]:
    """Return the CPU milliseconds per report, without and with followers of other reports."""
    async with httpx.AsyncClient(base_url=server.url, timeout=60) as http:
        own: list[str] = []
        while len(own) < receipts:
            own += await asyncio.gather(*(submit(http) for _ in range(AT_ONCE)))
        await quiet(server)
        alone = await cost(http, server, events)
        crowd = Crowd(
            f"{server.url}/graphql",
            receipts,
            lambda index: (FOLLOW_REPORT, {"receipt": own[index]}),
        )
        await crowd.connect()
        if not await crowd.wait_for(receipts, 60):
            raise AssertionError(
                f"only {crowd.received} of {receipts} subscriptions have caught up"
            )
        await quiet(server)
        followed = await cost(http, server, events)
        if crowd.received != receipts:
            raise AssertionError("a subscription received an event of another report")
        crowd.close()
        return alone, followed


async def on_a_new_database(kind: str, receipts: int, events: int) -> None:
    """Measure on a temporary database, and print the results."""
    if open_files() < receipts + 100:
        raise AssertionError("too few open files are allowed: raise the limit (ulimit -n)")
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="citizencop-bench-")))
        url = f"sqlite://{folder}/db"
        if kind == "postgresql":
            url = await stack.enter_async_context(temporary_database())
        server = ServerProcess(url, folder)
        server.command("migrate")
        await server.start()
        stack.callback(server.stop)
        alone, followed = await measure(server, receipts, events)
    print(f"{kind}: CPU of one report, alone: {alone:.1f} ms")
    print(f"{kind}: CPU of one report with {receipts:,} other receipts: {followed:.1f} ms")


@click.command()
@click.option("--receipts", default=5000, show_default=True, help="Followed receipts.")
@click.option("--events", default=5, show_default=True, help="Other reports to measure.")
@click.option(
    "--database", default="sqlite", show_default=True, type=click.Choice(["sqlite", "postgresql"])
)
def main(receipts: int, events: int, database: str) -> None:
    """Measure the CPU time of a report while others are followed."""
    asyncio.run(on_a_new_database(database, receipts, events))


if __name__ == "__main__":
    main()
