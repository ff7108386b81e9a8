"""Protocols of the settings that the core's commands need."""

from contextlib import AbstractAsyncContextManager
from typing import Protocol

from core.domain import Domain


class DatabaseSettings(Protocol):
    """Settings of the database."""

    @property
    def database(self) -> str:
        """The URL of the server's database."""
        ...


class DomainSettings(Protocol):
    """Settings that can open the domain."""

    def opened(self) -> AbstractAsyncContextManager[Domain]:
        """Open the database, migrate it if embedded, and yield the domain."""
        ...
