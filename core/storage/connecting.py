"""Connect to PostgreSQL: the options of every connection, timeouts, and error messages.

The URL is libpq's (PostgreSQL 15 manual, 34.1.1.2 and 34.1.2). Only asyncpg parses it, so that the
pool, single statements and the notifier use the same host, password and TLS.
"""

import socket
import sqlite3
import ssl
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

import asyncpg
from tortoise.exceptions import DBConnectionError

driver: Any = asyncpg
"""asyncpg, for its functions that have no types: `connect` and `create_pool`."""

CONNECT_SECONDS = 3.0
"""Timeout for opening a connection, including TLS and authentication."""
TAKE_SECONDS = 5.0
"""Timeout for waiting until a connection of this process is free."""
STATEMENT_SECONDS = 8.0
"""Timeout of one statement, from sending it to its last row."""
TRANSACTION_SECONDS = 12.0
GIVE_BACK_SECONDS = 2.0

APPLICATION: Final = "citizencop"
_SERVER_LIMITS: Final = {
    "lock_timeout": "4s",
    "idle_in_transaction_session_timeout": "30s",
}
"""Shorter than the timeouts above: if PostgreSQL gives up first, nothing was written for sure."""
SCHEMES: Final = ("postgresql", "postgres")
_TLS_MODES: Final = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
_FILES: Final = ("sslrootcert", "sslcert", "sslkey")
_PARAMETERS: Final = ("host", "port", "user", "sslmode", *_FILES)

_unhurried: ContextVar[bool] = ContextVar("unhurried", default=False)
_CAUSES: Final[tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], str], ...]] = (
    (
        (asyncpg.InvalidPasswordError, asyncpg.InvalidAuthorizationSpecificationError),
        "PostgreSQL at {at} refuses the user {user}: check user, password and sslmode in "
        "--database, and pg_hba.conf.",
    ),
    (
        asyncpg.InvalidCatalogNameError,
        "PostgreSQL at {at} has no database {name}: create it with createdb {name}.",
    ),
    (
        asyncpg.TooManyConnectionsError,
        "PostgreSQL at {at} has no connection left: raise its max_connections, or run fewer "
        "processes.",
    ),
    (asyncpg.CannotConnectNowError, "PostgreSQL at {at} is starting or stopping: try again."),
    (
        ssl.SSLError,
        "TLS with PostgreSQL at {at} fails: check sslmode and sslrootcert in --database.",
    ),
    (
        asyncpg.ClientConfigurationError,
        "The URL of the database is invalid: check its host and port, and set sslrootcert=FILE "
        "with sslmode=verify-ca or verify-full.",
    ),
    (socket.gaierror, "The host {host} of --database has no address: check its name and DNS."),
    (
        TimeoutError,
        "The database at {at} does not answer: check the address in --database, the network and "
        "firewalls.",
    ),
    (
        ConnectionRefusedError,
        "Nothing listens at {at}: start PostgreSQL, or correct the address in --database.",
    ),
    (
        ConnectionError,
        "The connection to {at} was closed: check that it is PostgreSQL and supports the sslmode.",
    ),
)


@contextmanager
def unhurried() -> Generator[None]:
    """Disable the timeouts of statements and transactions inside the block."""
    token = _unhurried.set(True)
    try:
        yield
    finally:
        _unhurried.reset(token)


def limit(seconds: float) -> float | None:
    """Return `seconds`, or `None` inside `unhurried()`."""
    return None if _unhurried.get() else seconds


def options(url: str) -> dict[str, Any]:
    """Return asyncpg's arguments for every connection to PostgreSQL."""
    settings = {"application_name": APPLICATION}
    if not _unhurried.get():
        settings |= _SERVER_LIMITS
    return {"dsn": url, "timeout": CONNECT_SECONDS, "server_settings": settings}


def statement_options(url: str) -> dict[str, Any]:
    """Return asyncpg's arguments for connections that run single statements."""
    chosen = options(url)
    chosen["server_settings"] |= {"statement_timeout": "7s"}
    return chosen


def check_url(url: str) -> None:
    """Raise `ValueError`, with what to write instead, for an unsupported database URL."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return
    if parts.scheme not in SCHEMES:
        raise ValueError("Write sqlite://PATH, or postgresql://USER@HOST/NAME.")
    given = dict(parse_qsl(parts.query, keep_blank_values=True))
    for name in given:
        if name not in _PARAMETERS:
            meant = " Write sslmode=require." if name == "ssl" else ""
            raise ValueError(
                f"Unknown parameter {name!r}. Use one of: {', '.join(_PARAMETERS)}.{meant}"
            )
    mode = given.get("sslmode")
    if mode is not None and mode not in _TLS_MODES:
        raise ValueError(f"Set sslmode to one of: {', '.join(_TLS_MODES)}.")
    for name in _FILES:
        if name in given and not Path(given[name]).is_file():
            raise ValueError(f"{name} must be an existing file, not {given[name]}")


class Unreachable(Exception):
    """The database cannot be opened; the message says why, and what to do."""


def cause(error: BaseException, url: str) -> str:
    """Return why a database cannot be opened, and what to do, without its password."""
    if isinstance(error, DBConnectionError) and error.__cause__ is not None:
        error = error.__cause__
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        file = url.removeprefix("sqlite://")
        reason = str(error) if isinstance(error, sqlite3.Error) else type(error).__name__
        return (
            f"The database {file} cannot be opened: {reason}. Check that it is an SQLite file that "
            "this account may write."
        )
    at, name = f"{parts.hostname or 'localhost'}:{_port(parts)}", parts.path.removeprefix("/")
    for kind, message in _CAUSES:
        if isinstance(error, kind):
            return message.format(at=at, host=parts.hostname, user=parts.username, name=name)
    return f"The database at {at} cannot be opened: {type(error).__name__}. Check --database."


def _port(parts: Any) -> int:
    try:
        return parts.port or 5432
    except ValueError:
        return 0
