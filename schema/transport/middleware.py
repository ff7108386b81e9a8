"""Middleware that removes callers' addresses from requests."""

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
    """Removes the caller's address, and headers that identify the caller, before any route."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Call the application without the address and these headers."""
        if scope["type"] in ("http", "websocket"):
            scope["client"] = None
            scope["headers"] = [
                (name, value) for name, value in scope["headers"] if name not in _IDENTIFYING
            ]
        await self._app(scope, receive, send)
