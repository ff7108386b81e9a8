"""PostgreSQL: Tortoise's pool for transactions, and separate connections for single statements.

Tortoise's pool resets a connection each time it is released, which costs a round trip for each
statement. A single statement that commits by itself leaves nothing to reset.
"""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from operator import itemgetter
from typing import Any, Final

import asyncpg
import orjson
from cachetools import LRUCache
from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.connection import get_connections
from tortoise.exceptions import DBConnectionError, TransactionManagementError
from tortoise.models import Model

from core.problems import Unavailable
from core.storage import connecting, postgresql_append
from core.storage.append import Clash, Entry

logger = logging.getLogger("citizencop.database")

CONNECTIONS: Final = 8
"""Connections of a process for reading, and the same number for appending to logs."""
_LOST: Final = (
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.InterfaceError,
    ConnectionError,
)
_AWAY: Final = (
    *_LOST,
    TimeoutError,
    DBConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.LockNotAvailableError,
    asyncpg.TransactionRollbackError,
    asyncpg.PostgresSystemError,
)
"""Errors that mean that PostgreSQL is unavailable, not that the statement is wrong."""
_NOT_OPENED: Final = (
    *_AWAY,
    OSError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
)
_KEPT_STATEMENTS: Final = 500
"""Prepared statements per connection: more than clients' documents and filters need at a time.

PostgreSQL keeps the plan of each in memory, in every connection.
"""


def _unavailable(error: Exception) -> Exception:
    """Log an error, and return the exception to raise for the caller."""
    if isinstance(error, ValueError):
        # asyncpg raises this for a value of the wrong type: PostgreSQL is available.
        return error
    logger.warning("PostgreSQL does not answer: %s", type(error).__name__)
    return Unavailable()


def _end(connection: Any) -> None:
    """Close a pool's connection without waiting; ignores one that has left the pool already."""
    with suppress(asyncpg.InterfaceError):
        connection.terminate()


class _Reader:
    """A connection and its prepared statements."""

    __slots__ = ("connection", "is_late", "prepared")

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.is_late = False
        """Whether the connection was closed because its statement timed out."""
        self.prepared: LRUCache[tuple[str, type], Any] = LRUCache(_KEPT_STATEMENTS)

    async def fetch(self, sql: str, values: Sequence[object], row_class: type) -> list[Any]:
        statement = self.prepared.get((sql, row_class))
        if statement is None:
            logger.debug("prepared: %s", sql)
            statement = await self.connection.prepare(sql, record_class=row_class)
            self.prepared[sql, row_class] = statement
        return await statement.fetch(*values)


_LOOK_SECONDS: Final = 0.2
"""Interval at which timeouts of statements and waits are checked."""


