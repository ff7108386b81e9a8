"""Functions that are generated from expressions, one for each selection set."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final

from graphql import GraphQLObjectType

from schema.compiler.expressions import Expression, Source, by_name, columns_of

Shape = Callable[[Any, Any], Any]
"""Takes an object and the info; returns the object's part of the answer."""
MAX_ROW_CLASSES: Final = 50
"""Cached functions of one selection, by class of rows; usually there are few classes."""


class NotSupported(Exception):
    """An operation or value that only graphql-core's executor can handle."""


def absent() -> None:
    """Raise `NotSupported`: a value of a non-null type is null."""
    raise NotSupported


class Functions:
    """The generated functions of one root field, and the names that their source uses."""

    def __init__(self) -> None:
        self._names: dict[str, Any] = {"datetime": datetime, "date": date, "absent": absent}
        self._of_lists: dict[str, str] = {}
        self._count = 0

    def __getitem__(self, name: str) -> Shape:
        """Return a function by its name."""
        return self._names[name]

    def of_lists(self, name: str) -> str | None:
        """Return the name of the list version of a function of rows, or `None`."""
        return self._of_lists.get(name)

    def returning(self, expression: Expression) -> str:
        """Define a function that returns an expression; return its name."""
        return self._define(f"return {by_name(expression)}")

    def of_objects(self, shown: Expression) -> str:
        """Define a function that shows a non-null object; return its name."""
        return self._define(f"return {by_name(shown)} if o is not None else absent()")

    def of_rows(self, shown: Expression) -> str:
        """Define a function that shows a row, and one for lists of rows; return the first's name.

        The class of a row knows the index of each column. So for each class a version of the
        function is generated that reads columns by index instead of by name.
        """
        name, each = f"shape{self._next()}", f"each{self._next()}"
        general = self._define(
            f"return {by_name(shown)} if o is not None else absent()", f"{name}_general"
        )

        @lru_cache(MAX_ROW_CLASSES)
        def of_class(row_class: type) -> Shape:
            columns: Sequence[str] | None = getattr(row_class, "columns", None)
            if columns is None:
                return self[general]
            return self[self._define(_by_index(shown, columns), f"{name}_row")]

        self._names[f"{name}_of"] = of_class
        self._define(f"return {name}_of(o.__class__)(o, i)", name)
        self._define(
            f"f = {name}_of(o[0].__class__) if o else None\n    return [f(v, i) for v in o]", each
        )
        self._of_lists[name] = each
        return name

    def name(self, value: object) -> str:
        """Make a value available to the functions; return its source."""
        if isinstance(value, bool | int | None):
            return repr(value)
        name = f"given{self._next()}"
        self._names[name] = value
        return name

    def local(self) -> Source:
        """Return an unused variable."""
        return Source(f"v{self._next()}")

    def _define(self, body: str, name: str | None = None) -> str:
        name = name or f"shape{self._next()}"
        exec(f"def {name}(o, i):\n    {body}", self._names)  # noqa: S102 - our own source
        return name

    def _next(self) -> int:
        self._count += 1
        return self._count


def by_type(possible: Sequence[tuple[GraphQLObjectType, Shape]]) -> Shape:
    """Return a function that shows an object with the function of its runtime type."""
    by_class: dict[type, Shape] = {
        each.extensions["strawberry-definition"].origin: shape for each, shape in possible
    }
    others = [(each.is_type_of, shape) for each, shape in possible if each.is_type_of is not None]

    def dispatch(value: Any, info: Any) -> Any:
        shape = by_class.get(value.__class__)
        if shape is not None:
            return shape(value, info)
        if not hasattr(value, "__strawberry_definition__"):
            for is_type_of, shape in others:
                if is_type_of(value, info):
                    return shape(value, info)
        raise NotSupported

    return dispatch


def _by_index(shown: Expression, columns: Sequence[str]) -> str:
    """Return a function's body for rows with these columns, in this order.

    If at least half of the columns are used, unpacking the row is faster than indexing it.
    """
    index = {name: number for number, name in enumerate(columns)}
    used = columns_of(shown) & index.keys()
    if 2 * len(used) < len(columns):
        return "return " + shown.render(
            lambda name: f"o[{index[name]}]" if name in index else f"o.{name}"
        )
    names = ", ".join(f"c_{name}" if name in used else "_" for name in columns)
    unpacked = shown.render(lambda name: f"c_{name}" if name in index else f"o.{name}")
    return f"{names}, = o\n    return {unpacked}"
