"""Conditions on rows as parametrised SQL."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Final
from uuid import UUID

from core.paths import Level, level

ANY_OF: Final = "<any of>"
"""Placeholder for the dialect's test whether a value is in a list."""

_ANY_OF: Final = {
    "postgres": "= ANY(?)",
    "sqlite": "IN (SELECT value FROM json_each(?))",
}


@dataclass(frozen=True, slots=True)
class Condition:
    """A piece of SQL with a `?` for each of its values; the SQL never contains a value."""

    sql: str
    values: tuple[object, ...] = ()

    def __and__(self, other: "Condition") -> "Condition":
        return Condition(f"{self.sql} AND {other.sql}", self.values + other.values)

    def __or__(self, other: "Condition") -> "Condition":
        return Condition(f"({self.sql} OR {other.sql})", self.values + other.values)


def equals(column: str, value: object) -> Condition:
    """Return `column = value`."""
    return Condition(f"{column} = ?", (value,))


def at_least(column: str, value: object) -> Condition:
    """Return `column >= value`."""
    return Condition(f"{column} >= ?", (value,))


def below(column: str, value: object) -> Condition:
    """Return `column < value`."""
    return Condition(f"{column} < ?", (value,))


def above(column: str, value: object) -> Condition:
    """Return `column > value`."""
    return Condition(f"{column} > ?", (value,))


def one_of(column: str, values: Sequence[object]) -> Condition:
    """Return the condition that a column is one of the values."""
    return Condition(f"{column} {ANY_OF}", (list(values),))


def within(column: str, scope: str) -> Condition:
    """Return `core.paths.is_within` as a condition on a column.

    `0` is the character after `/`, so the condition is a range that an index can search. It needs
    byte order: on PostgreSQL, the migrations set the collation "C" for paths.
    """
    return Condition(
        f"({column} = ? OR {column} >= ? AND {column} < ?)", (scope, f"{scope}/", f"{scope}0")
    )


def in_place(table: str, place: str) -> Condition:
    """Return the condition that a row of a table is in a place.

    For a city it uses the column `city`, which has its own index.
    """
    if level(place) is Level.CITY:
        return equals(f"{table}.city", place)
    return within(f"{table}.place", place)


def at_or_below(column: str, codes: Sequence[str]) -> Condition:
    """Return the condition that a dotted code is one of `codes`, or below one of them."""
    condition = one_of(column, codes)
    for code in codes:
        # `/` is the character after `.`.
        condition |= Condition(f"{column} >= ? AND {column} < ?", (f"{code}.", f"{code}/"))
    return condition


def past(newest_first: tuple[str, object], unique: tuple[str, object]) -> Condition:
    """Return the condition that a row comes after another in a list in descending order.

    `newest_first` and `unique` are the columns of the order, with the other row's values.
    """
    (column, value), (tie_breaker, key) = newest_first, unique
    return Condition(f"({column}, {tie_breaker}) < (?, ?)", (value, key))


def for_dialect(sql: str, dialect: str) -> str:
    """Return a statement with list tests and parameters in a dialect's syntax."""
    sql = sql.replace(ANY_OF, _ANY_OF[dialect])
    if dialect == "sqlite":
        return sql
    first, *rest = sql.split("?")
    return first + "".join(f"${number}{part}" for number, part in enumerate(rest, start=1))


def for_sqlite(value: object) -> object:
    """Convert a value to what Tortoise stores in SQLite."""
    match value:
        case datetime():
            return value.isoformat(" ")
        case date():
            return value.isoformat()
        case UUID():
            return str(value)
        case Enum():
            return value.value
        case list():
            return json.dumps(value, default=str)
        case _:
            return value
