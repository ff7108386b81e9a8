"""How deep and how large an operation may be, fragments unfolded.

Strawberry's own limiters unfold a fragment each time it is spread, so that twenty fragments which
each spread the next one twice keep them busy for minutes. Here each fragment is measured once.
"""

from dataclasses import dataclass
from functools import reduce
from typing import Any

from graphql import (
    ASTValidationRule,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    OperationDefinitionNode,
    SelectionSetNode,
)

MAX_DEPTH = 18
MAX_ALIASES = 30
MAX_FIELDS = 1_000
TOO_LARGE = "TOO_LARGE"


@dataclass(frozen=True, slots=True)
class Size:
    """The measure of a selection: levels, fields, and fields under another name."""

    depth: int = 0
    fields: int = 0
    aliases: int = 0

    def beside(self, other: "Size") -> "Size":
        """Return the measure of both side by side."""
        return Size(
            max(self.depth, other.depth), self.fields + other.fields, self.aliases + other.aliases
        )


class SizeRule(ASTValidationRule):
    """Refuses operations that are deeper or larger than any app needs."""

    def enter_operation_definition(self, node: OperationDefinitionNode, *_: Any) -> None:
        """Measure an operation."""
        size = self._measure(node.selection_set, {})
        for name, value, limit in (
            ("levels", size.depth, MAX_DEPTH),
            ("fields", size.fields, MAX_FIELDS),
            ("aliases", size.aliases, MAX_ALIASES),
        ):
            if value > limit:
                message = f"An operation has at most {limit} {name}; this one has {value}."
                self.report_error(GraphQLError(message, node, extensions={"code": TOO_LARGE}))

    def _measure(self, selections: SelectionSetNode | None, known: dict[str, Size]) -> Size:
        parts = [self._size(node, known) for node in selections.selections] if selections else []
        return reduce(Size.beside, parts, Size())

    def _size(self, node: Any, known: dict[str, Size]) -> Size:
        if isinstance(node, FragmentSpreadNode):
            return self._size_of_fragment(node.name.value, known)
        inner = self._measure(node.selection_set, known)
        if not isinstance(node, FieldNode):
            return inner
        own_alias = 1 if node.alias is not None else 0
        return Size(inner.depth + 1, inner.fields + 1, inner.aliases + own_alias)

    def _size_of_fragment(self, name: str, known: dict[str, Size]) -> Size:
        if name not in known:
            # Stands for itself while it is measured: a circle is for another rule to report.
            known[name] = Size()
            fragment: FragmentDefinitionNode | None = self.context.get_fragment(name)
            known[name] = self._measure(fragment.selection_set if fragment else None, known)
        return known[name]
