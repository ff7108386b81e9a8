"""A ring in one process is heard in the others, and a lost connection is made anew."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

import asyncpg
import pytest

from core.log.notifier.nats import NatsNotifier
from core.log.notifier.notifier import Listener
from core.log.notifier.postgresql import PostgresqlNotifier
from core.log.notifier.remote import RemoteNotifier
from tests.support.proxy import Proxy
from tests.support.services import NATS, POSTGRESQL, require

CITY = "india/testland/edgetown"


MAKE: dict[str, Callable[[], RemoteNotifier]] = {
    "postgresql": lambda: PostgresqlNotifier(f"{POSTGRESQL}/postgres"),
    "nats": lambda: NatsNotifier(NATS),
}


@asynccontextmanager
async def carried(notifier: RemoteNotifier) -> AsyncIterator[RemoteNotifier]:
    task = asyncio.create_task(notifier.run())
    try:
        yield notifier
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def until_heard(notifier: RemoteNotifier, listener: Listener) -> set[str]:
    """Notify until it is received: what is sent before both are connected may be lost."""
    async with asyncio.timeout(20):
        while True:
            notifier.notify(CITY)
            with suppress(TimeoutError):
                async with asyncio.timeout(0.2):
                    return await listener.notified()


@pytest.mark.parametrize("kind", MAKE)
async def test_a_ring_is_heard_in_another_process(kind: str) -> None:
    await require(kind)
    async with carried(MAKE[kind]()) as here, carried(MAKE[kind]()) as there:
        with there.listening("india") as all_of_india, there.listening("usa") as elsewhere:
            assert CITY in await until_heard(here, all_of_india)
            assert not elsewhere._notified


@pytest.mark.database("postgresql")
async def test_a_lost_connection_is_made_anew(database_url: str) -> None:
    """In a database of its own: every connection to it is ended."""
    async with (
        carried(PostgresqlNotifier(database_url)) as here,
        carried(PostgresqlNotifier(database_url)) as there,
    ):
        with there.listening("india") as listener:
            await until_heard(here, listener)
            connection = await asyncpg.connect(database_url)
            ended = await connection.fetch(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE "
                "datname = current_database() AND pid <> pg_backend_pid()"
            )
            assert len(ended) == 2
            await connection.close()
            assert await until_heard(here, listener) == {CITY}


async def until(notifier: RemoteNotifier, connected: bool) -> None:
    async with asyncio.timeout(20):
        while notifier.connected is not connected:
            notifier.notify(CITY)
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("kind", MAKE)
async def test_a_bell_tells_whether_it_is_connected(kind: str) -> None:
    await require(kind)
    there = urlsplit({"nats": NATS, "postgresql": POSTGRESQL}[kind])
    assert there.hostname is not None
    assert there.port is not None
    async with Proxy.before(there.hostname, there.port) as proxy:
        notifier: RemoteNotifier
        if kind == "nats":
            notifier = NatsNotifier(f"nats://127.0.0.1:{proxy.port}")
        else:
            notifier = PostgresqlNotifier(f"postgresql://postgres@127.0.0.1:{proxy.port}/postgres")
        async with carried(notifier), carried(MAKE[kind]()) as other:
            with notifier.listening("india") as listener:
                await until_heard(other, listener)
            proxy.cut()
            await until(notifier, connected=False)
            proxy.resume()
            await until(notifier, connected=True)
            with notifier.listening("india") as listener:
                await until_heard(other, listener)
