"""HTTP/1.1 as uvicorn speaks it, with a limit that its parser has not."""

from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MAX_HEAD_BYTES: Final = 64 * 1024
_IN_THE_BODY: Final = -(1 << 62)
"""No limit here: the endpoints have their own."""


class HttpProtocol(HttpToolsProtocol):
    """Refuses a request whose head does not end: the parser itself would read on for ever."""

    def connection_made(self, transport: Any) -> None:
        """Begin with nothing read."""
        self._head_bytes = 0
        super().connection_made(transport)

    def on_headers_complete(self) -> None:
        """Count the next request's head from nothing."""
        self._head_bytes = _IN_THE_BODY
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Expect the next request's head."""
        self._head_bytes = 0
        super().on_message_complete()

    def data_received(self, data: bytes) -> None:
        """Read on, unless the head is too long."""
        self._head_bytes += len(data)
        super().data_received(data)
        if self._head_bytes > MAX_HEAD_BYTES and not self.transport.is_closing():
            self.send_400_response("The head of the request is too long.")
