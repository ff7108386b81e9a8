"""What an operation asks for, so that a root field loads just that."""

from collections.abc import Sequence
from typing import Any, cast

from graphql import FieldNode, FragmentSpreadNode, SelectionSetNode
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
    names: set[str] = set()
    unread: list[SelectionSetNode | None] = [node.selection_set for node in _raw(info).field_nodes]
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
                unread.append(_raw(info).fragments[node.name.value].selection_set)
    return frozenset(names)


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
