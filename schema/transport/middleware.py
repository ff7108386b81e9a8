"""Middleware that keeps callers' addresses away from the routes."""

from starlette.types import ASGIApp, Receive, Scope, Send

_IDENTIFYING = frozenset(
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


class ForgetCaller:
    """Removes the caller's address from requests, so that no route can store it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on without the address and the headers that reveal it."""
        if scope["type"] in ("http", "websocket"):
            scope["client"] = None
            scope["headers"] = [
                (name, value) for name, value in scope["headers"] if name not in _IDENTIFYING
            ]
        await self._app(scope, receive, send)
