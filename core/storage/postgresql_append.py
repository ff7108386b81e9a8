"""The statement that appends an entry on PostgreSQL.

Its text depends only on the shape of the entry, not on its values. Texts are cached: there are few
shapes, and generating a text takes a tenth of the time that a whole report takes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from tortoise.models import Model

from core.storage.append import (
    Clash,
    DeletedRows,
    Entry,
    KeyUse,
    NewRow,
    Numbered,
    UpdatedRows,
    overwriting,
    stored,
)
from core.storage.connection import meta_of, table_of

_COUNT_ON: Final = (
    "ON CONFLICT (city) DO UPDATE SET last_number = city_log.last_number + 1 "
    "RETURNING city, last_number"
)


def outcome(entry: Entry, row: Sequence[int | None]) -> int | Clash:
    """Interpret the row that `append_statement` returns."""
    number, held, waiting = row
    if number is not None:
        return number
    if not held:
        return Clash.CHANGED
    if entry.claimed is not None and waiting != len(entry.claimed.ids):
        return Clash.CLAIMED
    return Clash.KEY_USED


def key_statement(key: KeyUse) -> tuple[str, list[object]]:
    """Return the statement that uses a key, and its values; it returns a row if the key is new."""
    values: list[object] = []
    return _key_text(_key_shape(key, values), _Placeholders()), values


def append_statement(entry: Entry) -> tuple[str, list[object]]:
    """Return the statement that appends an entry, and its values.

    Its row contains the event's number, whether the changed row had its version (0 or 1), and how
    many of the rows to claim were found.
    """
    several = len(entry.cities) > 1
    own = entry.cities[0]
    values: list[object] = [own, sorted(entry.cities)] if several else [own]
    # Each call adds values: in the order in which `_text` takes placeholders.
    shape = _Shape(
        changed=_changed_shape(entry, values),
        claimed=_claimed_shape(entry, values),
        key=_key_shape(entry.key, values) if entry.key is not None else None,
        several=several,
        sets=_sets_shape(entry, values),
        new=tuple(_row_shape(each, values) for each in entry.new),
        updated=tuple(_updated_shape(each, values) for each in entry.updated),
        deleted=tuple(_deleted_shape(each, values) for each in entry.deleted),
    )
    return _text(shape), values


_Columns = tuple[tuple[str, str], ...]
"""Columns, each with the source of its value: a parameter, or the log's number or city."""
_VALUE, _NUMBER, _PREFIXED, _CITY = "value", "number", "prefixed", "city"


@dataclass(frozen=True, slots=True)
class _RowShape:
    model: type[Model]
    columns: _Columns
    replaces: str | None
    in_each_log: bool


@dataclass(frozen=True, slots=True)
class _KeyShape:
    model: type[Model]
    columns: _Columns
    made: tuple[type[Model], str] | None


@dataclass(frozen=True, slots=True)
class _Shape:
    changed: type[Model] | None
    claimed: type[Model] | None
    key: _KeyShape | None
    several: bool
    """Whether the event is written to several logs, not only to the subject's own."""
    sets: tuple[str, ...]
    new: tuple[_RowShape, ...]
    updated: tuple[tuple[type[Model], str, tuple[str, ...]], ...]
    deleted: tuple[tuple[type[Model], str], ...]


def _changed_shape(entry: Entry, values: list[object]) -> type[Model] | None:
    changed = entry.changed
    if changed is None:
        return None
    values += [changed.id, changed.version]
    return changed.model


def _claimed_shape(entry: Entry, values: list[object]) -> type[Model] | None:
    claimed = entry.claimed
    if claimed is None:
        return None
    values += [list(claimed.ids), len(claimed.ids)]
    return claimed.model


def _sets_shape(entry: Entry, values: list[object]) -> tuple[str, ...]:
    changed = entry.changed
    if changed is None:
        return ()
    values += [stored(changed.model, name, value) for name, value in changed.values.items()]
    values.append(changed.id)
    return tuple(changed.values)


def _row_shape(new: NewRow, values: list[object]) -> _RowShape:
    columns: list[tuple[str, str]] = []
    for name, field_, value in new.columns():
        if new.in_each_log and name in ("city", "number"):
            columns.append((name, _CITY if name == "city" else _NUMBER))
        elif not isinstance(value, Numbered):
            values.append(field_.to_db_value(value, None))
            columns.append((name, _VALUE))
        elif value.prefix is None:
            columns.append((name, _NUMBER))
        else:
            values.append(value.prefix)
            columns.append((name, _PREFIXED))
    return _RowShape(type(new.row), tuple(columns), new.replaces, new.in_each_log)


def _key_shape(key: KeyUse, values: list[object]) -> _KeyShape:
    row = _row_shape(key.row, values)
    made = None
    if key.made is not None:
        made = type(key.made.row), key.made.column
        values.append(stored(*made, getattr(key.made.row, key.made.column)))
    return _KeyShape(row.model, row.columns, made)


def _updated_shape(
    updated: UpdatedRows, values: list[object]
) -> tuple[type[Model], str, tuple[str, ...]]:
    values += [stored(updated.model, name, value) for name, value in updated.values.items()]
    values.append(stored(updated.model, updated.column, updated.value))
    return updated.model, updated.column, tuple(updated.values)


def _deleted_shape(deleted: DeletedRows, values: list[object]) -> tuple[type[Model], str]:
    values.append(stored(deleted.model, deleted.column, deleted.value))
    return deleted.model, deleted.column


