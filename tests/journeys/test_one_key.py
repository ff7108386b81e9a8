"""Requests that race with one idempotency key: one is done, and no database says otherwise."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from bench.server_process import ServerProcess
from core.clock import now
from core.log import idempotency
from tests.support.client import IN_RAIPUR, LIST, Client, new_key
from tests.support.places import EDGETOWN, RAIPUR
from tests.support.samples import jpeg
from tests.support.servers import Running

TWINS = 20


async def rolled_back(url: str) -> int:
    """Return how many statements or transactions of a database failed, once nobody uses it."""
    name = url.rpartition("/")[2]
    connection = await asyncpg.connect(url.replace(name, "postgres"))
    try:
        async with asyncio.timeout(20):
            # A connection adds what it counted at its end, before it is listed no more.
            while await connection.fetchval(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = $1", name
            ):
                await asyncio.sleep(0.05)
        return await connection.fetchval(
            "SELECT xact_rollback FROM pg_stat_database WHERE datname = $1", name
        )
    finally:
        await connection.close()


@pytest.mark.parametrize("with_a_file", [False, True])
async def test_twins_give_one_report_one_answer_and_no_error(
    database_name: str, database_url: str, tmp_path: Path, with_a_file: bool
) -> None:
    """An error would stand in PostgreSQL's log, with the values that clash."""
    server = ServerProcess(database_url, tmp_path)
    await server.start()
    token = server.officer(RAIPUR)
    try:
        async with Client(server.url) as citizen, Client(server.url, token) as officer:
            report: dict[str, Any] = {"position": IN_RAIPUR, "idempotencyKey": new_key()}
            if with_a_file:
                report["media"] = [(await citizen.upload(jpeg())).json()["token"]]
            alert = {"position": IN_RAIPUR, "idempotencyKey": new_key()}
            sent = await asyncio.gather(*(citizen.submit(**report) for _ in range(TWINS)))
            raised = await asyncio.gather(*(citizen.raise_alert(**alert) for _ in range(TWINS)))
            after = await citizen.submit(position=IN_RAIPUR)
            assert len(await officer.reports(RAIPUR)) == 2
    finally:
        server.stop()
    assert {answer.get("reference") for answer in sent} == {"RPR-1"}, sent
    assert len({answer["receipt"] for answer in sent}) == 1
    assert len({answer["secret"] for answer in raised}) == 1
    assert after["reference"] == "RPR-3"
    if database_name == "postgresql":
        # One of the sweep's own, at most, which the server's end broke off: errors were 38.
        assert await rolled_back(database_url) <= 1


async def test_a_key_that_was_forgotten_makes_nothing_again(
    running: Running, citizen: Client, officer: Client
) -> None:
    report, alert = new_key(), new_key()
    await citizen.submit(idempotencyKey=report)
    await citizen.raise_alert(idempotencyKey=alert)
    await idempotency.forget_expired(now() + timedelta(days=3))
    for again in (
        await citizen.submit(idempotencyKey=report),
        await citizen.raise_alert(idempotencyKey=alert),
    ):
        assert again["__typename"] == "IdempotencyKeyReusedProblem"
    page = await officer.ask(LIST, place=EDGETOWN)
    assert len(page["edges"]) == 1
    number = (await citizen.submit())["reference"].rpartition("-")[2]
    assert number == "3"
