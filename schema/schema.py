"""The schema, composed of the subjects."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

import strawberry
from strawberry.schema.config import StrawberryConfig
from strawberry.types.base import StrawberryObjectDefinition, get_object_definition
from strawberry.types.field import StrawberryField

from schema.actions.types import TakeActionSuccess
from schema.compiler.checks import hold_to_limits
from schema.live.place_events import place_subscription
from schema.nodes import node_query
from schema.places.types import City
from schema.subject import SubjectSchema


def build_schema(subjects: Sequence[SubjectSchema]) -> strawberry.Schema:
    """Return the schema: the source of types, validation, introspection, and every plan."""
    events = [event for subject in subjects for event in subject.place_events]
    nodes = {name: find for subject in subjects for name, find in subject.nodes.items()}
    added = {
        City: _fields_of(each.city for each in subjects),
        TakeActionSuccess: _fields_of(each.acted_on for each in subjects),
    }
    schema = _schema_with(added)(
        query=_root(
            "Query",
            "Everything that can be read.",
            [node_query(nodes), *(each.query for each in subjects)],
        ),
        mutation=_root(
            "Mutation", "Everything that can be changed.", [each.mutation for each in subjects]
        ),
        subscription=_root(
            "Subscription",
            "Everything that can be followed live.",
            [place_subscription(events), *(each.subscription for each in subjects)],
        ),
        types=[each for subject in subjects for each in subject.types],
        config=StrawberryConfig(),
    )
    hold_to_limits(cast("Any", schema)._schema)
    return schema


def _schema_with(added: Mapping[type, Sequence[StrawberryField]]) -> type[strawberry.Schema]:
    """Return a class of schemas in which some types have further fields.

    The types themselves do not change, so schemas of other subjects can be built as well.
    """

    class ComposedSchema(strawberry.Schema):
        def get_fields(self, type_definition: StrawberryObjectDefinition) -> list[StrawberryField]:
            fields = super().get_fields(type_definition)
            return [*fields, *added.get(type_definition.origin, ())]

    return ComposedSchema


def _fields_of(parts: Iterable[type | None]) -> list[StrawberryField]:
    """Return the fields of all parts."""
    return [
        field
        for part in parts
        if part is not None
        for field in get_object_definition(part, strict=True).fields
    ]


def _root(name: str, description: str, parts: Iterable[type | None]) -> Any:
    """Return a root type that has the fields of all parts."""
    bases = tuple(part for part in parts if part is not None)
    return strawberry.type(type(name, bases, {}), description=description)
