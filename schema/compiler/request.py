"""GraphQL requests: the parameters that a client sends, checked once for every transport."""

from dataclasses import dataclass
from typing import Any

from core.plain import is_array, is_object


class InvalidRequest(Exception):
    """What a client sent does not have the parameters of a request."""

    code = "BAD_REQUEST"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class PersistedQueryNotSupported(InvalidRequest):
    """A query's hash alone: Apollo's clients then send the whole query instead."""

    code = "PERSISTED_QUERY_NOT_SUPPORTED"

    def __init__(self) -> None:
        # The text of Apollo's own server.
        super().__init__("PersistedQueryNotSupported")


@dataclass(slots=True, eq=False)
class GraphQLRequest:
    """The parameters of a request, before its document is parsed."""

    query: str
    operation_name: str | None
    variables: dict[str, Any] | None


def read_request(given: object) -> GraphQLRequest:
    """Return the request that decoded JSON holds; raises `InvalidRequest`."""
    if not is_object(given):
        raise InvalidRequest(
            "Batches are not served: send one operation."
            if is_array(given)
            else "The body is no JSON object."
        )
    query, name = given.get("query"), given.get("operationName")
    variables, extensions = given.get("variables"), given.get("extensions")
    if not query and is_object(extensions) and "persistedQuery" in extensions:
        raise PersistedQueryNotSupported
    if not isinstance(query, str):
        raise InvalidRequest("`query` is required, and a string.")
    if name is not None and not isinstance(name, str):
        raise InvalidRequest("`operationName` is a string.")
    if variables is not None and not is_object(variables):
        raise InvalidRequest("`variables` is an object.")
    if extensions is not None and not is_object(extensions):
        raise InvalidRequest("`extensions` is an object.")
    return GraphQLRequest(query, name or None, variables)
