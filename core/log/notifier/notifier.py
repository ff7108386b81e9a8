"""The protocol of notifiers, which signal that a city's log has grown."""

import asyncio
from contextlib import AbstractContextManager
from typing import Protocol

from core.paths import is_within


class Listener:
    """Waits until a log within one scope grows."""

    def __init__(self, scope: str) -> None:
        self.scope = scope
        self._notified: set[str] = set()
        self._wake = asyncio.Event()

    def receive(self, city: str) -> None:
        """Record that a city's log grew, and wake the listener if its scope contains the city."""
        if is_within(city, self.scope):
            self._notified.add(city)
            self._wake.set()

    def stop(self) -> None:
        """Wake the listener with no cities, so that it checks whether to stop."""
        self._wake.set()

    async def notified(self) -> set[str]:
        """Wait for a notification; return the cities whose logs grew since the last call."""
        await self._wake.wait()
        self._wake.clear()
        notified, self._notified = self._notified, set()
        return notified


class Notifier(Protocol):
    """Notifies readers of the log when it grows; notifications may be lost."""

    @property
    def connected(self) -> bool:
        """Whether notifications reach other processes."""
        ...

    def notify(self, city: str) -> None:
        """Notify every listener whose scope contains the city; never blocks."""
        ...

    def listening(self, scope: str) -> AbstractContextManager[Listener]:
        """Listen to a scope inside the block."""
        ...

    async def run(self) -> None:
        """Exchange notifications with other processes until cancelled."""
        ...

    def stop_all(self) -> None:
        """Wake every listener once, so that it checks whether to stop."""
        ...
