"""Insert many vehicles at once, and update those that exist and differ."""

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
    """Write the rows in the connection's transaction; their keys must be unique.

    `columns` are the columns of the rows; `changed` are those to update in existing vehicles.
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
    """Convert a row to what SQLite stores."""
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
    # The SQL contains only names of the model's table and columns; values go through COPY.
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
    """Return the ON CONFLICT clause; it does not write rows without changes."""
    table = table_of(Vehicle)
    ours = ", ".join(f"{table}.{name}" for name in changed)
    theirs = ", ".join(f"excluded.{name}" for name in changed)
    changes = ", ".join(f"{name} = excluded.{name}" for name in changed)
    return (
        f" ON CONFLICT ({', '.join(KEY)}) DO UPDATE SET {changes} "
        f"WHERE ({ours}) {differs} ({theirs})"
    )
