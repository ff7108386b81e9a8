"""The schema, put together from its root types."""

import logging

import strawberry
from graphql import GraphQLError
from strawberry.extensions import (
    MaxAliasesLimiter,
    MaxTokensLimiter,
    ParserCache,
    QueryDepthLimiter,
    SchemaExtension,
    ValidationCache,
)
from strawberry.schema.config import StrawberryConfig
from strawberry.types import ExecutionContext

from schema.mutation import Mutation
from schema.query import Query
from schema.subscription import Subscription
from schema.types.action import Action
from schema.types.alert import Alert
from schema.types.report import Report

logger = logging.getLogger("citizencop.schema")

MAX_DEPTH = 16
MAX_ALIASES = 30
MAX_TOKENS = 3_000
KEPT_DOCUMENTS = 500
"""Parsed and validated documents that are kept; apps and portals send the same few all day."""
INTERNAL = "INTERNAL"


class _Schema(strawberry.Schema):
    def process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        """Log what is our fault, and neither the words nor the values of the caller."""
        for error in errors:
            if error.original_error is not None and not isinstance(
                error.original_error, GraphQLError
            ):
                logger.error("a root field failed", exc_info=error.original_error)


class MaskFaults(SchemaExtension):
    """Say nothing of the inside of the server to the caller."""

    def on_operation(self):
        """Replace the errors that are our fault once the operation is over."""
        yield
        result = self.execution_context.result
        errors = getattr(result, "errors", None)
        if errors:
            result.errors = [masked(error) for error in errors]  # pyright: ignore


def masked(error: GraphQLError) -> GraphQLError:
    """Return the error as the caller may see it."""
    if error.original_error is None or isinstance(error.original_error, GraphQLError):
        return error
    return GraphQLError(
        "Something went wrong on our side, and nothing was changed. Try again.",
        nodes=error.nodes,
        path=error.path,
        extensions={"code": INTERNAL},
    )


def build_schema() -> strawberry.Schema:
    """Return the schema with its limits."""
    return _Schema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        types=[Report, Alert, Action],
        config=StrawberryConfig(),
        extensions=[
            lambda: QueryDepthLimiter(max_depth=MAX_DEPTH),
            lambda: MaxAliasesLimiter(max_alias_count=MAX_ALIASES),
            lambda: MaxTokensLimiter(max_token_count=MAX_TOKENS),
            lambda: ParserCache(maxsize=KEPT_DOCUMENTS),
            lambda: ValidationCache(maxsize=KEPT_DOCUMENTS),
            MaskFaults,
        ],
    )
