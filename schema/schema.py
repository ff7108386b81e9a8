"""The schema, put together from its root types."""

import strawberry
from strawberry.schema.config import StrawberryConfig

from schema.mutation import Mutation
from schema.query import Query
from schema.subscription import Subscription
from schema.types.action import Action
from schema.types.alert import Alert
from schema.types.report import Report


def build_schema() -> strawberry.Schema:
    """Return the schema: the source of types, validation and introspection, and of every plan."""
    return strawberry.Schema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        types=[Report, Alert, Action],
        config=StrawberryConfig(),
    )
