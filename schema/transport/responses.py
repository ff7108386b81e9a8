"""Answers that are no GraphQL, in GraphQL's own form, so that a client needs one way to read."""

import orjson
from starlette.responses import Response

from core.problems import Unavailable


class JSONResponse(Response):
    """A JSON answer."""

    media_type = "application/json"

    def render(self, content: object) -> bytes:
        """Encode the content."""
        return orjson.dumps(content)


def error_body(code: str, message: str, **more: object) -> bytes:
    """Return an error as GraphQL puts it."""
    error = {"message": message, "extensions": {"code": code, **more}}
    return orjson.dumps({"errors": [error]})


def json_error(status: int, code: str, message: str, **more: object) -> Response:
    """Return an answer that tells an error."""
    return Response(
        error_body(code, message, **more), status_code=status, media_type="application/json"
    )


def unavailable_body(problem: Unavailable) -> bytes:
    """Return the error that says when to ask again."""
    return error_body(problem.rule, problem.message, retryAfter=problem.retry_after)


def unavailable(problem: Unavailable) -> Response:
    """Return an answer that says when to ask again, in its header too (RFC 9110, 10.2.3)."""
    return Response(
        unavailable_body(problem),
        status_code=503,
        media_type="application/json",
        headers={"Retry-After": str(problem.retry_after)},
    )
