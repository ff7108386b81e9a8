"""A ring in one process is heard in the others, and a lost connection is made anew."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

import asyncpg
import nats
import pytest

from core.log.notifier.memory import Listener
from core.log.notifier.nats import NatsBell
from core.log.notifier.postgresql import PostgresqlBell
from core.log.notifier.remote import CarriedBell
from tests.conftest import POSTGRESQL
from tests.proxy import Proxy

NATS = os.environ.get("TEST_NATS", "nats://127.0.0.1:4222")
CITY = "india/testland/edgetown"


async def _require(kind: str) -> None:
    try:
        if kind == "nats":
            await (await nats.connect(NATS, connect_timeout=2, allow_reconnect=False)).close()
        else:
            await (await asyncpg.connect(f"{POSTGRESQL}/postgres", timeout=5)).close()
    except (OSError, asyncpg.PostgresError, TimeoutError, nats.errors.Error):
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"no {kind} answers here")


MAKE: dict[str, Callable[[], CarriedBell]] = {
    "postgresql": lambda: PostgresqlBell(f"{POSTGRESQL}/postgres"),
    "nats": lambda: NatsBell(NATS),
}


@asynccontextmanager
async def carried(bell: CarriedBell) -> AsyncIterator[CarriedBell]:
    task = asyncio.create_task(bell.carry())
    try:
        yield bell
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def until_heard(bell: CarriedBell, listener: Listener) -> set[str]:
    """Ring until it is heard: what is rung before both are connected may be lost."""
    async with asyncio.timeout(20):
        while True:
            bell.ring(CITY)
            with suppress(TimeoutError):
                async with asyncio.timeout(0.2):
                    return await listener.rung()


@pytest.mark.parametrize("kind", MAKE)
async def test_a_ring_is_heard_in_another_process(kind: str) -> None:
    await _require(kind)
    async with carried(MAKE[kind]()) as here, carried(MAKE[kind]()) as there:
        with there.listening("india") as all_of_india, there.listening("usa") as elsewhere:
            assert CITY in await until_heard(here, all_of_india)
            assert not elsewhere._rung


async def test_a_lost_connection_is_made_anew() -> None:
    await _require("postgresql")
    async with carried(MAKE["postgresql"]()) as here, carried(MAKE["postgresql"]()) as there:
        with there.listening("india") as listener:
            await until_heard(here, listener)
            connection = await asyncpg.connect(f"{POSTGRESQL}/postgres")
            await connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE query LIKE '%citizencop_log%' AND pid <> pg_backend_pid()"
            )
            await connection.close()
            assert await until_heard(here, listener) == {CITY}


async def until(bell: CarriedBell, connected: bool) -> None:
    async with asyncio.timeout(20):
        while bell.connected is not connected:
            bell.ring(CITY)
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("kind", MAKE)
async def test_a_bell_tells_whether_it_is_connected(kind: str) -> None:
    await _require(kind)
    there = urlsplit({"nats": NATS, "postgresql": POSTGRESQL}[kind])
    assert there.hostname is not None
    assert there.port is not None
    async with Proxy.before(there.hostname, there.port) as proxy:
        bell: CarriedBell
        if kind == "nats":
            bell = NatsBell(f"nats://127.0.0.1:{proxy.port}")
        else:
            bell = PostgresqlBell(f"postgresql://postgres@127.0.0.1:{proxy.port}/postgres")
        async with carried(bell), carried(MAKE[kind]()) as other:
            with bell.listening("india") as listener:
                await until_heard(other, listener)
            proxy.cut()
            await until(bell, connected=False)
            proxy.resume()
            await until(bell, connected=True)
            with bell.listening("india") as listener:
                await until_heard(other, listener)
