"""Expressions of generated Python source, as a tree.

A plan builds the tree once. The tree is rendered when its function is defined, because only then it
is known whether a column of a row is an attribute, an index or a local variable.

In the source, `o` is the object whose fields are shown, and `i` the resolver's info.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

ColumnSource = Callable[[str], str]
"""Returns the source that reads a column, by the column's name."""


class Expression(Protocol):
    """An expression that can be rendered as source."""

    def render(self, column: ColumnSource) -> str:
        """Return the source."""
        ...


@dataclass(frozen=True, slots=True)
class Source:
    """Source that reads no column: a literal, a variable, an attribute."""

    text: str

    def render(self, column: ColumnSource) -> str:
        """Return the source."""
        return self.text


INFO: Final = Source("i")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the row `o`."""

    name: str

    def render(self, column: ColumnSource) -> str:
        """Return the source."""
        return column(self.name)


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a function by its name."""

    function: str
    arguments: tuple[Expression, ...]

    def render(self, column: ColumnSource) -> str:
        """Return the source."""
        arguments = ", ".join(each.render(column) for each in self.arguments)
        return f"{self.function}({arguments})"


@dataclass(frozen=True, slots=True)
class Lookup:
    """An entry of a dictionary by its key."""

    table: str
    key: Expression

    def render(self, column: ColumnSource) -> str:
        """Return the source."""
        return f"{self.table}[{self.key.render(column)}]"


@dataclass(frozen=True, slots=True)
class Record:
    """A dictionary with known keys."""

    entries: tuple[tuple[str, Expression], ...]

    def render(self, column: ColumnSource) -> str:
        """Return the source."""
        entries = (f"{key!r}: {value.render(column)}" for key, value in self.entries)
        return f"{{{', '.join(entries)}}}"


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list with one entry for each item of a value."""

    item: Source
    shown: Expression
    value: Expression

    def render(self, column: ColumnSource) -> str:
        """Return the source."""
        shown, value = self.shown.render(column), self.value.render(column)
        return f"[{shown} for {self.item.text} in {value}]"


@dataclass(frozen=True, slots=True)
class Nullable:
    """`None` for a null value, else `shown`, which reads the value from the variable `local`."""

    local: Source
    value: Expression
    shown: Expression

    def render(self, column: ColumnSource) -> str:
        """Return the source."""
        value, shown = self.value.render(column), self.shown.render(column)
        return f"(None if ({self.local.text} := {value}) is None else {shown})"


@dataclass(frozen=True, slots=True)
class Checked:
    """The value itself if it passes a test, otherwise the result of the function `otherwise`.

    In the test, `{0}` is the first use of the value, and `{1}` each further use.
    """

    local: Source
    value: Expression
    test: str
    otherwise: str
    nullable: bool

    def render(self, column: ColumnSource) -> str:
        """Return the source."""
        name = self.local.text
        assigned = f"({name} := {self.value.render(column)})"
        if self.nullable:
            test = f"{assigned} is None or {self.test.format(name, name)}"
        else:
            test = self.test.format(assigned, name)
        return f"({name} if {test} else {self.otherwise}({name}))"


def by_name(expression: Expression) -> str:
    """Return the source that reads columns as attributes of `o`."""
    return expression.render("o.{}".format)


def columns_of(expression: Expression) -> set[str]:
    """Return the names of the columns that an expression reads."""
    found: set[str] = set()

    def note(name: str) -> str:
        found.add(name)
        return name

    expression.render(note)
    return found
