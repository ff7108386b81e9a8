"""A notifier that uses NATS."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, Final, cast

import nats

from core.log.notifier.remote import RemoteNotifier, Send, until

SUBJECT: Final = "citizencop.log"


PING_SECONDS: Final = 10
"""Interval of NATS pings; the client closes the connection after two unanswered ones."""


class NatsNotifier(RemoteNotifier):
    """Publishes to a subject made of the city's path: `citizencop.log.india.goa.panaji`."""

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
            # The client would retry silently for minutes. Errors of an open connection end in
            # `closed`.
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

        async def receive(message: Any) -> None:
            city = message.subject.removeprefix(f"{SUBJECT}.").replace(".", "/")
            self._received(message.data.decode(), city)

        async def send(cities: list[str]) -> None:
            for city in cities:
                subject = f"{SUBJECT}.{city.replace('/', '.')}"
                await client.publish(subject, self._own_name.encode())

        try:
            await client.subscribe(f"{SUBJECT}.>", cb=receive)
            async with until(lost):
                yield send
        finally:
            await client.close()
