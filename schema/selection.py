"""What an operation asks for, so that a root field loads just that."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, cast

from graphql import FieldNode, FragmentSpreadNode, SelectionNode
from tortoise.models import Model

from schema.context import Info

RELATIONS = {
    "media": ("media",),
    "actions": ("actions__officer", "actions__media"),
}
"""Relations to load for a selected field name; fields of other names are columns."""


def _raw(info: Info) -> Any:
    """Return graphql-core's own info: Strawberry's copies the whole selection to read it."""
    return cast("Any", info)._raw_info


def selected_names(info: Info) -> frozenset[str]:
    """Return the names of all fields selected below this root field, at whatever depth."""
    nodes: Iterable[FieldNode] = _raw(info).field_nodes
    return frozenset(
        name
        for node in nodes
        if node.selection_set is not None
        for name in _names(node.selection_set.selections, info)
    )


def _names(selections: Sequence[SelectionNode], info: Info) -> Iterator[str]:
    for selection in selections:
        if isinstance(selection, FieldNode):
            yield selection.name.value
        nested = (
            _raw(info).fragments[selection.name.value].selection_set
            if isinstance(selection, FragmentSpreadNode)
            else getattr(selection, "selection_set", None)
        )
        if nested is not None:
            yield from _names(nested.selections, info)


async def load_selected(rows: Sequence[Model], info: Info) -> None:
    """Load the relations that the operation asks for, one statement each however many the rows."""
    if not rows:
        return
    model = type(rows[0])
    wanted = [
        relation
        for name in sorted(selected_names(info) & RELATIONS.keys())
        for relation in RELATIONS[name]
        if relation.partition("__")[0] in cast("Any", model)._meta.fetch_fields
    ]
    if wanted:
        await model.fetch_for_list(list(rows), *wanted)
