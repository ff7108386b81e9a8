"""What a notifier is: a hint that a city's log has grown, which may be lost."""

import asyncio
from contextlib import AbstractContextManager
from typing import Protocol

from core.paths import is_within


class Listener:
    """Waits for the cities of one scope, or for one city, to grow."""

    def __init__(self, scope: str) -> None:
        self.scope = scope
        self._notified: set[str] = set()
        self._wake = asyncio.Event()

    def receive(self, city: str) -> None:
        """Remember that a city's log grew, if it concerns this listener."""
        if is_within(city, self.scope):
            self._notified.add(city)
            self._wake.set()

    def stop(self) -> None:
        """Wake the listener with nothing to read, so that it looks whether it should go on."""
        self._wake.set()

    async def notified(self) -> set[str]:
        """Wait for the next message; return the cities whose logs grew since the last call."""
        await self._wake.wait()
        self._wake.clear()
        notified, self._notified = self._notified, set()
        return notified


class Notifier(Protocol):
    """Rings between those who append to the log and those who read it."""

    @property
    def connected(self) -> bool:
        """Whether other processes are notified."""
        ...

    def notify(self, city: str) -> None:
        """Tell every listener whose scope holds the city; may be lost, never blocks."""
        ...

    def listening(self, scope: str) -> AbstractContextManager[Listener]:
        """Listen to a scope inside the block."""
        ...

    async def run(self) -> None:
        """Exchange notifications with other processes until cancelled."""
        ...

    def stop_all(self) -> None:
        """Wake every listener once, so that it looks whether it should go on."""
        ...
