"""The statements that append an entry on SQLite, inside one immediate transaction."""

import json
import sqlite3
from collections.abc import Mapping
from typing import Final

from tortoise.models import Model

from core.storage.append import (
    ClaimedRows,
    Clash,
    Entry,
    KeyUse,
    NewRow,
    Numbered,
    overwriting,
    stored,
)
from core.storage.conditions import for_sqlite
from core.storage.connection import table_of

_TAKE_NUMBER: Final = (
    "INSERT INTO city_log (city, last_number) VALUES (?, 1) ON CONFLICT (city) "
    "DO UPDATE SET last_number = city_log.last_number + 1 RETURNING last_number"
)


def append(connection: sqlite3.Connection, entry: Entry) -> int | Clash:
    """Write an entry in one transaction; runs in the connection's thread."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        clash = _clash(connection, entry)
        if clash is not None:
            connection.execute("ROLLBACK")
            return clash
        numbers = {
            city: connection.execute(_TAKE_NUMBER, [city]).fetchone()[0] for city in entry.cities
        }
        for text, values in _statements(entry, numbers):
            connection.execute(text, values)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return numbers[entry.cities[0]]


def _clash(connection: sqlite3.Connection, entry: Entry) -> Clash | None:
    """Return the precondition that fails, if any; use the key if the others hold."""
    changed, claimed, key = entry.changed, entry.claimed, entry.key
    if changed is not None:
        same = f"SELECT 1 FROM {table_of(changed.model)} WHERE id = ? AND version = ?"
        if connection.execute(same, [str(changed.id), changed.version]).fetchone() is None:
            return Clash.CHANGED
    if claimed is not None:
        count = f"SELECT count(*) FROM {table_of(claimed.model)} WHERE {_ONE_OF}"
        if connection.execute(count, [_ids(claimed)]).fetchone()[0] != len(claimed.ids):
            return Clash.CLAIMED
    if key is not None and connection.execute(*key_statement(key)).fetchone() is None:
        return Clash.KEY_USED
    return None


_ONE_OF: Final = "id IN (SELECT value FROM json_each(?))"


def _ids(claimed: ClaimedRows) -> str:
    return json.dumps([str(own_id) for own_id in claimed.ids])


def key_statement(key: KeyUse) -> tuple[str, list[object]]:
    """Return the statement that uses a key, and its values; it returns a row if the key is new."""
    columns = key.row.columns()
    values = [for_sqlite(field.to_db_value(value, None)) for _, field, value in columns]
    unmade = "true"
    if key.made is not None:
        model, column = type(key.made.row), key.made.column
        unmade = f"NOT EXISTS (SELECT 1 FROM {table_of(model)} WHERE {column} = ?)"
        values.append(_for_sqlite(model, column, getattr(key.made.row, column)))
    names = ", ".join(name for name, _, _ in columns)
    marks = ", ".join("?" * len(columns))
    text = (
        f"INSERT INTO {key.row.table} ({names}) SELECT {marks} WHERE {unmade} "
        "ON CONFLICT (key_hash) DO NOTHING RETURNING key_hash"
    )
    return text, values


def _statements(entry: Entry, numbers: Mapping[str, int]) -> list[tuple[str, list[object]]]:
    number = numbers[entry.cities[0]]
    statements: list[tuple[str, list[object]]] = []
    changed = entry.changed
    if changed is not None:
        sets = {**changed.values, "version": number}
        statements.append(_update(changed.model, sets, "id", changed.id))
    statements += [
        _update(each.model, each.values, each.column, each.value) for each in entry.updated
    ]
    for each in entry.deleted:
        text = f"DELETE FROM {table_of(each.model)} WHERE {each.column} = ?"
        statements.append((text, [_for_sqlite(each.model, each.column, each.value)]))
    for each in entry.new:
        statements += _inserts(each, numbers, number)
    if entry.claimed is not None:
        text = f"DELETE FROM {table_of(entry.claimed.model)} WHERE {_ONE_OF}"
        statements.append((text, [_ids(entry.claimed)]))
    return statements


def _for_sqlite(model: type[Model], column: str, value: object) -> object:
    return for_sqlite(stored(model, column, value))


def _update(
    model: type[Model], sets: Mapping[str, object], column: str, value: object
) -> tuple[str, list[object]]:
    names = ", ".join(f"{name} = ?" for name in sets)
    values = [_for_sqlite(model, name, each) for name, each in sets.items()]
    text = f"UPDATE {table_of(model)} SET {names} WHERE {column} = ?"
    return text, [*values, _for_sqlite(model, column, value)]


def _inserts(
    new: NewRow, numbers: Mapping[str, int], number: int
) -> list[tuple[str, list[object]]]:
    columns = new.columns()
    names = [name for name, _, _ in columns]
    marks = ", ".join("?" * len(columns))
    text = (
        f"INSERT INTO {new.table} ({', '.join(names)}) VALUES ({marks})"
        f"{overwriting(new.replaces, names)}"
    )

    def values(own: Mapping[str, object], number: int) -> list[object]:
        return [
            own[name]
            if name in own
            else value.value(number)
            if isinstance(value, Numbered)
            else for_sqlite(column_field.to_db_value(value, None))
            for name, column_field, value in columns
        ]

    if not new.in_each_log:
        return [(text, values({}, number))]
    return [(text, values({"city": city, "number": each}, each)) for city, each in numbers.items()]
