"""The schema, composed of the subjects."""

from collections.abc import Iterable, Sequence
from typing import Any, cast

import strawberry
from strawberry.schema.config import StrawberryConfig

from schema.compiler.checks import hold_to_limits
from schema.live.place_events import place_subscription
from schema.nodes import node_query
from schema.subject import SubjectSchema


def build_schema(subjects: Sequence[SubjectSchema]) -> strawberry.Schema:
    """Return the schema: the source of types, validation, introspection, and every plan."""
    events = [event for subject in subjects for event in subject.place_events]
    nodes = {name: find for subject in subjects for name, find in subject.nodes.items()}
    schema = strawberry.Schema(
        query=_root(
            "Query", "What can be asked.", [node_query(nodes), *(each.query for each in subjects)]
        ),
        mutation=_root("Mutation", "What can be done.", [each.mutation for each in subjects]),
        subscription=_root(
            "Subscription",
            "What can be followed live.",
            [place_subscription(events), *(each.subscription for each in subjects)],
        ),
        types=[each for subject in subjects for each in subject.types],
        config=StrawberryConfig(),
    )
    hold_to_limits(cast("Any", schema)._schema)
    return schema


def _root(name: str, description: str, parts: Iterable[type | None]) -> Any:
    """Return a root type that has the fields of all parts."""
    bases = tuple(part for part in parts if part is not None)
    return strawberry.type(type(name, bases, {}), description=description)
