"""Bells that are heard in other processes too: through PostgreSQL, or through NATS.

They carry no truth. A ring that is lost, while a connection is made anew or for any other reason,
delays an event until the feed looks at the logs by itself (`core.feed.POLL_SECONDS`).
"""

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, ClassVar, Final, cast
from uuid import uuid4

import asyncpg
import nats

from core.bell import InProcessBell
from core.connecting import statement_options

logger = logging.getLogger("citizencop.bell")

CHANNEL: Final = "citizencop_log"
SUBJECT: Final = "citizencop.log"
RETRY_SECONDS: Final = 1.0
PING_SECONDS: Final = 10
"""How often NATS is asked for a sign of life; two that stay out end the connection."""

Send = Callable[[list[str]], Awaitable[None]]


class CarriedBell(InProcessBell, ABC):
    """Rings here at once, and in the other processes as soon as the message is there."""

    name: ClassVar[str]

    def __init__(self) -> None:
        super().__init__()
        self._own_name = uuid4().hex
        self._unsent: dict[str, None] = {}
        self._wake = asyncio.Event()
        self._lost = False

    @property
    def connected(self) -> bool:
        """Whether other processes hear it: not once a connection has failed, until one is made."""
        return not self._lost

    def ring(self, city: str) -> None:
        """Tell every listener whose scope holds the city, in all processes."""
        super().ring(city)
        self._unsent[city] = None
        self._wake.set()

    def _heard(self, sender: str, city: str) -> None:
        if sender != self._own_name:
            super().ring(city)

    async def carry(self) -> None:
        """Carry rings to and fro, until it is cancelled."""
        while True:
            try:
                async with self._connected() as send:
                    if self._lost:
                        logger.warning("%s is reached again", self.name)
                    self._lost = False
                    await self._send_all(send)
            except Exception as error:
                self._lost = True
                logger.warning(
                    "%s cannot be reached (%s): events from other processes come up to a second "
                    "late",
                    self.name,
                    type(error).__name__,
                )
                await asyncio.sleep(RETRY_SECONDS)

    async def _send_all(self, send: Send) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            cities, self._unsent = list(self._unsent), {}
            await send(cities)

    @abstractmethod
    def _connected(self) -> AbstractAsyncContextManager[Send]:
        """Listen inside the block, and give what sends."""


class PostgresqlBell(CarriedBell):
    """Carried by PostgreSQL's LISTEN and NOTIFY, over a connection of its own.

    The notice is no part of the transaction that wrote: commits that carry one wait for each other.
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

        def hear(_connection: object, _pid: int, _channel: str, message: str) -> None:
            self._heard(*message.split(" ", 1))

        async def send(cities: list[str]) -> None:
            messages = [f"{self._own_name} {city}" for city in cities]
            await connection.execute(
                "SELECT pg_notify($1, message) FROM unnest($2::text[]) AS message",
                CHANNEL,
                messages,
            )

        try:
            connection.add_termination_listener(end)
            await connection.add_listener(CHANNEL, hear)
            async with _until(lost):
                yield send
        finally:
            connection.terminate()


class NatsBell(CarriedBell):
    """Carried by NATS, under the city's path: `citizencop.log.india.goa.panaji`."""

    name = "the bus"

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url

    @asynccontextmanager
    async def _connected(self) -> AsyncGenerator[Send]:
        lost = asyncio.get_running_loop().create_future()

        async def closed() -> None:
            if not lost.done():
                lost.set_result(None)

        connecting = True

        async def failed(error: Exception) -> None:
            # By itself the client would go on trying for minutes, and say nothing. What breaks a
            # connection that was made is told by `closed`.
            if connecting:
                raise error

        client: Any = await cast("Any", nats).connect(
            self._url,
            allow_reconnect=False,
            closed_cb=closed,
            error_cb=failed,
            connect_timeout=5,
            ping_interval=PING_SECONDS,
            name="citizencop",
        )
        connecting = False

        async def hear(message: Any) -> None:
            city = message.subject.removeprefix(f"{SUBJECT}.").replace(".", "/")
            self._heard(message.data.decode(), city)

        async def send(cities: list[str]) -> None:
            for city in cities:
                subject = f"{SUBJECT}.{city.replace('/', '.')}"
                await client.publish(subject, self._own_name.encode())

        try:
            await client.subscribe(f"{SUBJECT}.>", cb=hear)
            async with _until(lost):
                yield send
        finally:
            await client.close()


@asynccontextmanager
async def _until(lost: "asyncio.Future[None]") -> AsyncGenerator[None]:
    """Break off what runs inside the block when a connection is lost."""
    task = asyncio.current_task()
    broken = left = False

    def break_off(_: object) -> None:
        nonlocal broken
        # It may have been on its way already when the block was left.
        if task is not None and not left:
            broken = True
            task.cancel()

    lost.add_done_callback(break_off)
    try:
        yield
    except asyncio.CancelledError:
        if broken:
            raise ConnectionError("the connection is lost") from None
        raise
    finally:
        left = True
        lost.remove_done_callback(break_off)