class Connections:
    """Connections for single statements, opened on demand, at most `limit` at a time.

    They read 2 to 2.5 times as many rows per second as asyncpg's pool with the same timeouts and
    without resets (`bench/results/pools.md`). That pool invalidates prepared statements when a
    connection is released, and starts a timer for each statement and each wait. Here statements
    stay prepared, and one timer checks all timeouts. A cancelled statement costs more here, because
    its connection is closed.
    """

    def __init__(self, options: Callable[[], dict[str, Any]], limit: int = CONNECTIONS) -> None:
        self._options = options
        self._idle: list[_Reader] = []
        self._room = limit
        self._waiting: deque[tuple[float, asyncio.Future[_Reader | None]]] = deque()
        self._busy: dict[_Reader, float] = {}
        """The deadline of each running statement, by the loop's clock."""
        self._loop = asyncio.get_running_loop()
        self._watch: asyncio.TimerHandle | None = None

    async def fetch(
        self, sql: str, values: Sequence[object], row_class: type, *, again: bool = True
    ) -> list[Any]:
        """Return the rows of a statement; with `again`, retries once if the connection was lost.

        A retried statement must be idempotent: a read, or an append under an idempotency key.
        Raises `Unavailable` if PostgreSQL does not answer in time.
        """
        try:
            return await self._fetch(sql, values, row_class)
        except TimeoutError as error:
            # Idle connections may be broken, too, for example after a network failure.
            self._drop_idle()
            raise _unavailable(error) from error
        except _LOST as error:
            self._drop_idle()
            if not again:
                raise _unavailable(error) from error
            return await self._fetch_again(sql, values, row_class)
        except _NOT_OPENED as error:
            raise _unavailable(error) from error

    async def _fetch_again(self, sql: str, values: Sequence[object], row_class: type) -> list[Any]:
        try:
            return await self._fetch(sql, values, row_class)
        except _NOT_OPENED as error:
            raise _unavailable(error) from error

    async def _fetch(self, sql: str, values: Sequence[object], row_class: type) -> list[Any]:
        reader = self._idle.pop() if self._idle else await self._free()
        limit = connecting.limit(connecting.STATEMENT_SECONDS)
        if limit is not None:
            self._busy[reader] = self._loop.time() + limit
            if self._watch is None:
                self._look()
        try:
            rows = await reader.fetch(sql, values, row_class)
        except asyncpg.PostgresError:
            self._give_back(reader)
            raise
        except BaseException as error:
            # Cancelled or broken within an answer: the connection cannot be reused.
            reader.connection.terminate()
            self._make_room()
            if reader.is_late and isinstance(error, Exception):
                raise TimeoutError from error
            raise
        else:
            self._give_back(reader)
            return rows
        finally:
            self._busy.pop(reader, None)

    def _look(self) -> None:
        """Cancel what has timed out, and schedule the next check if anything is running."""
        now = self._loop.time()
        for reader, end in self._busy.items():
            if end <= now:
                reader.is_late = True
                reader.connection.terminate()
        # The first in the queue has waited longest.
        while self._waiting and (self._waiting[0][1].done() or self._waiting[0][0] <= now):
            _, turn = self._waiting.popleft()
            if not turn.done():
                turn.set_exception(TimeoutError())
        under_way = self._busy or self._waiting
        self._watch = self._loop.call_later(_LOOK_SECONDS, self._look) if under_way else None

    async def _free(self) -> _Reader:
        if self._room:
            self._room -= 1
            return await self._opened()
        turn: asyncio.Future[_Reader | None] = self._loop.create_future()
        self._waiting.append((self._loop.time() + connecting.TAKE_SECONDS, turn))
        if self._watch is None:
            self._look()
        try:
            reader = await turn
        except asyncio.CancelledError:
            self._pass_on(turn)
            raise
        return reader or await self._opened()

    def _pass_on(self, turn: "asyncio.Future[_Reader | None]") -> None:
        """Pass on a connection that was given to a waiter at the moment it was cancelled."""
        if turn.done() and not turn.cancelled() and turn.exception() is None:
            reader = turn.result()
            if reader is not None:
                self._give_back(reader)
            else:
                self._make_room()

    async def _opened(self) -> _Reader:
        """Open a connection, after `_room` was decremented for it."""
        connection: Any = None
        try:
            async with asyncio.timeout(connecting.CONNECT_SECONDS):
                connection = await connecting.driver.connect(**self._options())
                # Tortoise passes JSON values as text already.
                await connection.set_type_codec(
                    "jsonb", schema="pg_catalog", encoder=str, decoder=orjson.loads
                )
        except BaseException:
            if connection is not None:
                connection.terminate()
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
            _, turn = self._waiting.popleft()
            if not turn.done():
                return turn
        return None

    def _drop_idle(self) -> None:
        while self._idle:
            self._idle.pop().connection.terminate()
            self._make_room()

    async def close(self) -> None:
        """Close the idle connections."""
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None
        while self._idle:
            connection = self._idle.pop().connection
            try:
                await connection.close(timeout=connecting.GIVE_BACK_SECONDS)
            except (*_AWAY, OSError):
                connection.terminate()


