"""Writing something new and its event at once: one statement, one way to the database and back.

A transaction of several statements holds the lock on its city's log while it waits for each of
them. Here the database does it all in one go: it uses up the key, takes the next number, writes the
rows, and commits. Where the key was used before, nothing is written, no number is taken, and no
error is raised: PostgreSQL would write an error into its log, with the values that clash.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from tortoise.models import Model

from core.storage.conditions import for_sqlite
from core.storage.connection import current_database, meta_of, table_of
from core.tasks.shielded import run_shielded

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
        return table_of(type(self.row))

    def columns(self) -> list[tuple[str, Any, object]]:
        """Return name, field and value of every column that has one."""
        row, numbered = self.row, self.numbered
        return [
            (name, field, numbered.get(name, getattr(row, name)))
            for name, field in _fields(type(row))
            if not (field.generated and getattr(row, name) is None)
        ]


@lru_cache(maxsize=100)
def _fields(model: type[Model]) -> list[tuple[str, Any]]:
    meta = meta_of(model)
    return [(name, meta.fields_map[name]) for name in meta.fields_db_projection]


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
    return await run_shielded(current_database().append(city, key, new))


async def use_up(key: KeyUse) -> bool:
    """Use up the key inside a transaction; `False` where it was used before."""
    opened = current_database()
    if opened.capabilities.dialect == "postgres":
        values: list[object] = []
        shape = _shape(key.row, values), _shape_of_made(key.made, values)
        statement = _key_text(*shape, _Places())
    else:
        statement, values = sqlite_key_statement(key)
    return bool(await opened.execute_query_dict(statement, values))


def sqlite_key_statement(key: KeyUse) -> tuple[str, list[object]]:
    """Return the statement that uses up the key and then returns a row, and its values."""
    values: list[object] = []
    shape = _shape(key.row, values), _shape_of_made(key.made, values)
    return _key_text(*shape, None), list(map(for_sqlite, values))


def postgresql_statement(city: str, key: KeyUse, new: Sequence[NewRow]) -> tuple[str, list[object]]:
    """Return the statement that does it all, and its values."""
    values: list[object] = [city]
    of_key = _shape(key.row, values), _shape_of_made(key.made, values)
    return _text(*of_key, tuple(_shape(each, values) for each in new)), values


_Shape = tuple[type[Model], tuple[tuple[str, str], ...]]
"""A row's model, and its columns with what stands for each: a value, or the log's number."""
_VALUE, _NUMBER, _PREFIXED = "value", "number", "prefixed"


def _shape(new: NewRow, values: list[object]) -> _Shape:
    """Return what the text of a row's statement depends on; its values are added to `values`."""
    shape: list[tuple[str, str]] = []
    for name, field, value in new.columns():
        if not isinstance(value, Numbered):
            values.append(field.to_db_value(value, None))
            shape.append((name, _VALUE))
        elif value.prefix is None:
            shape.append((name, _NUMBER))
        else:
            values.append(value.prefix)
            shape.append((name, _PREFIXED))
    return type(new.row), tuple(shape)


def _shape_of_made(made: Made | None, values: list[object]) -> tuple[type[Model], str] | None:
    if made is None:
        return None
    model = type(made.row)
    field = meta_of(model).fields_map[made.column]
    values.append(field.to_db_value(getattr(made.row, made.column), None))
    return model, made.column


class _Places:
    """The places of values in a statement of PostgreSQL's, each with its type."""

    def __init__(self, used: int = 0) -> None:
        self._used = used

    def next(self, kind: str) -> str:
        """Return the place of the next value."""
        self._used += 1
        return f"${self._used}::{kind}"


def _key_text(key: _Shape, made: tuple[type[Model], str] | None, places: _Places | None) -> str:
    model, columns = key
    names = ", ".join(name for name, _ in columns)
    values = ", ".join(_place(model, name, mark, places) for name, mark in columns)
    unmade = "true"
    if made is not None:
        value = _place(*made, _VALUE, places)
        unmade = f"NOT EXISTS (SELECT 1 FROM {table_of(made[0])} WHERE {made[1]} = {value})"  # noqa: S608
    return (
        f"INSERT INTO {table_of(model)} ({names}) SELECT {values} WHERE {unmade} "
        "ON CONFLICT (key_hash) DO NOTHING RETURNING key_hash"
    )


@lru_cache(maxsize=500)
def _text(key: _Shape, made: tuple[type[Model], str] | None, new: tuple[_Shape, ...]) -> str:
    # Making the text takes a tenth of the time of a whole report, and there are few shapes.
    places = _Places(1)
    using = _key_text(key, made, places)
    counting = f"INSERT INTO city_log (city, last_number) SELECT $1::text, 1 FROM key {_COUNT_ON}"  # noqa: S608
    parts = [f"key AS ({using})", f"log AS ({counting})"]
    for index, (model, columns) in enumerate(new):
        names = ", ".join(name for name, _ in columns)
        shown = ", ".join(_place(model, name, mark, places) for name, mark in columns)
        parts.append(
            f"row{index} AS (INSERT INTO {table_of(model)} ({names}) SELECT {shown} FROM log)"  # noqa: S608
        )
    return f"WITH {', '.join(parts)} SELECT last_number FROM log"  # noqa: S608


def _place(model: type[Model], name: str, mark: str, places: _Places | None) -> str:
    if places is None:
        return "?"
    if mark == _NUMBER:
        return "log.last_number"
    if mark == _PREFIXED:
        return f"{places.next('text')} || log.last_number"
    field = meta_of(model).fields_map[name]
    return places.next(field.get_for_dialect("postgres", "SQL_TYPE"))
