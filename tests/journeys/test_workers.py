"""Several processes over one database: any of them serves anybody, and may die."""

import asyncio
import os
import signal
from pathlib import Path
from typing import Any

import httpx
import pytest

from bench.api import NETWORK_ERRORS, ask_until_answered, events
from bench.server_process import ServerProcess
from tests.support.client import IN_RAIPUR, SUBMIT, new_key
from tests.support.places import RAIPUR
from tests.support.services import NATS, require


def a_report(number: int) -> dict[str, Any]:
    return {
        "category": "nuisance.noise",
        "position": IN_RAIPUR,
        "description": f"number {number}",
        "idempotencyKey": new_key(),
    }


async def followed(
    server: ServerProcess, token: str, wanted: int, begun: asyncio.Event
) -> list[str]:
    """Follow Raipur, coming back with the cursor, until so many events were seen."""
    seen: list[str] = []
    cursor: str | None = None
    while len(seen) < wanted:
        try:
            async for item in events(server.url, token, RAIPUR, cursor):
                cursor = item.get("cursor", cursor)
                if item["__typename"] == "CaughtUp":
                    begun.set()
                if item["__typename"] == "ReportEvent":
                    seen.append(item["report"]["reference"])
                if len(seen) >= wanted:
                    break
        except NETWORK_ERRORS:
            await asyncio.sleep(0.1)
    return seen


@pytest.mark.database("postgresql")
@pytest.mark.parametrize("bus", [None, NATS])
async def test_any_worker_serves_anybody_and_may_die(
    bus: str | None, database_url: str, tmp_path: Path
) -> None:
    if bus is not None:
        await require("nats")
    options = ["--bus", bus] if bus is not None else []
    server = ServerProcess(database_url, tmp_path, *options, workers=2)
    token = server.officer(RAIPUR)
    await server.start()
    try:
        begun = [asyncio.Event() for _ in range(6)]
        readers = [asyncio.create_task(followed(server, token, 12, each)) for each in begun]
        async with asyncio.timeout(60):
            await asyncio.gather(*(each.wait() for each in begun))
            async with httpx.AsyncClient(base_url=server.url, timeout=10) as http:
                for number in range(12):
                    if number == 5:
                        victim = server.worker_pids()[0]
                        os.kill(victim, signal.SIGKILL)
                    sent = await ask_until_answered(http, SUBMIT, input=a_report(number))
                    assert sent["__typename"] == "SubmitReportSuccess"
            seen = await asyncio.gather(*readers)
        assert seen == [[f"RPR-{number}" for number in range(1, 13)]] * 6
        async with asyncio.timeout(20):
            while len(server.worker_pids()) < 2 or victim in server.worker_pids():
                await asyncio.sleep(0.05)
    finally:
        assert server.stop() == 0


async def test_several_workers_want_postgresql(tmp_path: Path) -> None:
    server = ServerProcess(f"sqlite://{tmp_path}/db.sqlite3", tmp_path)
    with pytest.raises(RuntimeError, match="Several workers require PostgreSQL"):
        server.command("serve", "--workers", "2")
