"""HTTP responses outside GraphQL; their errors have the form of GraphQL errors."""

import orjson
from starlette.responses import Response

from core.problems import Unavailable


class JSONResponse(Response):
    """A JSON response."""

    media_type = "application/json"

    def render(self, content: object) -> bytes:
        """Encode the content."""
        return orjson.dumps(content)


def error_body(code: str, message: str, **more: object) -> bytes:
    """Return the body of a GraphQL error."""
    error = {"message": message, "extensions": {"code": code, **more}}
    return orjson.dumps({"errors": [error]})


def json_error(status: int, code: str, message: str, **more: object) -> Response:
    """Return a response with a GraphQL error."""
    return Response(
        error_body(code, message, **more), status_code=status, media_type="application/json"
    )


def unavailable_body(problem: Unavailable) -> bytes:
    """Return the body of the error with the time after which to retry."""
    return error_body(problem.rule, problem.message, retryAfter=problem.retry_after)


def unavailable(problem: Unavailable) -> Response:
    """Return a 503 response with the header `Retry-After` (RFC 9110, 10.2.3)."""
    return Response(
        unavailable_body(problem),
        status_code=503,
        media_type="application/json",
        headers={"Retry-After": str(problem.retry_after)},
    )
