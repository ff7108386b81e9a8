"""The embedded database: SQLite with one connection that writes and one that reads.

Tortoise's own engine runs both over one connection, so every read waits for the disk behind the
write before it; and it starts transactions as readers, which SQLite refuses to promote once
another process has written.
"""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from operator import itemgetter
from typing import Any, Final, cast
from uuid import UUID

import orjson
from tortoise import fields
from tortoise.backends.base.client import TransactionContext
from tortoise.backends.sqlite.client import (
    SqliteClient,
    SqliteTransactionContext,
    SqliteTransactionWrapper,
)
from tortoise.exceptions import OperationalError
from tortoise.models import Model

from core.appending import TAKE_NUMBER, KeyUse, NewRow, Numbered, sqlite_key_statement
from core.conditions import for_sqlite

PRAGMAS = {
    "journal_mode": "WAL",
    "synchronous": "FULL",
    "foreign_keys": "ON",
    "busy_timeout": 10_000,
    "journal_size_limit": 64 * 1024 * 1024,
    "secure_delete": "ON",
}
"""`synchronous=FULL` is what makes an acknowledged write survive a power cut in WAL mode;
`secure_delete` overwrites what is erased with zeros."""


class _ImmediateTransaction(SqliteTransactionWrapper):
    async def begin(self) -> None:
        await self._connection.execute("BEGIN IMMEDIATE")


class EmbeddedClient(SqliteClient):
    """Reads on its own connection; hands transactions to a second one."""

    def __init__(self, file_path: str, **kwargs: Any) -> None:
        super().__init__(file_path, **kwargs)
        self._writer = SqliteClient(file_path, **kwargs)
        self.statements: dict[Any, Any] = {}

    async def create_connection(self, with_db: bool) -> None:
        """Open both connections."""
        await self._writer.create_connection(with_db)
        await super().create_connection(with_db)

    async def close(self) -> None:
        """Close both connections."""
        await super().close()
        await self._writer.close()

    async def fetch_rows(self, sql: str, values: Sequence[object], row_class: type) -> list[Any]:
        """Return the rows of a statement that only reads."""
        connection = cast("Any", self._connection)
        stored = await connection.execute_fetchall(sql, [for_sqlite(value) for value in values])
        return list(map(cast("Any", row_class).loaded, stored))

    async def append(self, city: str, key: KeyUse, new: Sequence[NewRow]) -> int | None:
        """Write what is new to a city and its log; see `core.appending`."""
        writer = self._writer
        async with writer._lock:
            connection = cast("Any", writer._connection)
            try:
                # All of it in one turn of the connection's thread.
                return await connection._execute(_append, connection._conn, city, key, new)
            except sqlite3.OperationalError as error:
                raise OperationalError(error) from error

    @staticmethod
    def row_class(model: type[Model], fields: Mapping[str, Any]) -> type:
        """Return the class of a statement's rows, which turns what is stored into values."""
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

    def _in_transaction(self) -> TransactionContext:
        return SqliteTransactionContext(_ImmediateTransaction(self._writer), self._writer._lock)


def _append(
    connection: sqlite3.Connection, city: str, key: KeyUse, new: Sequence[NewRow]
) -> int | None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        if connection.execute(*sqlite_key_statement(key)).fetchone() is None:
            connection.execute("ROLLBACK")
            return None
        number: int = connection.execute(TAKE_NUMBER, [city]).fetchone()[0]
        for each in new:
            columns = each.columns()
            names = ", ".join(name for name, _, _ in columns)
            marks = ", ".join("?" * len(columns))
            values = [_stored(field, value, number) for _, field, value in columns]
            connection.execute(f"INSERT INTO {each.table} ({names}) VALUES ({marks})", values)  # noqa: S608
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    return number


def _stored(field: Any, value: object, number: int) -> object:
    if isinstance(value, Numbered):
        return value.value(number)
    return for_sqlite(field.to_db_value(value, None))


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
