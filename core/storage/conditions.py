"""Conditions on rows, as parametrised SQL: within a place, below a category, past a row."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Final
from uuid import UUID

from core.paths import Level, level

ANY_OF: Final = "<any of>"
"""Stands in a condition for the test of belonging to a list, which each dialect writes its way."""

_ANY_OF: Final = {
    "postgres": "= ANY(?)",
    "sqlite": "IN (SELECT value FROM json_each(?))",
}


@dataclass(frozen=True, slots=True)
class Condition:
    """A piece of SQL with a `?` for each of its values; its text never holds a value."""

    sql: str
    values: tuple[object, ...] = ()

    def __and__(self, other: "Condition") -> "Condition":
        return Condition(f"{self.sql} AND {other.sql}", self.values + other.values)

    def __or__(self, other: "Condition") -> "Condition":
        return Condition(f"({self.sql} OR {other.sql})", self.values + other.values)


def equals(column: str, value: object) -> Condition:
    """Return the condition that a column has a value."""
    return Condition(f"{column} = ?", (value,))


def at_least(column: str, value: object) -> Condition:
    """Return the condition that a column has a value or one above it."""
    return Condition(f"{column} >= ?", (value,))


def below(column: str, value: object) -> Condition:
    """Return the condition that a column lies below a value."""
    return Condition(f"{column} < ?", (value,))


def above(column: str, value: object) -> Condition:
    """Return the condition that a column lies above a value."""
    return Condition(f"{column} > ?", (value,))


def one_of(column: str, values: Sequence[object]) -> Condition:
    """Return the condition that a column has one of the values."""
    return Condition(f"{column} {ANY_OF}", (list(values),))


def within(column: str, scope: str) -> Condition:
    """Return the prefix test of `core.paths.is_within` as a condition on a column.

    `0` follows `/` in the order of bytes, so the condition is a range that an index answers; the
    migrations give paths the collation "C" on PostgreSQL, where another order would break it.
    """
    return Condition(
        f"({column} = ? OR {column} >= ? AND {column} < ?)", (scope, f"{scope}/", f"{scope}0")
    )


def in_place(table: str, place: str) -> Condition:
    """Return the condition that a row of a table belongs to a place, or to one below it.

    All of a city's rows name the city, which its own index finds.
    """
    if level(place) is Level.CITY:
        return equals(f"{table}.city", place)
    return within(f"{table}.place", place)


def at_or_below(column: str, codes: Sequence[str]) -> Condition:
    """Return the condition that a dotted code is one of `codes` or lies below one of them."""
    condition = one_of(column, codes)
    for code in codes:
        # `/` follows `.` in the order of bytes.
        condition |= Condition(f"{column} >= ? AND {column} < ?", (f"{code}.", f"{code}/"))
    return condition


def past(newest_first: tuple[str, object], unique: tuple[str, object]) -> Condition:
    """Return the condition of lying past a row in a list ordered by two falling columns."""
    (column, value), (tie_breaker, key) = newest_first, unique
    return Condition(f"({column}, {tie_breaker}) < (?, ?)", (value, key))


def for_dialect(sql: str, dialect: str) -> str:
    """Return a statement with its lists and parameters as a dialect writes them."""
    sql = sql.replace(ANY_OF, _ANY_OF[dialect])
    if dialect == "sqlite":
        return sql
    first, *rest = sql.split("?")
    return first + "".join(f"${number}{part}" for number, part in enumerate(rest, start=1))


def for_sqlite(value: object) -> object:
    """Return a value as SQLite stores it, in the form that Tortoise writes."""
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
