"""The notifier within one process."""

from collections.abc import Generator
from contextlib import contextmanager

from core.log.notifier.notifier import Listener


class MemoryNotifier:
    """Notifies the listeners of this process."""

    def __init__(self) -> None:
        self._listeners: set[Listener] = set()

    @property
    def connected(self) -> bool:
        """Always true: there are no other processes."""
        return True

    def notify(self, city: str) -> None:
        """Notify every listener whose scope contains the city."""
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
        """Return at once: there are no other processes."""

    def stop_all(self) -> None:
        """Wake every listener once."""
        for listener in self._listeners:
            listener.stop()
