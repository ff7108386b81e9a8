"""PostgreSQL: Tortoise's pool for transactions, and connections for single statements beside it.

Tortoise's pool asks the server to reset a connection each time it is given back, which costs a
round trip for each statement. A single statement that commits by itself leaves nothing to reset.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any, Final, cast

import asyncpg
import orjson
from tortoise.backends.asyncpg.client import AsyncpgDBClient
from tortoise.models import Model

from core.appending import KeyUse, NewRow, postgresql_statement

logger = logging.getLogger("citizencop.database")

CONNECTIONS: Final = 8
"""Connections of a process that only read, and as many that append to logs."""
_LOST: Final = (asyncpg.PostgresConnectionError, asyncpg.InterfaceError, OSError)
_KEPT_STATEMENTS: Final = 500
"""Prepared statements of a connection."""


class _Reader:
    """One connection, and the statements that are prepared on it."""

    __slots__ = ("connection", "prepared")

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.prepared: dict[tuple[str, type], Any] = {}

    async def fetch(self, sql: str, values: Sequence[object], row_class: type) -> list[Any]:
        statement = self.prepared.get((sql, row_class))
        if statement is None:
            if len(self.prepared) >= _KEPT_STATEMENTS:
                self.prepared.clear()
            logger.debug("prepared: %s", sql)
            statement = await self.connection.prepare(sql, record_class=row_class)
            self.prepared[sql, row_class] = statement
        return await statement.fetch(*values)


class Connections:
    """Connections for single statements, opened as needed, at most so many at a time."""

    def __init__(self, options: Mapping[str, Any], limit: int = CONNECTIONS) -> None:
        self._options = options
        self._idle: list[_Reader] = []
        self._room = limit
        self._waiting: deque[asyncio.Future[_Reader | None]] = deque()

    async def fetch(self, sql: str, values: Sequence[object], row_class: type) -> list[Any]:
        """Return the rows of a statement; asks once more where a connection was lost meanwhile.

        What is asked twice must be the same as asked once: reads are, and so is appending under a
        key that can be used once.
        """
        try:
            return await self._fetch(sql, values, row_class)
        except _LOST:
            self._drop_idle()
            return await self._fetch(sql, values, row_class)

    async def _fetch(self, sql: str, values: Sequence[object], row_class: type) -> list[Any]:
        reader = self._idle.pop() if self._idle else await self._free()
        try:
            rows = await reader.fetch(sql, values, row_class)
        except asyncpg.PostgresError:
            self._give_back(reader)
            raise
        except BaseException:
            # Cancelled or broken in the middle of an answer: of no use to anybody else.
            reader.connection.terminate()
            self._make_room()
            raise
        self._give_back(reader)
        return rows

    async def _free(self) -> _Reader:
        if self._room:
            self._room -= 1
            return await self._opened()
        turn: asyncio.Future[_Reader | None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            reader = await turn
        except asyncio.CancelledError:
            self._pass_on(turn)
            raise
        return reader or await self._opened()

    def _pass_on(self, turn: "asyncio.Future[_Reader | None]") -> None:
        """Give to the next what was given to one who went away in the same moment."""
        if turn.done() and not turn.cancelled():
            reader = turn.result()
            if reader is not None:
                self._give_back(reader)
            else:
                self._make_room()

    async def _opened(self) -> _Reader:
        """Open the connection for which room was taken."""
        try:
            connection: Any = await cast("Any", asyncpg).connect(**self._options)
            # Tortoise gives JSON that is to be written as text already.
            await connection.set_type_codec(
                "jsonb", schema="pg_catalog", encoder=str, decoder=orjson.loads
            )
        except BaseException:
            self._make_room()
            raise
        return _Reader(connection)

    def _give_back(self, reader: _Reader) -> None:
        if reader.connection.is_closed():
            self._make_room()
            return
        turn = self._next_turn()
        if turn is not None:
            turn.set_result(reader)
        else:
            self._idle.append(reader)

    def _make_room(self) -> None:
        turn = self._next_turn()
        if turn is not None:
            turn.set_result(None)
        else:
            self._room += 1

    def _next_turn(self) -> "asyncio.Future[_Reader | None] | None":
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                return turn
        return None

    def _drop_idle(self) -> None:
        while self._idle:
            self._idle.pop().connection.terminate()
            self._make_room()

    async def close(self) -> None:
        """Close the connections that rest."""
        while self._idle:
            await self._idle.pop().connection.close()


class PostgresqlClient(AsyncpgDBClient):
    """Tortoise's client, which also reads flat rows."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.statements: dict[Any, Any] = {}
        self._reading: Connections | None = None
        self._writing: Connections | None = None

    async def fetch_rows(self, sql: str, values: Sequence[object], row_class: type) -> list[Any]:
        """Return the rows of a statement that only reads, in the dialect's own form."""
        if self._reading is None:
            self._reading = Connections(self.connection_options)
        return await self._reading.fetch(sql, values, row_class)

    async def append(self, city: str, key: KeyUse, new: Sequence[NewRow]) -> int | None:
        """Write what is new to a city and its log; see `core.appending`."""
        if self._writing is None:
            self._writing = Connections(self.connection_options)
        statement, values = postgresql_statement(city, key, new)
        rows = await self._writing.fetch(statement, values, asyncpg.Record)
        return rows[0][0] if rows else None

    @property
    def connection_options(self) -> dict[str, Any]:
        """What a connection beside the pool is opened with."""
        return {
            "host": self.host,
            "port": self.port,
            "user": self.user,
            "password": self.password,
            "database": self.database,
        }

    @staticmethod
    def row_class(model: type[Model], fields: Mapping[str, Any]) -> type:
        """Return the class of a statement's rows."""
        attributes: dict[str, Any] = {
            name: property(itemgetter(index)) for index, name in enumerate(fields)
        }
        attributes |= {"of_model": model, "columns": tuple(fields)}
        return type(
            f"{model.__name__}Row",
            (asyncpg.Record,),
            attributes,
        )

    async def close(self) -> None:
        """Close all connections."""
        for connections in (self._reading, self._writing):
            if connections is not None:
                await connections.close()
        self._reading = self._writing = None
        await super().close()


client_class = PostgresqlClient
