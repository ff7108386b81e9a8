"""GraphQL requests: the validation of their parameters, for all transports."""

from dataclasses import dataclass
from typing import Any

from core.plain import is_array, is_object


class InvalidRequest(Exception):
    """The parameters of a request are invalid."""

    code = "BAD_REQUEST"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class PersistedQueryNotSupported(InvalidRequest):
    """The request has only a query's hash; Apollo's clients then send the full query."""

    code = "PERSISTED_QUERY_NOT_SUPPORTED"

    def __init__(self) -> None:
        # The message that Apollo Server sends.
        super().__init__("PersistedQueryNotSupported")


@dataclass(slots=True, eq=False)
class GraphQLRequest:
    """The parameters of a request, before its document is parsed."""

    query: str
    operation_name: str | None
    variables: dict[str, Any] | None


def read_request(given: object) -> GraphQLRequest:
    """Validate the decoded JSON of a request; raises `InvalidRequest`."""
    if not is_object(given):
        raise InvalidRequest(
            "Batches are not supported: send one operation."
            if is_array(given)
            else "The request must be a JSON object."
        )
    query, name = given.get("query"), given.get("operationName")
    variables, extensions = given.get("variables"), given.get("extensions")
    if not query and is_object(extensions) and "persistedQuery" in extensions:
        raise PersistedQueryNotSupported
    if not isinstance(query, str):
        raise InvalidRequest("`query` is required, and must be a string.")
    if name is not None and not isinstance(name, str):
        raise InvalidRequest("`operationName` must be a string.")
    if variables is not None and not is_object(variables):
        raise InvalidRequest("`variables` must be an object.")
    if extensions is not None and not is_object(extensions):
        raise InvalidRequest("`extensions` must be an object.")
    return GraphQLRequest(query, name or None, variables)
