"""Writing something new and its event at once: one statement, one way to the database and back.

A transaction of several statements holds the lock on its city's log while it waits for each of
them. Here the database does it all in one go: it takes the next number, uses up the key, writes the
rows, and commits.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from tortoise.context import require_context
from tortoise.models import Model

from core.finishing import finished

TAKE_NUMBER: Final = (
    "INSERT INTO city_log (city, last_number) VALUES (?, 1) "
    "ON CONFLICT (city) DO UPDATE SET last_number = city_log.last_number + 1 "
    "RETURNING last_number"
)


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


async def append_at_once(city: str, new: Sequence[NewRow]) -> int:
    """Take the city's next number and write the rows with it, all or nothing; return the number.

    Raises Tortoise's `IntegrityError` where a row is there already. Goes to its end even when the
    caller goes away in the middle.
    """
    database = cast("Any", require_context().db())
    return await finished(database.append(city, new))


def postgresql_statement(new: Sequence[NewRow]) -> tuple[str, list[object]]:
    """Return the statement that does it all, and its values; `$1` is the city."""
    values: list[object] = []
    parts = [f"log AS ({TAKE_NUMBER.replace('?', '$1')})"]
    for index, each in enumerate(new):
        names: list[str] = []
        shown: list[str] = []
        for name, field, value in each.columns():
            names.append(name)
            shown.append(_shown(field, value, values))
        parts.append(
            f"row{index} AS (INSERT INTO {each.table} ({', '.join(names)}) "  # noqa: S608
            f"SELECT {', '.join(shown)} FROM log)"
        )
    return f"WITH {', '.join(parts)} SELECT last_number FROM log", values  # noqa: S608


def _shown(field: Any, value: object, values: list[object]) -> str:
    if isinstance(value, Numbered) and value.prefix is None:
        return "log.last_number"
    kind: str = field.get_for_dialect("postgres", "SQL_TYPE")
    if isinstance(value, Numbered):
        values.append(value.prefix)
        return f"${len(values) + 1}::text || log.last_number"
    values.append(field.to_db_value(value, None))
    return f"${len(values) + 1}::{kind}"
