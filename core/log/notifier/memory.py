"""The bell: it only says that a city's log has grown, and carries no truth of its own."""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager
from typing import Protocol

from core.paths import is_within


class Bell(Protocol):
    """Rings between those who append to the log and those who read it."""

    @property
    def connected(self) -> bool:
        """Whether other processes hear it."""
        ...

    def ring(self, city: str) -> None:
        """Tell every listener whose scope holds the city; may be lost, never blocks."""
        ...


class Listener:
    """Waits for the cities of one scope, or for one city, to ring."""

    def __init__(self, scope: str) -> None:
        self.scope = scope
        self._rung: set[str] = set()
        self._wake = asyncio.Event()

    def hear(self, city: str) -> None:
        """Remember that a city rang, if it concerns this listener."""
        if is_within(city, self.scope):
            self._rung.add(city)
            self._wake.set()

    def stop(self) -> None:
        """Wake the listener with nothing to read, so that it looks whether it should go on."""
        self._wake.set()

    async def rung(self) -> set[str]:
        """Wait for the next ring; return the cities that rang since the last call."""
        await self._wake.wait()
        self._wake.clear()
        rung, self._rung = self._rung, set()
        return rung


class InProcessBell:
    """A bell for the listeners of this process."""

    def __init__(self) -> None:
        self._listeners: set[Listener] = set()

    @property
    def connected(self) -> bool:
        """Whether other processes hear it: here there are none."""
        return True

    def ring(self, city: str) -> None:
        """Tell every listener whose scope holds the city."""
        for listener in self._listeners:
            listener.hear(city)

    @contextmanager
    def listening(self, scope: str) -> Generator[Listener]:
        """Listen to a scope inside the block."""
        listener = Listener(scope)
        self._listeners.add(listener)
        try:
            yield listener
        finally:
            self._listeners.discard(listener)

    async def carry(self) -> None:
        """Carry rings to other processes: here there are none."""

    def stop_all(self) -> None:
        """Wake every listener once."""
        for listener in self._listeners:
            listener.stop()
