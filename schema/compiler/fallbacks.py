"""Counting answers that graphql-core's executor built because a compiled plan failed."""

import logging
from enum import StrEnum

from graphql import GraphQLError

from core.problems import Problem
from schema.compiler.functions import NotSupported

logger = logging.getLogger("citizencop.schema")


class FieldFailed(Exception):
    """A root field raised; graphql-core builds the error of the answer."""


class Reason(StrEnum):
    """Why a plan did not answer."""

    NOT_SUPPORTED = "not_supported"
    """Introspection, or a value that does not match its type."""
    FIELD_ERROR = "field_error"
    """A field raised an error, which the answer reports."""
    UNEXPECTED = "unexpected"
    """Any other exception: a bug in the compiler, or a value that does not match its type."""


class Fallbacks:
    """The number of fallbacks of one process, by reason."""

    def __init__(self) -> None:
        self.counts = dict.fromkeys(Reason, 0)

    def record(self, error: Exception) -> None:
        """Count a fallback by the plan's exception; unexpected ones are logged at level DEBUG."""
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
