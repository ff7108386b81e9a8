"""The schema, put together from its root types."""

import logging
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import strawberry
from graphql import GraphQLError, OperationDefinitionNode
from strawberry.exceptions import MissingQueryError
from strawberry.extensions import (
    MaskErrors,
    MaxTokensLimiter,
    ParserCache,
    ValidationCache,
)
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.exceptions import (
    CannotGetOperationTypeError,
    InvalidOperationTypeError,
)
from strawberry.types import ExecutionContext
from strawberry.types.graphql import OperationType

from schema.limits import Limits
from schema.mutation import Mutation
from schema.query import Query
from schema.sharing import SharingExecutor
from schema.subscription import Subscription
from schema.types.action import Action
from schema.types.alert import Alert
from schema.types.report import Report

logger = logging.getLogger("citizencop.schema")

MAX_TOKENS = 3_000
KEPT_DOCUMENTS = 500
"""Parsed and validated documents that are kept; apps and portals send the same few all day."""
INTERNAL = "INTERNAL"


class _Schema(strawberry.Schema):
    async def execute(self, *args: Any, **kwargs: Any) -> Any:
        """Execute a query or mutation; subscriptions are refused, they go over `stream`."""
        allowed = kwargs.pop("allowed_operation_types", None) or tuple(OperationType)
        once = {kind for kind in allowed if kind is not OperationType.SUBSCRIPTION}
        return await super().execute(*args, allowed_operation_types=once, **kwargs)

    def process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        """Log what is our fault, and neither the words nor the values of the caller."""
        for error in errors:
            if is_our_fault(error):
                logger.error("a root field failed", exc_info=error.original_error)


def is_our_fault(error: GraphQLError) -> bool:
    """Tell errors of the server from errors of the request."""
    return error.original_error is not None and not isinstance(
        error.original_error, _FAULTS_OF_THE_REQUEST
    )


_FAULTS_OF_THE_REQUEST = (
    GraphQLError,
    CannotGetOperationTypeError,
    InvalidOperationTypeError,
    MissingQueryError,
)


class KeptDocuments(ParserCache):
    """Keeps parsed documents; one that does not parse is left to the parser, which says why."""

    def on_parse(self) -> Iterator[None]:
        """Put the kept document in place of parsing it again."""
        with suppress(GraphQLError):
            next(super().on_parse())
        yield


class MaskFaults(MaskErrors):
    """Says nothing of the inside of the server to the caller."""

    def __init__(self) -> None:
        super().__init__(is_our_fault, "Something went wrong on our side. Try again.")

    def anonymise_error(self, error: GraphQLError) -> GraphQLError:
        """Return the error as the caller may see it."""
        masked = super().anonymise_error(error)
        masked.extensions = {"code": INTERNAL}
        return masked


class KeptValidations(ValidationCache):
    """Keeps what validation said of a document, and asks which of several operations is meant."""

    def on_validate(self) -> Iterator[None]:
        """Put the kept outcome in place of validating again."""
        next(super().on_validate())
        context: Any = self.execution_context
        operations = [
            node
            for node in context.graphql_document.definitions
            if isinstance(node, OperationDefinitionNode)
        ]
        # Strawberry would take the first; the specification (6.1, GetOperation) wants an error.
        if len(operations) > 1 and context._provided_operation_name is None:
            error = GraphQLError("The document has several operations: name one.", operations)
            context.pre_execution_errors = [*(context.pre_execution_errors or ()), error]
        yield


def build_schema() -> strawberry.Schema:
    """Return the schema with its limits."""
    return _Schema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        types=[Report, Alert, Action],
        config=StrawberryConfig(),
        execution_context_class=SharingExecutor,
        extensions=[
            Limits,
            lambda: MaxTokensLimiter(max_token_count=MAX_TOKENS),
            lambda: KeptDocuments(maxsize=KEPT_DOCUMENTS),
            lambda: KeptValidations(maxsize=KEPT_DOCUMENTS),
            MaskFaults,
        ],
    )
