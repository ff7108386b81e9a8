"""GraphQL over HTTP (the GraphQL Foundation's specification).

This is a plain ASGI application without request and response objects: for small answers, these
objects took longer than the answer.
"""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs

import orjson
from starlette.responses import FileResponse
from starlette.types import Receive, Scope, Send

from core.problems import Unavailable
from schema.api import Api, CheckedSubscription, KindRefused, TransportRules
from schema.base.responses import error_body, unavailable_body
from schema.compiler.documents import RequestError
from schema.compiler.execution import MASKED, formatted
from schema.compiler.request import (
    GraphQLRequest,
    InvalidRequest,
    PersistedQueryNotSupported,
    read_request,
)
from schema.identity.sign_in import bearer_token
from schema.transport.content_types import (
    EVENT_STREAM,
    JSON,
    answer_type,
    is_json,
)
from schema.transport.event_stream import EventStream, send_as_events
from schema.transport.request_json import MAX_PARTS, MAX_REQUEST, TooManyParts, decoded

logger = logging.getLogger("citizencop.http")

PATH: Final = "/graphql"
GRAPHIQL: Final = Path(__file__).parents[1] / "explorer"

_RULES: Final = {
    ("POST", False): TransportRules(frozenset({"query", "mutation"}), has_status=True),
    ("POST", True): TransportRules(
        frozenset({"query", "mutation", "subscription"}), has_status=False
    ),
    ("GET", False): TransportRules(frozenset({"query"}), has_status=True),
    ("GET", True): TransportRules(frozenset({"query", "subscription"}), has_status=False),
}
"""By method, and whether the answer is an event stream."""
_NO_STORE: Final = (b"cache-control", b"no-store")
_VARY: Final = (b"vary", b"Accept")


class HttpProblem(Exception):
    """A request that is refused with an HTTP error status."""

    def __init__(self, status: int, code: str, message: str, *headers: tuple[bytes, bytes]) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = headers


