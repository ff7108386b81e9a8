"""Counts what graphql-core's executor answered because a compiled plan did not."""

import logging
from enum import StrEnum

from graphql import GraphQLError

from core.problems import Problem
from schema.compiler.functions import NotSupported

logger = logging.getLogger("citizencop.schema")


class FieldFailed(Exception):
    """A root field raised; graphql-core makes the error of the answer."""


class Reason(StrEnum):
    """Why a plan did not answer."""

    NOT_SUPPORTED = "not_supported"
    """Introspection, or a value that is not what its type promises."""
    FIELD_ERROR = "field_error"
    """A field raised an error that the answer names."""
    UNEXPECTED = "unexpected"
    """Anything else: a fault of the compiler, or a value that breaks its type."""


class Fallbacks:
    """The number of fallbacks of one process, by reason."""

    def __init__(self) -> None:
        self.counts = dict.fromkeys(Reason, 0)

    def record(self, error: Exception) -> None:
        """Count a fallback by what the plan raised; unexpected errors are logged at debug."""
        reason = _reason_of(error)
        self.counts[reason] += 1
        if reason is Reason.UNEXPECTED:
            logger.debug("a compiled plan failed", exc_info=error)


def _reason_of(error: Exception) -> Reason:
    if isinstance(error, NotSupported):
        return Reason.NOT_SUPPORTED
    if isinstance(error, FieldFailed | GraphQLError | Problem):
        return Reason.FIELD_ERROR
    return Reason.UNEXPECTED
