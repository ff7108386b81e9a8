"""The root field `node` (Relay, Global Object Identification Specification)."""

from collections.abc import Mapping
from typing import Annotated, Any

import strawberry

from core.problems import Problem, Unavailable
from schema.base.bounds import ID, argument
from schema.base.context import Info
from schema.base.node import Node, parse_global_id
from schema.subject import FindNode


def node_query(nodes: Mapping[str, FindNode]) -> Any:
    """Return the type with the field `node`, which finds objects of the types in `nodes`."""

    @strawberry.type
    class NodeQuery:
        @strawberry.field(
            description="An object by its global ID; null if it does not exist, or the caller may "
            "not see it.",
            graphql_type=Node | None,
        )
        async def node(
            self, info: Info, id: Annotated[strawberry.ID, argument("Its global ID.", ID)]
        ) -> object:
            try:
                type_name, own_id = parse_global_id(id, ("id",))
                find = nodes.get(type_name)
                return await find(info, own_id) if find is not None else None
            except Unavailable:
                raise
            except Problem:
                return None

    return NodeQuery
