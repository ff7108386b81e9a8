"""Conditions that lists are made with: within a place, below a category, past a cursor."""

from collections.abc import Sequence
from functools import reduce
from operator import or_

from tortoise.expressions import Q


def within(column: str, scope: str) -> Q:
    """Return the prefix test of `core.places.is_within` as a condition on a column.

    `0` follows `/` in the order of bytes, so the condition is a range that an index answers; the
    migrations give paths the collation "C" on PostgreSQL, where another order would break it.
    """
    return Q(**{column: scope}) | Q(**{f"{column}__gte": f"{scope}/", f"{column}__lt": f"{scope}0"})


def any_below(column: str, codes: Sequence[str]) -> Q:
    """Return the condition that a dotted code is one of `codes` or lies below one of them."""
    below = (Q(**{column: code}) | Q(**{f"{column}__startswith": f"{code}."}) for code in codes)
    return reduce(or_, below, Q(**{f"{column}__in": []}))


def before(newest_first: tuple[str, object], unique: tuple[str, object]) -> Q:
    """Return the condition of lying past a row in a list ordered by two falling columns."""
    (column, value), (tie_breaker, key) = newest_first, unique
    return Q(**{f"{column}__lt": value}) | Q(**{column: value, f"{tie_breaker}__lt": key})
