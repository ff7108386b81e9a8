"""Answers that are no GraphQL, in GraphQL's own form, so that a client needs one way to read."""

import orjson
from starlette.responses import Response


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
