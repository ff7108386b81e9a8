"""Writing something new and its event at once: one statement, one way to the database and back.

A transaction of several statements holds the lock on its city's log while it waits for each of
them. Here the database does it all in one go: it uses up the key, takes the next number, writes the
rows, and commits. Where the key was used before, nothing is written, no number is taken, and no
error is raised: PostgreSQL would write an error into its log, with the values that clash.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from tortoise.context import require_context
from tortoise.models import Model

from core.conditions import for_sqlite
from core.finishing import finished

_COUNT_ON: Final = (
    "ON CONFLICT (city) DO UPDATE SET last_number = city_log.last_number + 1 RETURNING last_number"
)
TAKE_NUMBER: Final = f"INSERT INTO city_log (city, last_number) VALUES (?, 1) {_COUNT_ON}"  # noqa: S608


@dataclass(frozen=True, slots=True)
class Numbered:
    """A value that ends in the number which the log will give: `RPR-1042`, or the number alone."""

    prefix: str | None = None

    def value(self, number: int) -> int | str:
        """Return the value for a number."""
        return number if self.prefix is None else f"{self.prefix}{number}"


@dataclass(frozen=True, slots=True)
class NewRow:
    """A row to be written: `numbered` are columns that wait for the log's number."""

    row: Model
    numbered: Mapping[str, Numbered]

    @property
    def table(self) -> str:
        """The table's name."""
        return cast("Any", self.row)._meta.db_table

    def columns(self) -> list[tuple[str, Any, object]]:
        """Return name, field and value of every column that has one."""
        meta = cast("Any", self.row)._meta
        return [
            (name, meta.fields_map[name], self.numbered.get(name, getattr(self.row, name)))
            for name in meta.fields_db_projection
            if not (meta.fields_map[name].generated and getattr(self.row, name) is None)
        ]


@dataclass(frozen=True, slots=True)
class Made:
    """What a key makes: a row, and the unique column in it that is derived from the key."""

    row: Model
    column: str


@dataclass(frozen=True, slots=True)
class KeyUse:
    """The row that uses an idempotency key up.

    By what the key made it is known as used also when its own row has expired.
    """

    row: NewRow
    made: Made | None = None


async def append_at_once(city: str, key: KeyUse, new: Sequence[NewRow]) -> int | None:
    """Use up the key, take the city's next number and write the rows with it, all or nothing.

    Returns the number, or `None` where the key was used before. Goes to its end even when the
    caller goes away in the middle.
    """
    database = cast("Any", require_context().db())
    return await finished(database.append(city, key, new))


async def use_up(key: KeyUse) -> bool:
    """Use up the key inside a transaction; `False` where it was used before."""
    database = cast("Any", require_context().db())
    if database.capabilities.dialect == "postgres":
        values: list[object] = []
        statement = key_statement(key, lambda field, value: _shown(field, value, values))
    else:
        statement, values = sqlite_key_statement(key)
    return bool(await database.execute_query_dict(statement, values))


def key_statement(key: KeyUse, shown: Callable[[Any, object], str]) -> str:
    """Return the statement that uses up the key and then returns a row; `shown` shows values."""
    columns = key.row.columns()
    names = ", ".join(name for name, _, _ in columns)
    values = ", ".join(shown(field, value) for _, field, value in columns)
    unmade = "true"
    if key.made is not None:
        meta, column = cast("Any", key.made.row)._meta, key.made.column
        value = shown(meta.fields_map[column], getattr(key.made.row, column))
        unmade = f"NOT EXISTS (SELECT 1 FROM {meta.db_table} WHERE {column} = {value})"  # noqa: S608
    return (
        f"INSERT INTO {key.row.table} ({names}) SELECT {values} WHERE {unmade} "
        "ON CONFLICT (key_hash) DO NOTHING RETURNING key_hash"
    )


def sqlite_key_statement(key: KeyUse) -> tuple[str, list[object]]:
    """Return the same in SQLite's form, and its values."""
    values: list[object] = []

    def shown(field: Any, value: object) -> str:
        values.append(for_sqlite(field.to_db_value(value, None)))
        return "?"

    return key_statement(key, shown), values


def postgresql_statement(city: str, key: KeyUse, new: Sequence[NewRow]) -> tuple[str, list[object]]:
    """Return the statement that does it all, and its values."""
    values: list[object] = [city]
    using = key_statement(key, lambda field, value: _shown(field, value, values))
    counting = f"INSERT INTO city_log (city, last_number) SELECT $1::text, 1 FROM key {_COUNT_ON}"  # noqa: S608
    parts = [f"key AS ({using})", f"log AS ({counting})"]
    for index, each in enumerate(new):
        columns = each.columns()
        names = ", ".join(name for name, _, _ in columns)
        shown = ", ".join(_shown(field, value, values) for _, field, value in columns)
        parts.append(
            f"row{index} AS (INSERT INTO {each.table} ({names}) SELECT {shown} FROM log)"  # noqa: S608
        )
    return f"WITH {', '.join(parts)} SELECT last_number FROM log", values  # noqa: S608


def _shown(field: Any, value: object, values: list[object]) -> str:
    """Add the value to `values`, and return its place in a statement, with its type."""
    if isinstance(value, Numbered) and value.prefix is None:
        return "log.last_number"
    kind: str = field.get_for_dialect("postgres", "SQL_TYPE")
    if isinstance(value, Numbered):
        values.append(value.prefix)
        return f"${len(values)}::text || log.last_number"
    values.append(field.to_db_value(value, None))
    return f"${len(values)}::{kind}"
