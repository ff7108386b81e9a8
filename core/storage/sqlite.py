"""The embedded database: SQLite with one connection for writes and one for reads.

Tortoise's own backend uses one connection for both, so that a read waits until the write before it
has reached the disk. It also begins transactions as readers, which SQLite cannot upgrade to writers
after another process has written.
"""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime
from operator import itemgetter
from typing import Any, Final
from uuid import UUID

import orjson
from tortoise import fields
from tortoise.backends.sqlite.client import SqliteClient, SqliteTransactionWrapper
from tortoise.connection import get_connections
from tortoise.exceptions import (
    OperationalError,
    TransactionManagementError,
)
from tortoise.models import Model

from core.problems import Unavailable
from core.storage import connecting, sqlite_append
from core.storage.append import Clash, Entry
from core.storage.conditions import for_sqlite

logger = logging.getLogger("citizencop.database")

PRAGMAS = {
    "journal_mode": "WAL",
    "synchronous": "FULL",
    "foreign_keys": "ON",
    "busy_timeout": 10_000,
    "journal_size_limit": 64 * 1024 * 1024,
    "secure_delete": "ON",
}
"""With `synchronous=FULL`, an acknowledged write survives a power failure in WAL mode;
`secure_delete` overwrites deleted content with zeros."""


_UNAVAILABLE: Final = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
    }
)
"""Result codes of a database that is temporarily unavailable (sqlite.org/rescode.html)."""


def _translated(error: Exception) -> Exception:
    """Return `Unavailable` for an error of an unavailable database, else the error itself."""
    inner = error.args[0] if isinstance(error, OperationalError) and error.args else error
    code = getattr(inner, "sqlite_errorcode", None)
    if isinstance(error, TimeoutError) or (code is not None and code & 0xFF in _UNAVAILABLE):
        logger.warning("SQLite does not answer: %s", getattr(inner, "sqlite_errorname", "locked"))
        return Unavailable()
    return error


class _ImmediateTransaction(SqliteTransactionWrapper):
    async def begin(self) -> None:
        await self._connection.execute("BEGIN IMMEDIATE")


class EmbeddedClient(SqliteClient):
    """Reads on its own connection, and runs transactions on a second one."""

    def __init__(self, file_path: str, **kwargs: Any) -> None:
        super().__init__(file_path, **kwargs)
        self._writer = SqliteClient(file_path, **kwargs)

    async def create_connection(self, with_db: bool) -> None:
        """Open both connections."""
        await self._writer.create_connection(with_db)
        await super().create_connection(with_db)

    async def reach(self) -> None:
        """Open both connections and read the file's header; raises SQLite's error on failure."""
        await self.create_connection(with_db=True)
        connection: Any = self._connection
        await connection.execute_fetchall("PRAGMA schema_version")

    async def close(self) -> None:
        """Close both connections."""
        await super().close()
        await self._writer.close()

    async def fetch_rows(
        self, sql: str, values: Sequence[object], row_class: type[Any]
    ) -> list[Any]:
        """Run a SELECT and return its rows."""
        connection: Any = self._connection
        try:
            stored = await connection.execute_fetchall(sql, [for_sqlite(value) for value in values])
        except sqlite3.OperationalError as error:
            raise _translated(error) from error
        return list(map(row_class.loaded, stored))

    async def append(self, entry: Entry) -> int | Clash:
        """Write an entry of the log; see `core.storage.append`."""
        writer = self._writer
        async with _held(writer._lock):
            connection: Any = writer._connection
            try:
                # The whole transaction runs in one call of the connection's thread.
                return await connection._execute(sqlite_append.append, connection._conn, entry)
            except sqlite3.OperationalError as error:
                raise _translated(OperationalError(error)) from error

    @staticmethod
    def row_class(model: type[Model], fields: Mapping[str, Any]) -> type:
        """Return the class of a statement's rows; its `loaded` converts stored values."""
        attributes: dict[str, Any] = {
            name: property(itemgetter(index)) for index, name in enumerate(fields)
        }
        attributes |= {"of_model": model, "columns": tuple(fields)}
        made: Any = type(
            f"{model.__name__}Row",
            (tuple,),
            attributes,
        )
        loaders = [(index, _loader(each)) for index, each in enumerate(fields.values())]
        needed = [(index, load) for index, load in loaders if load is not None]

        def loaded(stored: Sequence[Any]) -> Any:
            row = list(stored)
            for index, load in needed:
                if row[index] is not None:
                    row[index] = load(row[index])
            return made(row)

        made.loaded = staticmethod(loaded)
        return made

    @asynccontextmanager
    async def _taken(self) -> AsyncGenerator[Any]:
        async with _held(self._lock):
            await self.create_connection(with_db=True)
            try:
                yield self._connection
            except sqlite3.OperationalError as error:
                raise _translated(error) from error

    def acquire_connection(self) -> Any:
        """Return the connection for reads, for one Tortoise statement."""
        return self._taken()

    def _in_transaction(self) -> Any:
        return self._transaction()

    @asynccontextmanager
    async def _transaction(self) -> AsyncGenerator[Any]:
        async with _held(self._writer._lock):
            transaction = _ImmediateTransaction(self._writer)
            storage: Any = get_connections()
            token = storage.set(self.connection_name, transaction)
            try:
                async with _ended(transaction):
                    yield transaction
            except (sqlite3.OperationalError, OperationalError) as error:
                raise _translated(error) from error
            finally:
                storage.reset(token)


@asynccontextmanager
async def _ended(transaction: Any) -> AsyncGenerator[None]:
    """Begin a transaction; commit or roll back at the end of the block."""
    await transaction.begin()
    try:
        yield
        if not transaction._finalized:
            await transaction.commit()
    except TransactionManagementError:
        raise
    except BaseException:
        # SQLite rolls back by itself if it cannot write (sqlite.org/lang_transaction.html).
        if not transaction._finalized and transaction._connection.in_transaction:
            await transaction.rollback()
        raise


@asynccontextmanager
async def _held(lock: asyncio.Lock) -> AsyncGenerator[None]:
    """Hold a lock inside the block; raises `Unavailable` if it is not free in time."""
    if lock.locked():
        try:
            async with asyncio.timeout(connecting.limit(connecting.TAKE_SECONDS)):
                await lock.acquire()
        except TimeoutError as error:
            raise _translated(error) from error
    else:
        await lock.acquire()
    try:
        yield
    finally:
        lock.release()


_LOADERS: Final[Mapping[type, Callable[[Any], object]]] = {
    fields.UUIDField: UUID,
    fields.DatetimeField: datetime.fromisoformat,
    fields.DateField: date.fromisoformat,
    fields.BooleanField: bool,
    fields.JSONField: orjson.loads,
}


def _loader(field: object) -> Callable[[Any], object] | None:
    return next((load for kind, load in _LOADERS.items() if isinstance(field, kind)), None)


client_class = EmbeddedClient
