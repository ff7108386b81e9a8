"""What an operation asks for, so that a root field loads just that."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from graphql import FieldNode, FragmentDefinitionNode, FragmentSpreadNode, SelectionSetNode
from tortoise.models import Model

from core.storage.rows import Wanted, everything
from schema.base.context import Context, Info

DEPENDS_ON_CLOCK: Final = "depends_on_clock"
"""Metadata of a field whose value changes with time alone: answers with it are not cached."""
CACHED_BY: Final = "cached_by"
"""Metadata of a root field: its argument that names the one place on which its answer rests."""


@dataclass(slots=True)
class RootCall:
    """What a plan gives a root field to know of its operation, in place of graphql-core's info."""

    context: Context
    wanted: Mapping[type[Model], Wanted]
    names: frozenset[str]
    """Of all fields selected below the root field."""
    arguments: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])


def _raw(info: Info) -> Any:
    """Return graphql-core's own info: Strawberry's copies the whole selection to read it."""
    untyped: Any = info  # the attribute is private
    return untyped._raw_info


def wanted(info: Info, model: type[Model]) -> Wanted:
    """Return what the operation wants of a model's rows; outside of a plan that is everything."""
    raw = _raw(info)
    if isinstance(raw, RootCall):
        return raw.wanted.get(model) or Wanted(model)
    return everything(model)


def selected_names(info: Info) -> frozenset[str]:
    """Return the names of all fields selected below this root field, at whatever depth."""
    raw = _raw(info)
    return raw.names if isinstance(raw, RootCall) else names_below(raw.field_nodes, raw.fragments)


def names_below(
    nodes: Sequence[FieldNode], fragments: Mapping[str, FragmentDefinitionNode]
) -> frozenset[str]:
    """Return the names of all fields selected below some nodes."""
    names: set[str] = set()
    unread: list[SelectionSetNode | None] = [node.selection_set for node in nodes]
    fragments_read: set[str] = set()
    while unread:
        selections = unread.pop()
        for node in selections.selections if selections is not None else ():
            if isinstance(node, FieldNode):
                names.add(node.name.value)
            if not isinstance(node, FragmentSpreadNode):
                unread.append(getattr(node, "selection_set", None))
            elif node.name.value not in fragments_read:
                fragments_read.add(node.name.value)
                unread.append(fragments[node.name.value].selection_set)
    return frozenset(names)
