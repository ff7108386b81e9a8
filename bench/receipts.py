"""What an event costs a server beside many receipts that are followed live, none of them its own.

    python -m bench.receipts
    python -m bench.receipts --receipts 1000 --database postgresql

Each report is waited for until the server is quiet again, so that none is looked at with another.
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
    """Report an incident in Raipur; return the receipt."""
    report = {
        "category": "traffic.signal-jumping",
        "position": IN_RAIPUR,
        "answers": [{"question": "plate", "values": ["CG04AB1234"]}],
        "idempotencyKey": str(uuid4()),
    }
    answer = await ask(http, SUBMIT, input=report)
    return answer["receipt"]


async def cost(http: httpx.AsyncClient, server: ServerProcess, events: int) -> float:
    """Return the milliseconds of CPU of one report, that of the write and of the look included."""
    began = cpu_seconds(server.pid)
    for _ in range(events):
        await submit(http)
        await quiet(server)
    return (cpu_seconds(server.pid) - began) * 1000 / events


async def quiet(server: ServerProcess) -> None:
    """Wait until the server computes next to nothing."""
    spent = -1.0
    while (now := cpu_seconds(server.pid)) - spent > 0.03:
        spent = now
        await asyncio.sleep(0.3)


async def measure(server: ServerProcess, receipts: int, events: int) -> tuple[float, float]:
    """Return the milliseconds of CPU of one report: while nobody follows, and while many do."""
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
            raise AssertionError(f"{crowd.received} of {receipts} have caught up")
        await quiet(server)
        followed = await cost(http, server, events)
        if crowd.received != receipts:
            raise AssertionError("a receipt was told of another's event")
        crowd.close()
        return alone, followed


async def on_a_new_database(kind: str, receipts: int, events: int) -> None:
    """Measure over a database of its own, and print what was found."""
    if open_files() < receipts + 100:
        raise AssertionError("raise the limit on open files (ulimit -n)")
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
    print(f"{kind}: CPU of one report beside {receipts:,} other receipts: {followed:.1f} ms")


@click.command()
@click.option("--receipts", default=5000, show_default=True, help="Receipts that are followed.")
@click.option("--events", default=5, show_default=True, help="Reports of others meanwhile.")
@click.option(
    "--database", default="sqlite", show_default=True, type=click.Choice(["sqlite", "postgresql"])
)
def main(receipts: int, events: int, database: str) -> None:
    """Measure what an event costs beside receipts that it does not concern."""
    asyncio.run(on_a_new_database(database, receipts, events))


if __name__ == "__main__":
    main()
