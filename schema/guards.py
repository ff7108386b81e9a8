"""What stands between the socket and every route: no caller's address, and no endless body."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from schema.answers import json_error

MAX_BODY = 2 * 1024 * 1024
"""Bytes of a GraphQL request; files go to `/media`, which has limits of its own."""
MEDIA_PATH = "/media"


class ForgetCaller:
    """Takes the caller's address out of the request, so that nothing inside can keep it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on without the address and the headers that tell it."""
        if scope["type"] in ("http", "websocket"):
            scope["client"] = None
            scope["headers"] = [
                (name, value) for name, value in scope["headers"] if name not in _TELLTALE
            ]
        await self._app(scope, receive, send)


_TELLTALE = frozenset(
    {
        b"forwarded",
        b"x-forwarded-for",
        b"x-real-ip",
        b"true-client-ip",
        b"cf-connecting-ip",
        b"user-agent",
        b"referer",
        b"cookie",
    }
)


class LimitBody:
    """Refuses a body that is larger than any GraphQL request has to be."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its body counted."""
        if scope["type"] != "http" or scope["path"].startswith(MEDIA_PATH):
            await self._app(scope, receive, send)
            return
        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > MAX_BODY:
                raise _TooLarge
            return message

        try:
            await self._app(scope, counted, send)
        except _TooLarge:
            response = json_error(
                413, "TOO_LARGE", f"A request has at most {MAX_BODY} bytes; files go to /media."
            )
            await response(scope, receive, send)


class _TooLarge(Exception):
    """The body went over the limit."""
