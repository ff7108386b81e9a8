"""uvicorn's HTTP/1.1 protocol with two more limits: on request headers, and on unread answers."""

import asyncio
import logging
import socket
import struct
import sys
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

logger = logging.getLogger("citizencop.http")

MAX_HEAD_BYTES: Final = 64 * 1024
UNREAD_SECONDS = 30.0
"""A client must read at least `LEAST_BYTES` of an answer in this time."""
LEAST_BYTES: Final = 16 * 1024
MAX_UNREAD_BYTES = 64 * 1024 * 1024
"""Unread bytes of all answers in this process; above it, the connection with most is closed.

Files and streams are written in chunks, so few of their bytes are pending."""
_AT_ONCE: Final = struct.pack("ii", 1, 0)
"""SO_LINGER on, with a timeout of zero seconds (socket(7))."""
_IN_THE_BODY: Final = -(1 << 62)
"""Bodies have no limit here, because the endpoints limit them."""


class UnreadAnswers:
    """The connections of a process with unread answers."""

    def __init__(self) -> None:
        self._waiting: set[HttpProtocol] = set()

    @property
    def size(self) -> int:
        """Unread bytes of all connections."""
        return sum(each.unread for each in self._waiting)

    def add(self, connection: "HttpProtocol") -> None:
        """Add a connection; close those with most unread bytes while the total is too high."""
        self._waiting.add(connection)
        while (size := self.size) > MAX_UNREAD_BYTES:
            longest = max(self._waiting, key=lambda each: each.unread)
            logger.warning("closing a connection: over %s bytes are unread", MAX_UNREAD_BYTES)
            longest.cut_off()
            if self.size >= size:
                return

    def discard(self, connection: "HttpProtocol") -> None:
        """Remove a connection whose answer has been read, or which is closed."""
        self._waiting.discard(connection)


def _in_the_system(connection: Any) -> int:
    """Return the bytes in a socket's send queue (tcp(7), SIOCOUTQ); 0 except on Linux."""
    if sys.platform != "linux":
        return 0
    from fcntl import ioctl
    from termios import TIOCOUTQ

    try:
        return int.from_bytes(ioctl(connection.fileno(), TIOCOUTQ, bytes(4)), sys.byteorder)
    except OSError:
        return 0


UNREAD: Final = UnreadAnswers()


class HttpProtocol(HttpToolsProtocol):
    """Refuses too long headers, and closes connections that do not read their answers."""

    def connection_made(self, transport: Any) -> None:
        """Initialize the state of the connection."""
        self._head_bytes = 0
        self._next_waits = False
        self._left_before = 0
        self._watch: asyncio.TimerHandle | None = None
        super().connection_made(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop watching the connection."""
        self._stop_watching()
        super().connection_lost(exc)

    def on_headers_complete(self) -> None:
        """Stop counting header bytes: the body follows."""
        self._head_bytes = _IN_THE_BODY
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Start counting the header bytes of the next request."""
        self._head_bytes = 0
        super().on_message_complete()

    def data_received(self, data: bytes) -> None:
        """Parse received data; refuse too long headers."""
        self._head_bytes += len(data)
        super().data_received(data)
        if self._head_bytes > MAX_HEAD_BYTES and not self.transport.is_closing():
            self.send_400_response("The request headers are too long.")

    def on_response_complete(self) -> None:
        """Handle the next request after this answer has been read."""
        if self.flow.write_paused and not self.transport.is_closing():
            self.flow.pause_reading()
            self._next_waits = True
            return
        self._watch_to_the_end()
        super().on_response_complete()

    def timeout_keep_alive_handler(self) -> None:
        """Close an idle connection, even if the client never reads the end of its answer."""
        super().timeout_keep_alive_handler()
        self._watch_to_the_end()

    def pause_writing(self) -> None:
        """Start watching a client that reads slowly."""
        super().pause_writing()
        self._begin_to_watch()
        UNREAD.add(self)

    def resume_writing(self) -> None:
        """Continue after the client has read enough."""
        self._stop_watching()
        super().resume_writing()
        self._watch_to_the_end()
        if self._next_waits:
            self._next_waits = False
            self.on_response_complete()

    @property
    def unread(self) -> int:
        """Bytes that the client has not read yet."""
        return self.transport.get_write_buffer_size()

    def cut_off(self) -> None:
        """Close the connection, and drop unread data."""
        self._stop_watching()
        self._next_waits = False
        if not self.transport.is_closing():
            # Makes the kernel drop its send queue too.
            connection = self.transport.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
        self.transport.abort()

    def _begin_to_watch(self) -> None:
        if self._watch is None:
            self._left_before = self._left()
            self._watch = self.loop.call_later(UNREAD_SECONDS, self._look)

    def _watch_to_the_end(self) -> None:
        """Watch a closing connection with unread data, which may be too little to pause writing."""
        if self.transport.is_closing() and self.unread:
            self._begin_to_watch()

    def _look(self) -> None:
        left = self._left()
        if self._left_before - left < LEAST_BYTES:
            logger.warning("closing a connection: an answer was not read in time")
            self.cut_off()
            return
        self._left_before = left
        self._watch = self.loop.call_later(UNREAD_SECONDS, self._look)

    def _left(self) -> int:
        """Return the unread bytes, including those in the kernel's send queue.

        The kernel accepts more data only after it has sent much of its queue. Without the queue, a
        slow reader would seem to read nothing.
        """
        return self.unread + _in_the_system(self.transport.get_extra_info("socket"))

    def _stop_watching(self) -> None:
        UNREAD.discard(self)
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None