class _Placeholders:
    """Numbered placeholders of a PostgreSQL statement, each with a type cast."""

    def __init__(self, used: int = 0) -> None:
        self._used = used

    def next(self, kind: str) -> str:
        """Return the placeholder of the next value."""
        self._used += 1
        return f"${self._used}::{kind}"

    def of(self, model: type[Model], column: str) -> str:
        """Return the placeholder of the next value, with the type of a column."""
        return self.next(meta_of(model).fields_map[column].get_for_dialect("postgres", "SQL_TYPE"))


def _key_text(key: _KeyShape, placeholders: _Placeholders, gate: Sequence[str] = ()) -> str:
    names = ", ".join(name for name, _ in key.columns)
    values = ", ".join(placeholders.of(key.model, name) for name, _ in key.columns)
    conditions = list(gate)
    if key.made is not None:
        model, column = key.made
        same = f"{column} = {placeholders.of(model, column)}"
        conditions.append(f"NOT EXISTS (SELECT 1 FROM {table_of(model)} WHERE {same})")
    where = " AND ".join(conditions) or "true"
    return (
        f"INSERT INTO {table_of(key.model)} ({names}) SELECT {values} WHERE {where} "
        "ON CONFLICT (key_hash) DO NOTHING RETURNING key_hash"
    )


@lru_cache(maxsize=500)
def _text(shape: _Shape) -> str:
    """Return the statement: a chain of common table expressions.

    `held` and `waiting` lock the rows of the preconditions. `gate` has a row only if they hold and
    the key is new. `log` takes the numbers if `gate` has a row, and all writes select from `log`.
    """
    # $1 is the subject's own city, and $2 all of several.
    placeholders = _Placeholders(2 if shape.several else 1)
    parts = _gates(shape, placeholders)
    if shape.several:
        source = "SELECT path, 1 FROM gate, unnest($2::text[]) AS path"
    else:
        source = "SELECT $1::text, 1 FROM gate"
    parts.append(f"log AS (INSERT INTO city_log (city, last_number) {source} {_COUNT_ON})")
    parts.append("head AS (SELECT last_number FROM log WHERE city = $1::text)")
    parts += _writes(shape, placeholders)
    held = "(SELECT count(*) FROM held)" if shape.changed is not None else "1"
    waiting = "(SELECT count(*) FROM waiting)" if shape.claimed is not None else "0"
    return f"WITH {', '.join(parts)} SELECT (SELECT last_number FROM head), {held}, {waiting}"


def _gates(shape: _Shape, placeholders: _Placeholders) -> list[str]:
    parts: list[str] = []
    gate: list[str] = []
    if shape.changed is not None:
        row = f"id = {placeholders.next('uuid')} AND version = {placeholders.next('bigint')}"
        parts.append(f"held AS (SELECT id FROM {table_of(shape.changed)} WHERE {row} FOR UPDATE)")
        gate.append("EXISTS (SELECT 1 FROM held)")
    if shape.claimed is not None:
        ids = placeholders.next("uuid[]")
        # Lock in a fixed order, so that transactions that claim the same rows do not deadlock.
        parts.append(
            f"waiting AS (SELECT id FROM {table_of(shape.claimed)} "
            f"WHERE id = ANY({ids}) ORDER BY id FOR UPDATE)"
        )
        gate.append(f"(SELECT count(*) FROM waiting) = {placeholders.next('bigint')}")
    if shape.key is not None:
        parts.append(f"gate AS ({_key_text(shape.key, placeholders, gate)})")
    else:
        parts.append(f"gate AS (SELECT 1 WHERE {' AND '.join(gate) or 'true'})")
    return parts


def _writes(shape: _Shape, placeholders: _Placeholders) -> list[str]:
    parts: list[str] = []
    if shape.changed is not None:
        table = table_of(shape.changed)
        sets = [f"{name} = {placeholders.of(shape.changed, name)}" for name in shape.sets]
        sets.append("version = head.last_number")
        parts.append(
            f"changed AS (UPDATE {table} SET {', '.join(sets)} FROM head "
            f"WHERE {table}.id = {placeholders.next('uuid')})"
        )
    for index, new in enumerate(shape.new):
        parts.append(f"row{index} AS ({_insert_text(new, placeholders)})")
    for index, (model, column, names) in enumerate(shape.updated):
        table = table_of(model)
        sets = [f"{name} = {placeholders.of(model, name)}" for name in names]
        parts.append(
            f"updated{index} AS (UPDATE {table} SET {', '.join(sets)} FROM head "
            f"WHERE {table}.{column} = {placeholders.of(model, column)})"
        )
    for index, (model, column) in enumerate(shape.deleted):
        table = table_of(model)
        parts.append(
            f"deleted{index} AS (DELETE FROM {table} USING head "
            f"WHERE {table}.{column} = {placeholders.of(model, column)})"
        )
    if shape.claimed is not None:
        table = table_of(shape.claimed)
        parts.append(
            f"claimed AS (DELETE FROM {table} USING head "
            f"WHERE {table}.id IN (SELECT id FROM waiting))"
        )
    return parts


def _insert_text(new: _RowShape, placeholders: _Placeholders) -> str:
    source = "log" if new.in_each_log else "head"
    shown: list[str] = []
    for name, mark in new.columns:
        if mark == _CITY:
            shown.append("log.city")
        elif mark == _NUMBER:
            shown.append(f"{source}.last_number")
        elif mark == _PREFIXED:
            shown.append(f"{placeholders.next('text')} || {source}.last_number")
        else:
            shown.append(placeholders.of(new.model, name))
    names = [name for name, _ in new.columns]
    return (
        f"INSERT INTO {table_of(new.model)} ({', '.join(names)}) "
        f"SELECT {', '.join(shown)} FROM {source}{overwriting(new.replaces, names)}"
    )
