"""Conditions that lists are made with: within a place, below a category, past a cursor."""

from collections.abc import Sequence
from typing import Any

from tortoise.expressions import Q


def within(column: str, scope: str) -> Q:
    """Return the prefix test of `core.places.is_within` as a condition on a column.

    `0` follows `/` in the order of bytes, so the condition is a range that an index answers; the
    migrations give paths the collation "C" on PostgreSQL, where another order would break it.
    """
    return Q(**{column: scope}) | Q(**{f"{column}__gte": f"{scope}/", f"{column}__lt": f"{scope}0"})


def any_below(column: str, codes: Sequence[str]) -> Q:
    """Return the condition that a dotted code is one of `codes` or lies below one of them."""
    below = [Q(**{f"{column}__startswith": f"{code}."}) for code in codes]
    return Q(_is(f"{column}__in", list(codes)), *below, join_type=Q.OR)


def before(newest_first: tuple[str, object], unique: tuple[str, object]) -> Q:
    """Return the condition of lying past a row in a list ordered by two falling columns."""
    (column, value), (tie_breaker, key) = newest_first, unique
    tied = Q(_is(column, value), _is(f"{tie_breaker}__lt", key))
    return _is(f"{column}__lt", value) | tied


def _is(condition: str, value: Any) -> Q:
    return Q(**{condition: value})
