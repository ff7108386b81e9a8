"""GraphQL over HTTP (the GraphQL Foundation's specification), and over server-sent events.

A plain ASGI function, without a request or response object: for the smallest answers those cost
more than the answer. Server-sent events are those of the GraphQL over SSE protocol in its distinct
connections mode (enisdenjo/graphql-sse, PROTOCOL.md).
"""

import asyncio
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs

import orjson
from graphql import GraphQLError
from starlette.responses import FileResponse
from starlette.types import Receive, Scope, Send

from core.plain import is_array, is_object
from core.problems import Unavailable
from schema.api import Api
from schema.base.context import Context
from schema.base.responses import error_body, unavailable_body
from schema.compiler.documents import RequestError
from schema.compiler.execution import MASKED, formatted
from schema.identity.sign_in import bearer_token
from schema.live.broadcaster import Subscription
from schema.transport.request_json import MAX_PARTS, TooManyParts, decoded

logger = logging.getLogger("citizencop.http")

PATH: Final = "/graphql"
GRAPHIQL: Final = Path(__file__).parents[1] / "explorer"
MAX_BODY: Final = 2 * 1024 * 1024
"""Bytes of a GraphQL request; files go to `/media`, which has limits of its own."""
MAX_BACKLOG: Final = 1024 * 1024
"""Bytes that may wait for a slow reader of a stream."""
KEEP_ALIVE_SECONDS: Final = 12.0

PERSISTED_QUERY_NOT_SUPPORTED: Final = "PERSISTED_QUERY_NOT_SUPPORTED"
"""Said to Apollo's clients that send a query's hash alone: they send the whole query instead.

With the message and the status 200 of Apollo's own server: its clients for phones look at an
answer's errors only where the status is good.
"""

JSON: Final = b"application/json; charset=utf-8"
RESPONSE_JSON: Final = b"application/graphql-response+json; charset=utf-8"
EVENT_STREAM: Final = b"text/event-stream; charset=utf-8"
_NO_STORE: Final = (b"cache-control", b"no-store")
_VARY: Final = (b"vary", b"Accept")
_OURS: Final = {
    "application/graphql-response+json": RESPONSE_JSON,
    "application/json": JSON,
    "text/event-stream": EVENT_STREAM,
    "application/*": JSON,
    "*/*": JSON,
}
_FREQUENT: Final[dict[bytes | None, bytes]] = {
    b"*/*": JSON,
    b"application/json": JSON,
    b"application/graphql-response+json": RESPONSE_JSON,
    b"text/event-stream": EVENT_STREAM,
}


class HttpProblem(Exception):
    """A request that is refused before it becomes an operation."""

    def __init__(self, status: int, code: str, message: str, *headers: tuple[bytes, bytes]) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = headers


