"""Open and migrate the database, and run transactions."""

import asyncio
import os
import sqlite3
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

import asyncpg
from tortoise.context import TortoiseContext, require_context
from tortoise.exceptions import DBConnectionError
from tortoise.migrations.executor import MigrationExecutor, MigrationTarget
from tortoise.transactions import in_transaction

from core import environment
from core.storage import connecting, sqlite
from core.storage.connection import current_database
from core.tasks.shielded import run_shielded

DEFAULT_URL = "sqlite://data/citizencop.sqlite3"
POSTGRESQL_POOL = 6
"""Connections per process for transactions, in addition to those of `core.storage.postgresql`.

With the notifier's, a process has 23, so that four processes stay below 97: PostgreSQL's default is
100, with 3 reserved for superusers.
"""

MODELS = tuple(
    f"core.{file.parent.name}.models"
    for file in sorted(Path(__file__).parents[1].glob("*/models.py"))
)
"""Modules with models: `models.py` of each package of the core that has one."""

T = TypeVar("T")
_NOT_OPENED: Final = (
    OSError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    sqlite3.Error,
    DBConnectionError,
)


def is_embedded(url: str) -> bool:
    """Tell whether the URL is that of an embedded database, used by this process only."""
    return urlsplit(url).scheme == "sqlite"


def configuration(url: str) -> dict[str, Any]:
    """Return Tortoise's configuration for a database URL (`sqlite://path` or `postgresql://...`)."""
    if is_embedded(url):
        path = url.removeprefix("sqlite://")
        connection: dict[str, Any] = {
            "engine": "core.storage.sqlite",
            "credentials": {"file_path": path, **sqlite.PRAGMAS},
        }
    else:
        connection = {
            "engine": "core.storage.postgresql",
            "credentials": {"url": url, "maxsize": POSTGRESQL_POOL},
        }
    # Tortoise caches generated SQL for the whole process, by connection name, so each dialect needs
    # its own name.
    name = "embedded" if is_embedded(url) else "postgresql"
    return {
        "connections": {name: connection},
        "apps": {
            "core": {
                "models": list(MODELS),
                "default_connection": name,
                "migrations": "core.migrations",
            }
        },
        "use_tz": True,
        "timezone": "UTC",
    }


TORTOISE_ORM = configuration(os.environ.get(environment.DATABASE, DEFAULT_URL))
"""The configuration for Tortoise's command line, which writes the migrations."""


@asynccontextmanager
async def opened(url: str) -> AsyncGenerator[None]:
    """Open the database for everything inside the block, including tasks.

    Raises `core.storage.connecting.Unreachable` if it cannot be opened.
    """
    async with TortoiseContext() as context:
        try:
            if is_embedded(url):
                Path(url.removeprefix("sqlite://")).parent.mkdir(parents=True, exist_ok=True)
            await context.init(config=configuration(url))
            await current_database().reach()
        except _NOT_OPENED as error:
            raise connecting.Unreachable(connecting.cause(error, url)) from None
        yield


def _executor() -> MigrationExecutor:
    opened_database = require_context().db()
    apps = {
        "core": TORTOISE_ORM["apps"]["core"]
        | {"default_connection": opened_database.connection_name}
    }
    return MigrationExecutor(opened_database, apps)


async def migrate() -> None:
    """Migrate the open database, without timeouts."""
    with connecting.unhurried():
        await _executor().migrate([MigrationTarget("core", "__latest__")], direction="forward")


async def pending_migrations() -> list[str]:
    """Return the names of the migrations that the open database does not have yet."""
    plan = await _executor().plan([MigrationTarget("core", "__latest__")])
    return [step.migration.name for step in plan if not step.backward]


async def forget_written() -> bool:
    """Truncate the embedded database's write-ahead log, which may contain erased texts.

    Returns `False` if it is in use by a reader; does not wait. Does nothing on PostgreSQL, where
    the administrator is responsible for vacuum and the WAL archive.
    """
    opened_database = current_database()
    if opened_database.capabilities.dialect != "sqlite":
        return True
    return await asyncio.to_thread(_truncate_log, opened_database.filename)


def _truncate_log(file: str) -> bool:
    connection = sqlite3.connect(file, timeout=0)
    try:
        busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy
    except sqlite3.OperationalError:
        return False
    finally:
        connection.close()


async def transact(work: Callable[[], Awaitable[T]]) -> T:
    """Run `work` in one transaction, and return its result.

    It runs to completion even if the caller is cancelled, for example because its socket closed:
    `work` is never interrupted halfway, and the connection is always released.
    """
    return await run_shielded(_in_transaction(work))


async def _in_transaction(work: Callable[[], Awaitable[T]]) -> T:
    async with in_transaction():
        return await work()
