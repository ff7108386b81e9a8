"""GraphQL over HTTP, WebSocket (graphql-transport-ws) and server-sent events."""

from json import JSONDecodeError
from pathlib import Path
from typing import Any, cast

import orjson
import strawberry
from cross_web import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.subscriptions import GRAPHQL_SSE_PROTOCOL, GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import (
    BaseGraphQLTransportWSHandler,
)

from core.domain import Domain
from core.feed import Feed
from schema.answers import json_error
from schema.context import Context, MediaLinks

GRAPHIQL = Path(__file__).parent / "graphiql"
MAX_SUBSCRIPTIONS_PER_SOCKET = 50


class SocketHandler(BaseGraphQLTransportWSHandler[Context, None]):
    """Refuses messages that are no messages of graphql-transport-ws, instead of breaking off."""

    async def handle_message(self, message: Any) -> None:
        """Handle a message of the right form; close the socket for any other."""
        if not _is_message(message):
            await self.handle_invalid_message("This is no message of graphql-transport-ws.")
            return
        await super().handle_message(message)


def _is_message(message: Any) -> bool:
    if not isinstance(message, dict):
        return False
    fields = cast("dict[str, object]", message)
    if not isinstance(fields.get("id", ""), str):
        return False
    return fields.get("type") != "subscribe" or _is_operation(fields.get("payload"))


def _is_operation(payload: object) -> bool:
    if not isinstance(payload, dict):
        return False
    given = cast("dict[str, object]", payload)
    return (
        isinstance(given.get("query"), str)
        and isinstance(given.get("variables", {}), (dict, type(None)))
        and isinstance(given.get("operationName", ""), (str, type(None)))
    )


class GraphQLView(GraphQL[Context, None]):
    """Strawberry's view with our context, our errors, and GraphiQL from our own disk."""

    graphql_transport_ws_handler_class = SocketHandler

    def __init__(self, schema: strawberry.Schema, domain: Domain, feed: Feed) -> None:
        super().__init__(
            schema,
            subscription_protocols=(GRAPHQL_TRANSPORT_WS_PROTOCOL, GRAPHQL_SSE_PROTOCOL),
            max_subscriptions_per_connection=MAX_SUBSCRIPTIONS_PER_SOCKET,
            # A socket carries no cookie, only the token that its own page puts into it.
            allowed_origins=("*",),
        )
        self._domain = domain
        self._feed = feed
        self._links = MediaLinks(domain.key)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; what is wrong with its form is said as GraphQL errors are."""
        if scope["type"] != "http":
            await super().__call__(scope, receive, send)
            return
        try:
            response = await self.run(Request(scope, receive))
        except HTTPException as error:
            response = json_error(error.status_code, "BAD_REQUEST", error.reason)
        except UnicodeDecodeError:
            response = json_error(400, "BAD_REQUEST", "The body is no UTF-8 text.")
        await response(scope, receive, send)

    async def get_context(
        self, request: Request | WebSocket, response: Response | WebSocket
    ) -> Context:
        """Return the context, signed in by the `Authorization` header where there is one."""
        context = Context(self._domain, self._feed, self._links)
        await context.sign_in(bearer_token(request.headers.get("authorization")))
        return context

    async def on_ws_connect(self, context: Context) -> Any:
        """Sign in by the `Authorization` (or `authorization`) of `connection_init`."""
        given = context.connection_params or {}
        value = given.get("Authorization") or given.get("authorization")
        if isinstance(value, str):
            await context.sign_in(bearer_token(value))
        return strawberry.UNSET

    def decode_json(self, data: str | bytes) -> Any:
        """Decode a request; what is no object or list, or no text, is no request."""
        decoded = orjson.loads(data)
        if not isinstance(decoded, (dict, list)):
            raise JSONDecodeError("neither an object nor a list", "", 0)
        return cast("Any", decoded)

    def encode_json(self, data: object) -> str:
        """Encode an answer as text: the messages of graphql-transport-ws are text frames."""
        return orjson.dumps(data).decode()

    async def render_graphql_ide(self, request: Request) -> Response:
        """Return the page of the API explorer."""
        return FileResponse(GRAPHIQL / "index.html", media_type="text/html")


def bearer_token(header: str | None) -> str | None:
    """Return the token of an `Authorization` header of the scheme Bearer (RFC 6750)."""
    scheme, _, token = (header or "").partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None
