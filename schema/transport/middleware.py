"""What stands between the server and its routes: no caller's address gets past it."""

from starlette.types import ASGIApp, Receive, Scope, Send

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