class PostgresqlClient(AsyncpgDBClient):
    """Tortoise's client, extended with flat rows, appends, and timeouts on all connections."""

    def __init__(self, url: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.url = url
        self._reading: Connections | None = None
        self._writing: Connections | None = None

    async def reach(self) -> None:
        """Open a connection; raises the driver's error if that fails."""
        pool = await self._opened_pool()
        await pool.release(await pool.acquire())

    async def _opened_pool(self) -> Any:
        async with self._pool_init_lock:
            if self._pool is None:
                await self.create_connection(with_db=True)
        return self._pool

    async def create_pool(self, **_: Any) -> Any:
        """Open Tortoise's pool, with the same options as the other connections.

        `min_size=0`, because the pool would otherwise reopen connections by itself and log each
        failure.
        """
        return await connecting.driver.create_pool(
            min_size=0,
            max_size=self.pool_maxsize,
            **connecting.options(self.url),
        )

    async def fetch_rows(self, sql: str, values: Sequence[object], row_class: type) -> list[Any]:
        """Return the rows of a read-only statement, written with `$1` parameters."""
        if self._reading is None:
            self._reading = Connections(self._statement_options)
        return await self._reading.fetch(sql, values, row_class)

    async def append(self, entry: Entry) -> int | Clash:
        """Append an entry to a city's log; see `core.storage.append`."""
        if self._writing is None:
            self._writing = Connections(self._statement_options)
        statement, values = postgresql_append.append_statement(entry)
        again = entry.key is not None
        (row,) = await self._writing.fetch(statement, values, asyncpg.Record, again=again)
        return postgresql_append.outcome(entry, row)

    def _statement_options(self) -> dict[str, Any]:
        return connecting.statement_options(self.url)

    def acquire_connection(self) -> Any:
        """Return a context manager for a pool connection, for one statement of Tortoise."""
        return self._taken(connecting.limit(connecting.STATEMENT_SECONDS))

    def _in_transaction(self) -> Any:
        return self._transaction()

    @asynccontextmanager
    async def _transaction(self) -> AsyncGenerator[Any]:
        async with self._taken(connecting.limit(connecting.TRANSACTION_SECONDS)) as connection:
            transaction: Any = TransactionWrapper(self)
            transaction._connection = connection
            storage: Any = get_connections()
            token = storage.set(self.connection_name, transaction)
            try:
                await transaction.begin()
                try:
                    yield transaction
                except TransactionManagementError:
                    raise
                except Exception:
                    # Not on cancellation: then the connection is closed.
                    if not transaction._finalized:
                        await transaction.rollback()
                    raise
                if not transaction._finalized:
                    await transaction.commit()
            finally:
                storage.reset(token)

    @asynccontextmanager
    async def _taken(self, seconds: float | None) -> AsyncGenerator[Any]:
        """Take a connection from the pool for at most `seconds`."""
        connection = await self._take()
        try:
            async with asyncio.timeout(seconds):
                yield connection
        except _AWAY as error:
            _end(connection)
            raise _unavailable(error) from error
        except Exception:
            raise
        except BaseException:
            # Cancelled within an answer: the connection cannot be reused.
            _end(connection)
            raise
        finally:
            await self._give_back(connection)

    async def _take(self) -> Any:
        try:
            async with asyncio.timeout(connecting.TAKE_SECONDS):
                pool: Any = self._pool or await self._opened_pool()
                return await pool.acquire()
        except _NOT_OPENED as error:
            raise _unavailable(error) from error

    async def _give_back(self, connection: Any) -> None:
        """Release a connection; errors are only logged, because its work is done."""
        try:
            pool: Any = self._pool
            if pool is not None:
                await pool.release(connection, timeout=connecting.GIVE_BACK_SECONDS)
        except (*_AWAY, OSError) as error:
            logger.warning("a connection was lost: %s", type(error).__name__)

    @staticmethod
    def row_class(model: type[Model], fields: Mapping[str, Any]) -> type:
        """Return a class for the rows of a statement with these columns."""
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