class GraphQLHttp:
    """The endpoint `/graphql` for everything but WebSocket."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        content_type = JSON
        try:
            headers = dict(scope["headers"])
            accepted = _accepted(headers.get(b"accept"))
            if accepted is None:
                if scope["method"] == "GET" and b"text/html" in headers.get(b"accept", b""):
                    await _explorer(scope, receive, send)
                    return
                raise HttpProblem(
                    406, "NOT_ACCEPTABLE", "The API answers with JSON or an event stream."
                )
            content_type = accepted
            await self._answer(scope, receive, send, headers, accepted)
        except HttpProblem as problem:
            body = error_body(problem.code, problem.message)
            shown = JSON if content_type is EVENT_STREAM else content_type
            await _respond(send, problem.status, shown, body, *problem.headers)
        except Unavailable as problem:
            shown = JSON if content_type is EVENT_STREAM else content_type
            again = _retry_after(problem.retry_after)
            await _respond(send, 503, shown, unavailable_body(problem), again)
        except Exception as error:
            logger.error("a request failed", exc_info=error)
            await _respond(send, 500, JSON, error_body("INTERNAL", MASKED))

    async def _answer(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
        headers: Mapping[bytes, bytes],
        accepted: bytes,
    ) -> None:
        request = await _request(scope, receive, headers, accepted)
        if request is None:
            await _explorer(scope, receive, send)
            return
        api = self._api
        context = await api.context(_token(headers))
        try:
            operation = await api.executor.documents.prepared(request.query, request.operation_name)
            if scope["method"] == "GET" and operation.kind == "mutation":
                raise HttpProblem(
                    405, "BAD_REQUEST", "Send mutations with POST.", (b"allow", b"POST")
                )
            if accepted is EVENT_STREAM:
                await _Stream(api, send).run(receive, operation, request.variables, context)
                return
            if operation.kind == "subscription":
                raise HttpProblem(
                    400,
                    "BAD_REQUEST",
                    "Subscriptions are sent over a WebSocket, or with `accept: text/event-stream`.",
                )
            answer = await api.executor.cached_answer(operation, request.variables, context)
        except RequestError as refusal:
            await self._refuse(send, accepted, refusal)
            return
        if context.retry_after is None:
            await _respond(send, 200, accepted, answer)
        else:
            await _respond(send, 200, accepted, answer, _retry_after(context.retry_after))

    async def _refuse(self, send: Send, accepted: bytes, refusal: RequestError) -> None:
        """Answer a request that cannot be executed: no data, and 400 where the client knows of it.

        Clients of `application/json` are told with 200, as they were before there was a
        specification (GraphQL over HTTP, 6.4.1 and 6.4.2).
        """
        errors = [formatted(error) for error in refusal.errors]
        if accepted is EVENT_STREAM:
            await _respond(send, 400, JSON, orjson.dumps({"errors": errors}))
            return
        status = 400 if accepted is RESPONSE_JSON else 200
        await _respond(send, status, accepted, orjson.dumps({"errors": errors}))


class _GraphQLRequest:
    """The parameters of a request."""

    __slots__ = ("operation_name", "query", "variables")

    def __init__(self, given: Mapping[str, Any]) -> None:
        query, name = given.get("query"), given.get("operationName")
        variables, extensions = given.get("variables"), given.get("extensions")
        if not query and _is_hashed(extensions):
            raise HttpProblem(200, PERSISTED_QUERY_NOT_SUPPORTED, "PersistedQueryNotSupported")
        if not isinstance(query, str):
            raise HttpProblem(400, "BAD_REQUEST", "`query` is required, and a string.")
        if name is not None and not isinstance(name, str):
            raise HttpProblem(400, "BAD_REQUEST", "`operationName` is a string.")
        if variables is not None and not is_object(variables):
            raise HttpProblem(400, "BAD_REQUEST", "`variables` is an object.")
        if extensions is not None and not is_object(extensions):
            raise HttpProblem(400, "BAD_REQUEST", "`extensions` is an object.")
        self.query: str = query
        self.operation_name: str | None = name or None
        self.variables: dict[str, Any] | None = variables


def _is_hashed(extensions: object) -> bool:
    return isinstance(extensions, dict) and "persistedQuery" in extensions


def _retry_after(seconds: int) -> tuple[bytes, bytes]:
    return b"retry-after", b"%d" % seconds


def _token(headers: Mapping[bytes, bytes]) -> str | None:
    header = headers.get(b"authorization")
    return bearer_token(header.decode("latin-1")) if header is not None else None


def _accepted(accept: bytes | None) -> bytes | None:
    """Return the media type to answer with; nothing where none of ours is accepted."""
    if accept is None or accept in _FREQUENT:
        return _FREQUENT.get(accept, JSON)
    ranges = [_range(each) for each in accept.decode("latin-1").lower().split(",")]
    for _, media_range in sorted(ranges, key=lambda each: -each[0]):
        if media_range in _OURS:
            return _OURS[media_range]
    return None


def _range(text: str) -> tuple[float, str]:
    name, *parameters = (part.strip() for part in text.split(";"))
    quality = 1.0
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip() == "q":
            try:
                quality = float(value)
            except ValueError:
                quality = 0.0
    return quality, name if quality > 0 else ""


async def _request(
    scope: Scope, receive: Receive, headers: Mapping[bytes, bytes], accepted: bytes
) -> _GraphQLRequest | None:
    """Read the request's parameters; nothing where a browser asks for the explorer."""
    method = scope["method"]
    if method == "POST":
        return _GraphQLRequest(_decoded(await _body(receive), headers.get(b"content-type")))
    if method == "GET":
        return _from_query(scope["query_string"], headers, accepted)
    raise HttpProblem(405, "BAD_REQUEST", "Send GET or POST.", (b"allow", b"GET, POST"))


async def _body(receive: Receive) -> bytes:
    message = await receive()
    body: bytes = message.get("body", b"")
    while message.get("more_body"):
        if len(body) > MAX_BODY:
            break
        message = await receive()
        body += message.get("body", b"")
    if len(body) > MAX_BODY:
        raise HttpProblem(
            413,
            "TOO_LARGE",
            f"A request has at most {MAX_BODY} bytes; files go to /media.",
        )
    return body


def _decoded(body: bytes, content_type: bytes | None) -> dict[str, Any]:
    if content_type != b"application/json":
        _require_json(content_type)
    try:
        given = decoded(body)
    except TooManyParts:
        message = f"A request has at most {MAX_PARTS:,} lists, objects and fields in its JSON."
        raise HttpProblem(413, "TOO_LARGE", message) from None
    except orjson.JSONDecodeError:
        raise HttpProblem(400, "BAD_REQUEST", "The body is no JSON.") from None
    if is_array(given):
        raise HttpProblem(400, "BAD_REQUEST", "Batches are not served: send one operation.")
    if not is_object(given):
        raise HttpProblem(400, "BAD_REQUEST", "The body is no JSON object.")
    return given


def _require_json(content_type: bytes | None) -> None:
    name, *parameters = (part.strip() for part in (content_type or b"").lower().split(b";"))
    charsets = [each for each in parameters if each.startswith(b"charset=")]
    known = all(each.strip(b'"').split(b"=")[1].strip(b'"') == b"utf-8" for each in charsets)
    if name != b"application/json" or not known:
        raise HttpProblem(415, "UNSUPPORTED_TYPE", "Send `content-type: application/json`.")


