"""The embedded database: SQLite with one connection that writes and one that reads.

Tortoise's own engine runs both over one connection, so every read waits for the disk behind the
write before it; and it starts transactions as readers, which SQLite refuses to promote once
another process has written.
"""

from typing import Any

from tortoise.backends.base.client import TransactionContext
from tortoise.backends.sqlite.client import (
    SqliteClient,
    SqliteTransactionContext,
    SqliteTransactionWrapper,
)

PRAGMAS = {
    "journal_mode": "WAL",
    "synchronous": "FULL",
    "foreign_keys": "ON",
    "busy_timeout": 10_000,
    "journal_size_limit": 64 * 1024 * 1024,
}
"""`synchronous=FULL` is what makes an acknowledged write survive a power cut in WAL mode."""


class _ImmediateTransaction(SqliteTransactionWrapper):
    async def begin(self) -> None:
        await self._connection.execute("BEGIN IMMEDIATE")


class EmbeddedClient(SqliteClient):
    """Reads on its own connection; hands transactions to a second one."""

    def __init__(self, file_path: str, **kwargs: Any) -> None:
        super().__init__(file_path, **kwargs)
        self._writer = SqliteClient(file_path, **kwargs)

    async def create_connection(self, with_db: bool) -> None:
        """Open both connections."""
        await self._writer.create_connection(with_db)
        await super().create_connection(with_db)

    async def close(self) -> None:
        """Close both connections."""
        await super().close()
        await self._writer.close()

    def _in_transaction(self) -> TransactionContext:
        return SqliteTransactionContext(_ImmediateTransaction(self._writer), self._writer._lock)


client_class = EmbeddedClient
