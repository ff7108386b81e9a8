"""What the commands of the core need of the server's settings."""

from contextlib import AbstractAsyncContextManager
from typing import Protocol

from core.domain import Domain


class DatabaseSettings(Protocol):
    """Where the database is."""

    @property
    def database(self) -> str:
        """The URL of the server's database."""
        ...


class DomainSettings(Protocol):
    """How to get at the domain."""

    def opened(self) -> AbstractAsyncContextManager[Domain]:
        """Give the domain, around an open, up-to-date database."""
        ...
