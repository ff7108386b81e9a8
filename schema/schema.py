"""The schema, put together from its root types."""

from typing import Any, cast

import strawberry
from strawberry.schema.config import StrawberryConfig

from schema.checks import hold_to_limits
from schema.mutation import Mutation
from schema.query import Query
from schema.subscription import Subscription
from schema.types.action import Action
from schema.types.alert import Alert
from schema.types.report import Report


def build_schema() -> strawberry.Schema:
    """Return the schema: the source of types, validation and introspection, and of every plan."""
    schema = strawberry.Schema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        types=[Report, Alert, Action],
        config=StrawberryConfig(),
    )
    hold_to_limits(cast("Any", schema)._schema)
    return schema
