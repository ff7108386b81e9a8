"""Limits on the depth and size of a document with its fragments expanded.

Strawberry's own limiters expand a fragment each time it is spread: for twenty fragments that each
spread the next one twice, they take minutes. Here each fragment is measured once, before any
validation rule whose time grows with the square of its input.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

MAX_DEPTH = 18
MAX_ALIASES = 30
MAX_FIELDS = 1_000
MAX_REPEATS = 30
"""Fields with the same response key in one selection; validation compares them pairwise."""
TOO_LARGE = "TOO_LARGE"

Fragments = Mapping[str, FragmentDefinitionNode]


@dataclass(frozen=True, slots=True)
class Size:
    """The size of a selection: levels, fields, and fields with an alias."""

    depth: int = 0
    fields: int = 0
    aliases: int = 0

    def beside(self, other: "Size") -> "Size":
        """Return the size of both selections together."""
        return Size(
            max(self.depth, other.depth), self.fields + other.fields, self.aliases + other.aliases
        )


def fragments_of(document: DocumentNode) -> dict[str, FragmentDefinitionNode]:
    """Return the fragments of a document by their names."""
    nodes = document.definitions
    return {node.name.value: node for node in nodes if isinstance(node, FragmentDefinitionNode)}


def oversizes(document: DocumentNode) -> list[GraphQLError]:
    """Return an error for each limit that an operation of a document exceeds."""
    fragments = fragments_of(document)
    return [
        GraphQLError(message, node, extensions={"code": TOO_LARGE})
        for node in document.definitions
        if isinstance(node, OperationDefinitionNode)
        for message in _oversizes(node, fragments)
    ]


def _oversizes(node: OperationDefinitionNode, fragments: Fragments) -> Iterator[str]:
    measure = _Measure(fragments)
    size = measure.selections(node.selection_set)
    for name, value, limit in (
        ("levels", size.depth, MAX_DEPTH),
        ("fields", size.fields, MAX_FIELDS),
        ("aliases", size.aliases, MAX_ALIASES),
    ):
        if value > limit:
            yield f"An operation has at most {limit} {name}; this one has {value}."
    # Within these limits, and without a cycle, the expanded operation is small enough to traverse.
    if size.fields <= MAX_FIELDS and size.depth <= MAX_DEPTH and not measure.has_cycle:
        repeats = _most_repeats([node.selection_set], fragments)
        if repeats > MAX_REPEATS:
            yield (
                f"A field may be repeated at most {MAX_REPEATS} times in one selection; "
                f"this operation repeats one {repeats} times."
            )


def size_of(node: OperationDefinitionNode, fragments: Fragments) -> Size:
    """Return the size of an operation."""
    return _Measure(fragments).selections(node.selection_set)


class _Measure:
    def __init__(self, fragments: Fragments) -> None:
        self._fragments = fragments
        self._known: dict[str, Size] = {}
        self._expanding: set[str] = set()
        self.has_cycle = False
        """Whether a fragment spreads itself; a validation rule reports this."""

    def selections(self, selections: SelectionSetNode | None) -> Size:
        nodes = selections.selections if selections else ()
        return reduce(Size.beside, map(self._size, nodes), Size())

    def _size(self, node: Any) -> Size:
        if isinstance(node, FragmentSpreadNode):
            return self._fragment(node.name.value)
        inner = self.selections(node.selection_set)
        if not isinstance(node, FieldNode):
            return inner
        own_alias = 1 if node.alias is not None else 0
        return Size(inner.depth + 1, inner.fields + 1, inner.aliases + own_alias)

    def _fragment(self, name: str) -> Size:
        if name in self._expanding:
            self.has_cycle = True
            return Size()
        if name not in self._known:
            self._expanding.add(name)
            fragment = self._fragments.get(name)
            self._known[name] = self.selections(fragment.selection_set if fragment else None)
            self._expanding.remove(name)
        return self._known[name]


def _most_repeats(place: Iterable[SelectionSetNode], fragments: Fragments) -> int:
    """Return how often the most repeated field is selected at one place of the answer."""
    fields: defaultdict[str, list[FieldNode]] = defaultdict(list)
    for field in fields_at(place, fragments):
        fields[key_of(field)].append(field)
    most = 0
    for same in fields.values():
        below = [node.selection_set for node in same if node.selection_set is not None]
        most = max(most, len(same), _most_repeats(below, fragments) if below else 0)
    return most


def key_of(field: FieldNode) -> str:
    """Return the response key of a field: its alias, or its name."""
    return field.alias.value if field.alias else field.name.value


def fields_at(place: Iterable[SelectionSetNode], fragments: Fragments) -> Iterator[FieldNode]:
    """Yield the fields that are selected at one place of the answer, through fragments."""
    unread, spread = list(place), set[str]()
    while unread:
        for node in unread.pop().selections:
            if isinstance(node, FieldNode):
                yield node
            elif isinstance(node, InlineFragmentNode):
                unread.append(node.selection_set)
            elif isinstance(node, FragmentSpreadNode):
                name = node.name.value
                if name in fragments and name not in spread:
                    spread.add(name)
                    unread.append(fragments[name].selection_set)