def _from_query(
    query_string: bytes, headers: Mapping[bytes, bytes], accepted: bytes
) -> _GraphQLRequest | None:
    if not query_string and b"text/html" in headers.get(b"accept", b""):
        return None
    try:
        parameters = parse_qs(query_string.decode(), keep_blank_values=True, max_num_fields=20)
    except ValueError:
        raise HttpProblem(400, "BAD_REQUEST", "The query string cannot be read.") from None
    given: dict[str, Any] = {name: values[-1] for name, values in parameters.items()}
    for name in ("variables", "extensions"):
        if given.get(name):
            try:
                given[name] = orjson.loads(given[name])
            except orjson.JSONDecodeError:
                raise HttpProblem(400, "BAD_REQUEST", f"`{name}` is no JSON.") from None
        else:
            given.pop(name, None)
    return _GraphQLRequest(given)


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


async def _explorer(scope: Scope, receive: Receive, send: Send) -> None:
    response = FileResponse(GRAPHIQL / "index.html", media_type="text/html")
    await response(scope, receive, send)


class _Stream:
    """One operation answered as an event stream: a subscriber of the broadcaster."""

    def __init__(self, api: Api, send: Send) -> None:
        self._api = api
        self._send = send
        self._waiting: list[bytes] = []
        self._length = 0
        self._wake = asyncio.Event()
        self._ended = False
        self._too_slow = False
        self._writer: asyncio.Task[None] | None = None
        self._sent = asyncio.Event()

    async def run(
        self,
        receive: Receive,
        operation: Any,
        given: Mapping[str, Any] | None,
        context: Context,
    ) -> None:
        """Send events until the operation ends, the client leaves or reads too slowly."""
        variables = await operation.admitted(given)
        headers = [(b"content-type", EVENT_STREAM), _NO_STORE, (b"x-accel-buffering", b"no")]
        await self._send({"type": "http.response.start", "status": 200, "headers": headers})
        opening = asyncio.create_task(self._open(operation, variables, context))
        leaving = asyncio.create_task(_left(receive))
        leaving.add_done_callback(lambda _: self._end())
        self._writer = asyncio.create_task(self._write())
        try:
            await self._writer
        except asyncio.CancelledError:
            if not self._too_slow:
                self._writer.cancel()
                raise
        finally:
            leaving.cancel()
            opening.cancel()
            subscription = await _outcome(opening)
            if subscription is not None:
                self._api.broadcaster.leave(subscription)

    async def _open(self, operation: Any, variables: Any, context: Context) -> Subscription | None:
        try:
            if operation.kind == "subscription":
                return await self._api.broadcaster.subscribe(self, operation, variables, context)
            self.deliver(await self._api.executor.answer(operation, variables, context), {})
            self.complete()
        except RequestError as refusal:
            self.fail([formatted(error) for error in refusal.errors])
        except Exception as error:
            if not isinstance(error, Unavailable):
                logger.error("an operation failed", exc_info=error)
            self.fail([formatted(GraphQLError("", original_error=error))])
        return None

    async def _write(self) -> None:
        while not (self._ended and not self._waiting):
            try:
                async with asyncio.timeout(KEEP_ALIVE_SECONDS):
                    await self._wake.wait()
            except TimeoutError:
                self._waiting.append(b":\n\n")
            self._wake.clear()
            chunk, self._waiting, self._length = b"".join(self._waiting), [], 0
            if chunk:
                await self._send({"type": "http.response.body", "body": chunk, "more_body": True})
            self._sent.set()
        await self._send({"type": "http.response.body", "body": b""})

    def deliver(self, payload: bytes, shared: dict[bytes, bytes]) -> None:
        """Put an event into the stream."""
        event = shared.get(b"")
        if event is None:
            event = shared[b""] = b"event: next\ndata: " + payload + b"\n\n"
        self._put(event)
        if self._length > MAX_BACKLOG and self._writer is not None:
            # It may wait for a reader that never reads: nobody waits for it.
            self._too_slow = True
            self._writer.cancel()

    def complete(self) -> None:
        """End the stream with the event that says so."""
        self._put(b"event: complete\ndata:\n\n")
        self._end()

    def fail(self, errors: list[dict[str, Any]]) -> None:
        """End the stream with what is wrong."""
        self._put(b"event: next\ndata: " + orjson.dumps({"errors": errors}) + b"\n\n")
        self.complete()

    async def drained(self) -> None:
        """Wait until what was delivered is on its way."""
        while self._length > MAX_BACKLOG // 2 and not self._ended:
            self._sent.clear()
            await self._sent.wait()

    def _put(self, event: bytes) -> None:
        if not self._ended:
            self._waiting.append(event)
            self._length += len(event)
            self._wake.set()

    def _end(self) -> None:
        self._ended = True
        self._wake.set()
        self._sent.set()


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _outcome(opening: "asyncio.Task[Subscription | None]") -> Subscription | None:
    try:
        return await opening
    except asyncio.CancelledError:
        return None
