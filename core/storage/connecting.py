"""Connecting to PostgreSQL: one URL for every connection, time limits, and what went wrong.

The URL is libpq's (PostgreSQL 15 manual, 34.1.1.2 and 34.1.2), read by asyncpg alone, so that the
pool, the single statements and the notifier cannot differ in host, password or TLS.
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
"""For opening a connection, TLS and sign-in included."""
TAKE_SECONDS = 5.0
"""For waiting until a connection of this process is free."""
STATEMENT_SECONDS = 8.0
"""For one statement, from its sending to its last row."""
TRANSACTION_SECONDS = 12.0
GIVE_BACK_SECONDS = 2.0

APPLICATION: Final = "citizencop"
_SERVER_LIMITS: Final = {
    "lock_timeout": "4s",
    "idle_in_transaction_session_timeout": "30s",
}
"""Shorter than our own: where PostgreSQL itself gives up, it is known that nothing was written."""
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
        "No TLS with PostgreSQL at {at}: check sslmode and sslrootcert in --database.",
    ),
    (
        asyncpg.ClientConfigurationError,
        "The URL of the database cannot be used: check its host and port, and that "
        "sslmode=verify-ca or verify-full comes with sslrootcert=FILE.",
    ),
    (socket.gaierror, "The host {host} of --database has no address: check its name, and DNS."),
    (
        TimeoutError,
        "The database at {at} does not answer: check the address in --database, the network and "
        "firewalls between.",
    ),
    (
        ConnectionRefusedError,
        "Nothing listens at {at}: is PostgreSQL running, and the address in --database right?",
    ),
    (
        ConnectionError,
        "The connection to {at} breaks off: is it PostgreSQL, and does it offer what sslmode asks?",
    ),
)


@contextmanager
def unhurried() -> Generator[None]:
    """Lift the limits on statements and transactions for what runs inside: migrations, imports."""
    token = _unhurried.set(True)
    try:
        yield
    finally:
        _unhurried.reset(token)


def limit(seconds: float) -> float | None:
    """Return a limit in seconds, or `None` where the work that asks may take its time."""
    return None if _unhurried.get() else seconds


def options(url: str) -> dict[str, Any]:
    """Return what every connection to PostgreSQL is opened with."""
    settings = {"application_name": APPLICATION}
    if not _unhurried.get():
        settings |= _SERVER_LIMITS
    return {"dsn": url, "timeout": CONNECT_SECONDS, "server_settings": settings}


def statement_options(url: str) -> dict[str, Any]:
    """Return what connections for single statements are opened with."""
    chosen = options(url)
    chosen["server_settings"] |= {"statement_timeout": "7s"}
    return chosen


def check_url(url: str) -> None:
    """Raise `ValueError` with what to write instead, for a URL that cannot be honoured."""
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
                f"The parameter {name!r} is not known. Known are {', '.join(_PARAMETERS)}.{meant}"
            )
    mode = given.get("sslmode")
    if mode is not None and mode not in _TLS_MODES:
        raise ValueError(f"sslmode is one of {', '.join(_TLS_MODES)}.")
    for name in _FILES:
        if name in given and not Path(given[name]).is_file():
            raise ValueError(f"{name} names no file: {given[name]}")


class Unreachable(Exception):
    """The database cannot be opened; the text says why, in one sentence, and what to do."""


def cause(error: BaseException, url: str) -> str:
    """Return why a database cannot be opened, and what to do; nothing of its password."""
    if isinstance(error, DBConnectionError) and error.__cause__ is not None:
        error = error.__cause__
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        file = url.removeprefix("sqlite://")
        why = str(error) if isinstance(error, sqlite3.Error) else type(error).__name__
        return f"The database {file} cannot be opened: {why}. Is it a database, and ours to write?"
    at, name = f"{parts.hostname or 'localhost'}:{_port(parts)}", parts.path.removeprefix("/")
    for kind, words in _CAUSES:
        if isinstance(error, kind):
            return words.format(at=at, host=parts.hostname, user=parts.username, name=name)
    return f"The database at {at} cannot be opened: {type(error).__name__}."


def _port(parts: Any) -> int:
    try:
        return parts.port or 5432
    except ValueError:
        return 0
