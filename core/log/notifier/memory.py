"""The notifier of one process: a hint that a city's log has grown, which may be lost."""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager
from typing import Protocol

from core.paths import is_within


class Notifier(Protocol):
    """Rings between those who append to the log and those who read it."""

    @property
    def connected(self) -> bool:
        """Whether other processes are notified."""
        ...

    def notify(self, city: str) -> None:
        """Tell every listener whose scope holds the city; may be lost, never blocks."""
        ...


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


class MemoryNotifier:
    """A notifier for the listeners of this process."""

    def __init__(self) -> None:
        self._listeners: set[Listener] = set()

    @property
    def connected(self) -> bool:
        """Whether other processes are notified: here there are none."""
        return True

    def notify(self, city: str) -> None:
        """Tell every listener whose scope holds the city."""
        for listener in self._listeners:
            listener.receive(city)

    @contextmanager
    def listening(self, scope: str) -> Generator[Listener]:
        """Listen to a scope inside the block."""
        listener = Listener(scope)
        self._listeners.add(listener)
        try:
            yield listener
        finally:
            self._listeners.discard(listener)

    async def run(self) -> None:
        """Exchange notifications with other processes: here there are none."""

    def stop_all(self) -> None:
        """Wake every listener once."""
        for listener in self._listeners:
            listener.stop()
