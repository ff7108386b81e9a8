"""Check that the database can be read: its newest rows, and once the embedded file."""

import asyncio
import logging
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from tortoise.models import Model

from core.storage.connection import current_database, table_of

logger = logging.getLogger("citizencop.database")


class Damaged(Exception):
    """The database's file is damaged: restore it from a backup."""


class Health:
    """Health checks of the open database; remembers whether its file is damaged."""

    def __init__(self, tables: Sequence[type[Model]]) -> None:
        self.damaged = False
        self._tables = tables

    async def look(self) -> None:
        """Read the newest row of each main table; raises `Damaged` or the driver's error.

        The embedded database is read over a new connection, without cached pages. `check_whole`
        finds damage in the rest of the file.
        """
        file = _file()
        if self.damaged:
            raise Damaged
        if file is None:
            for model in self._tables:
                await model.first()
            return
        try:
            await asyncio.to_thread(_read_newest, file, self._tables)
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:
            raise Damaged from None

    async def check_whole(self) -> None:
        """Check the embedded database's whole file in a thread; does nothing on PostgreSQL."""
        file = _file()
        if file is None:
            return
        try:
            fault = await _checked(file)
        except sqlite3.OperationalError as error:
            logger.warning("the database's file cannot be checked: %s", error.sqlite_errorname)
            return
        except sqlite3.DatabaseError as error:
            fault = error.sqlite_errorname
        if fault is not None:
            self.damaged = True
            logger.error("the database's file is damaged; restore it from a backup: %s", fault)


def _file() -> Path | None:
    database = current_database()
    embedded = database.capabilities.dialect == "sqlite"
    return Path(database.filename).absolute() if embedded else None


def _connected(file: Path) -> sqlite3.Connection:
    address = f"{file.as_uri()}?mode=ro"
    return sqlite3.connect(address, uri=True, timeout=1, check_same_thread=False)


def _read_newest(file: Path, tables: Sequence[type[Model]]) -> None:
    with closing(_connected(file)) as connection:
        for model in tables:
            newest = f"SELECT * FROM {table_of(model)} ORDER BY rowid DESC LIMIT 1"
            connection.execute(newest).fetchone()


async def _checked(file: Path) -> str | None:
    """Return the first fault that SQLite finds: pages and indexes, never content."""
    with closing(_connected(file)) as connection:
        checking = asyncio.create_task(asyncio.to_thread(_quick_check, connection))
        try:
            return await asyncio.shield(checking)
        except asyncio.CancelledError:
            # Stop the check, because the stopping server would wait for the thread.
            connection.interrupt()
            await asyncio.wait([checking])
            checking.exception()
            raise


def _quick_check(connection: sqlite3.Connection) -> str | None:
    result: str = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    return None if result == "ok" else result