class GraphQLHttp:
    """The endpoint `/graphql`, except for WebSocket."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        accepted: bytes | None = JSON
        try:
            headers = dict(scope["headers"])
            accepted = answer_type(headers.get(b"accept"))
            if scope["method"] == "GET" and _wants_explorer(scope, headers, accepted):
                await _explorer(scope, receive, send)
                return
            if accepted is None:
                raise HttpProblem(
                    406, "NOT_ACCEPTABLE", "Accept JSON (application/json) or text/event-stream."
                )
            await self._answer(scope, receive, send, headers, accepted)
        except Exception as error:
            await _refuse(send, accepted or JSON, error)

    async def _answer(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
        headers: Mapping[bytes, bytes],
        accepted: bytes,
    ) -> None:
        method = scope["method"]
        if method == "POST":
            request = _from_body(await _body(receive), headers.get(b"content-type"))
        elif method == "GET":
            request = _from_query(scope["query_string"])
        else:
            raise HttpProblem(405, "BAD_REQUEST", "Send GET or POST.", (b"allow", b"GET, POST"))
        api = self._api
        context = await api.context(_token(headers))
        answer = await api.execute(request, context, _RULES[method, accepted is EVENT_STREAM])
        if isinstance(answer, CheckedSubscription):
            await EventStream(send).run(receive, answer)
        elif accepted is EVENT_STREAM:
            await send_as_events(send, answer)
        elif context.retry_after is None:
            await _respond(send, 200, accepted, answer)
        else:
            await _respond(send, 200, accepted, answer, _retry_after(context.retry_after))


def _token(headers: Mapping[bytes, bytes]) -> str | None:
    header = headers.get(b"authorization")
    return bearer_token(header.decode("latin-1")) if header is not None else None


async def _body(receive: Receive) -> bytes:
    message = await receive()
    body: bytes = message.get("body", b"")
    while message.get("more_body"):
        if len(body) > MAX_REQUEST:
            break
        message = await receive()
        body += message.get("body", b"")
    if len(body) > MAX_REQUEST:
        raise HttpProblem(
            413,
            "TOO_LARGE",
            f"A request has at most {MAX_REQUEST} bytes. Upload files to /media.",
        )
    return body


def _from_body(body: bytes, content_type: bytes | None) -> GraphQLRequest:
    if content_type != b"application/json" and not is_json(content_type):
        raise HttpProblem(415, "UNSUPPORTED_TYPE", "Send `content-type: application/json`.")
    try:
        given = decoded(body)
    except TooManyParts:
        message = f"A request has at most {MAX_PARTS:,} lists, objects and fields in its JSON."
        raise HttpProblem(413, "TOO_LARGE", message) from None
    except orjson.JSONDecodeError:
        raise InvalidRequest("The body is not valid JSON.") from None
    return read_request(given)


def _from_query(query_string: bytes) -> GraphQLRequest:
    try:
        parameters = parse_qs(query_string.decode(), keep_blank_values=True, max_num_fields=20)
    except ValueError:
        raise InvalidRequest("The query string is malformed.") from None
    given: dict[str, Any] = {name: values[-1] for name, values in parameters.items()}
    for name in ("variables", "extensions"):
        if given.get(name):
            try:
                given[name] = orjson.loads(given[name])
            except orjson.JSONDecodeError:
                raise InvalidRequest(f"`{name}` is not valid JSON.") from None
        else:
            given.pop(name, None)
    return read_request(given)


async def _respond(
    send: Send, status: int, content_type: bytes, body: bytes, *more: tuple[bytes, bytes]
) -> None:
    headers = [
        (b"content-type", content_type),
        (b"content-length", b"%d" % len(body)),
        _NO_STORE,
        _VARY,
        *more,
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _retry_after(seconds: int) -> tuple[bytes, bytes]:
    return b"retry-after", b"%d" % seconds


async def _refuse(send: Send, accepted: bytes, error: Exception) -> None:
    """Answer a request that was not executed."""
    shown = JSON if accepted is EVENT_STREAM else accepted
    if isinstance(error, RequestError):
        await _respond(send, _status_of_errors(accepted), shown, _errors_body(error))
    elif isinstance(error, Unavailable):
        again = _retry_after(error.retry_after)
        await _respond(send, 503, shown, unavailable_body(error), again)
    elif isinstance(error, HttpProblem | InvalidRequest | KindRefused):
        problem = _http_problem(error)
        body = error_body(problem.code, problem.message)
        await _respond(send, problem.status, shown, body, *problem.headers)
    else:
        logger.error("a request failed", exc_info=error)
        await _respond(send, 500, JSON, error_body("INTERNAL", MASKED))


def _status_of_errors(accepted: bytes) -> int:
    """Return 400, or 200 for `application/json` (GraphQL over HTTP, 6.4.1 and 6.4.2)."""
    return 200 if accepted is JSON else 400


def _errors_body(error: RequestError) -> bytes:
    return orjson.dumps({"errors": [formatted(each) for each in error.errors]})


def _http_problem(error: HttpProblem | InvalidRequest | KindRefused) -> HttpProblem:
    if isinstance(error, HttpProblem):
        return error
    if isinstance(error, InvalidRequest):
        # Apollo's mobile clients read errors only from responses with status 200.
        status = 200 if isinstance(error, PersistedQueryNotSupported) else 400
        return HttpProblem(status, error.code, error.message)
    if error.kind == "mutation":
        return HttpProblem(405, "BAD_REQUEST", "Send mutations with POST.", (b"allow", b"POST"))
    return HttpProblem(
        400,
        "BAD_REQUEST",
        "Send subscriptions over a WebSocket, or with `accept: text/event-stream`.",
    )


def _wants_explorer(scope: Scope, headers: Mapping[bytes, bytes], accepted: bytes | None) -> bool:
    """Return whether a browser requests the API explorer."""
    if accepted is not None and scope["query_string"]:
        return False
    return b"text/html" in headers.get(b"accept", b"")


async def _explorer(scope: Scope, receive: Receive, send: Send) -> None:
    response = FileResponse(GRAPHIQL / "index.html", media_type="text/html")
    await response(scope, receive, send)
