"""A notifier that uses PostgreSQL's LISTEN and NOTIFY."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, Final, cast

import asyncpg

from core.log.notifier.remote import RemoteNotifier, Send, until
from core.storage.connecting import statement_options

CHANNEL: Final = "citizencop_log"


class PostgresqlNotifier(RemoteNotifier):
    """Sends and receives notifications over a connection of its own.

    NOTIFY is not part of the transaction that writes: PostgreSQL serializes commits with a NOTIFY.
    """

    name = "PostgreSQL's LISTEN and NOTIFY"

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url

    @asynccontextmanager
    async def _connected(self) -> AsyncGenerator[Send]:
        connection: Any = await cast("Any", asyncpg).connect(**statement_options(self._url))
        lost = asyncio.get_running_loop().create_future()

        def end(_connection: object) -> None:
            if not lost.done():
                lost.set_result(None)

        def receive(_connection: object, _pid: int, _channel: str, message: str) -> None:
            self._received(*message.split(" ", 1))

        async def send(cities: list[str]) -> None:
            messages = [f"{self._own_name} {city}" for city in cities]
            await connection.execute(
                "SELECT pg_notify($1, message) FROM unnest($2::text[]) AS message",
                CHANNEL,
                messages,
            )

        try:
            connection.add_termination_listener(end)
            await connection.add_listener(CHANNEL, receive)
            async with until(lost):
                yield send
        finally:
            connection.terminate()
