"""Writing many vehicles at once: new ones are added, known ones changed where something differs."""

from collections.abc import Sequence
from typing import Any, Final

from core.storage.conditions import for_sqlite
from core.storage.connection import table_of
from core.vehicles.models import Vehicle

Values = tuple[object, ...]
KEY: Final = ("plate", "place")
_CONVERTED: Final = frozenset({"valid_until", "towed_at"})


async def upsert(
    connection: Any, columns: Sequence[str], rows: Sequence[Values], changed: Sequence[str]
) -> None:
    """Write the rows inside the connection's transaction; no two of them have the same key.

    `columns` are those of the rows; `changed` those of them that a known vehicle takes over.
    """
    if connection.capabilities.dialect == "sqlite":
        await _into_sqlite(connection, columns, rows, changed)
    else:
        await _into_postgresql(connection, columns, rows, changed)


async def _into_sqlite(
    connection: Any, columns: Sequence[str], rows: Sequence[Values], changed: Sequence[str]
) -> None:
    marks = f"VALUES ({', '.join('?' * len(columns))})"
    statement = _insert(columns, marks) + _on_conflict(changed, "IS NOT")
    converted = [index for index, name in enumerate(columns) if name in _CONVERTED]
    await connection.execute_many(statement, [_stored(row, converted) for row in rows])


def _stored(row: Values, converted: Sequence[int]) -> Sequence[object]:
    """Return a row as SQLite keeps it."""
    if all(row[index] is None for index in converted):
        return row
    stored = list(row)
    for index in converted:
        stored[index] = for_sqlite(stored[index])
    return stored


async def _into_postgresql(
    connection: Any, columns: Sequence[str], rows: Sequence[Values], changed: Sequence[str]
) -> None:
    names = ", ".join(columns)
    table = table_of(Vehicle)
    own = connection._connection
    # Names of the model's own table and columns; the values go through COPY.
    await own.execute(
        f"CREATE TEMPORARY TABLE incoming ON COMMIT DROP AS SELECT {names} FROM {table} "  # noqa: S608
        "WITH NO DATA"
    )
    await own.copy_records_to_table("incoming", records=rows, columns=list(columns))
    statement = _insert(columns, "TABLE incoming")
    await own.execute(statement + _on_conflict(changed, "IS DISTINCT FROM"))


def _insert(columns: Sequence[str], source: str) -> str:
    return f"INSERT INTO {table_of(Vehicle)} ({', '.join(columns)}) {source}"


def _on_conflict(changed: Sequence[str], differs: str) -> str:
    """Return what happens to a known vehicle: one that is the same already is not written."""
    table = table_of(Vehicle)
    ours = ", ".join(f"{table}.{name}" for name in changed)
    theirs = ", ".join(f"excluded.{name}" for name in changed)
    changes = ", ".join(f"{name} = excluded.{name}" for name in changed)
    return (
        f" ON CONFLICT ({', '.join(KEY)}) DO UPDATE SET {changes} "
        f"WHERE ({ours}) {differs} ({theirs})"
    )
