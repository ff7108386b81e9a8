"""Notifiers that reach other processes: what PostgreSQL and NATS have in common."""

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import ClassVar, Final
from uuid import uuid4

from core.log.notifier.memory import MemoryNotifier

logger = logging.getLogger("citizencop.notifier")


RETRY_SECONDS: Final = 1.0


Send = Callable[[list[str]], Awaitable[None]]


class RemoteNotifier(MemoryNotifier, ABC):
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
        """Whether other processes are notified: not between a lost connection and the next."""
        return not self._lost

    def notify(self, city: str) -> None:
        """Tell every listener whose scope holds the city, in all processes."""
        super().notify(city)
        self._unsent[city] = None
        self._wake.set()

    def _received(self, sender: str, city: str) -> None:
        if sender != self._own_name:
            super().notify(city)

    async def run(self) -> None:
        """Send and receive notifications until cancelled."""
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


@asynccontextmanager
async def until(lost: "asyncio.Future[None]") -> AsyncGenerator[None]:
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
