"""Copy the generated dataset to an SQLite file, in the server's format."""

import json
import sqlite3
from datetime import date, datetime
from typing import Any
from uuid import UUID

import asyncpg

from bench.dataset import STATIONS_TABLE
from bench.server_process import ServerProcess
from bench.stage import Stage

TABLES = ("report", "action", "city_log")
PAGE = 10_000


async def copy_to_sqlite(on: Stage) -> Stage:
    """Copy the reports, actions and stations; return a stage with the file."""
    folder = on.folder / "embedded"
    folder.mkdir()
    file = folder / "bench.sqlite3"
    embedded = Stage(f"sqlite://{file}", on.folder, on.cities, on.dataset)
    ServerProcess(embedded.database, folder).command("migrate")
    source: Any = await asyncpg.connect(on.database)
    target = sqlite3.connect(file)
    target.execute("PRAGMA synchronous = OFF")
    target.execute(STATIONS_TABLE.replace('COLLATE "C"', ""))
    for table in (*TABLES, "bench_station"):
        async with source.transaction():
            await _copy(source, target, table)
    target.commit()
    target.execute("ANALYZE")
    target.close()
    await source.close()
    return embedded


async def _copy(source: Any, target: sqlite3.Connection, table: str) -> None:
    cursor = await source.cursor(f'SELECT * FROM "{table}"')
    while found := await cursor.fetch(PAGE):
        names = list(found[0].keys())
        marks = ", ".join("?" * len(names))
        target.executemany(
            f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})",
            [[_plain(value) for value in row.values()] for row in found],
        )


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    return json.dumps(value) if isinstance(value, dict | list) else value
