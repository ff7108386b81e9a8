"""The database server and message broker that tests use, and a skip where there is none."""

import asyncio
import os

import asyncpg
import nats
import pytest

POSTGRESQL = os.environ.get("TEST_POSTGRESQL", "postgresql://postgres@127.0.0.1:5432")
NATS = os.environ.get("TEST_NATS", "nats://127.0.0.1:4222")


def run_on_postgresql(*statements: str) -> None:
    """Run them as the superuser, each in a transaction of its own."""

    async def work() -> None:
        connection = await asyncpg.connect(f"{POSTGRESQL}/postgres", timeout=5)
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()

    asyncio.run(work())


async def require(kind: str) -> None:
    """Skip the test where `postgresql` or `nats` does not answer; in CI, fail it."""
    try:
        if kind == "nats":
            await (await nats.connect(NATS, connect_timeout=2, allow_reconnect=False)).close()
        else:
            await (await asyncpg.connect(f"{POSTGRESQL}/postgres", timeout=5)).close()
    except (OSError, asyncpg.PostgresError, TimeoutError, nats.errors.Error):
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"no {kind} answers here")
