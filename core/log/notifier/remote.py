"""The base of notifiers that reach other processes."""

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
    """Notifies listeners in this process at once, and sends the notification to the others."""

    name: ClassVar[str]

    def __init__(self) -> None:
        super().__init__()
        self._own_name = uuid4().hex
        self._unsent: dict[str, None] = {}
        self._wake = asyncio.Event()
        self._lost = False

    @property
    def connected(self) -> bool:
        """Whether notifications reach other processes: not while the connection is lost."""
        return not self._lost

    def notify(self, city: str) -> None:
        """Notify every listener whose scope contains the city, in all processes."""
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
                        logger.warning("reconnected to %s", self.name)
                    self._lost = False
                    await self._send_all(send)
            except Exception as error:
                self._lost = True
                logger.warning(
                    "no connection to %s (%s): events from other processes are delayed by up to a "
                    "second",
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
        """Connect and listen inside the block; yields the function that sends."""


@asynccontextmanager
async def until(lost: "asyncio.Future[None]") -> AsyncGenerator[None]:
    """Cancel the block when a connection is lost, and raise `ConnectionError`."""
    task = asyncio.current_task()
    cancelled = left = False

    def cancel(_: object) -> None:
        nonlocal cancelled
        # The callback may have been scheduled before the block ended.
        if task is not None and not left:
            cancelled = True
            task.cancel()

    lost.add_done_callback(cancel)
    try:
        yield
    except asyncio.CancelledError:
        if cancelled:
            raise ConnectionError("connection lost") from None
        raise
    finally:
        left = True
        lost.remove_done_callback(cancel)
