"""uvicorn's HTTP/1.1 with two more limits: on request heads, and on unread answers."""

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
"""Time in which a client must read `LEAST_BYTES` of an answer."""
LEAST_BYTES: Final = 16 * 1024
MAX_UNREAD_BYTES = 64 * 1024 * 1024
"""Unread bytes of answers in this process; above it the connection with most of them is closed.

Files and streams are written in pieces, so few of their bytes wait."""
_AT_ONCE: Final = struct.pack("ii", 1, 0)
"""SO_LINGER on, for zero seconds: socket(7)."""
_IN_THE_BODY: Final = -(1 << 62)
"""Bodies have no limit here: the endpoints have their own."""


class UnreadAnswers:
    """The connections of a process whose answers wait to be read."""

    def __init__(self) -> None:
        self._waiting: set[HttpProtocol] = set()

    @property
    def size(self) -> int:
        """Bytes that wait, of all connections."""
        return sum(each.unread for each in self._waiting)

    def add(self, connection: "HttpProtocol") -> None:
        """Add a connection; close those with most unread bytes while there are too many in all."""
        self._waiting.add(connection)
        while (size := self.size) > MAX_UNREAD_BYTES:
            longest = max(self._waiting, key=lambda each: each.unread)
            logger.warning("unread answers are cut off: more than %s bytes wait", MAX_UNREAD_BYTES)
            longest.cut_off()
            if self.size >= size:
                return

    def discard(self, connection: "HttpProtocol") -> None:
        """Remove a connection whose answer has been read, or that is closed."""
        self._waiting.discard(connection)


def _in_the_system(connection: Any) -> int:
    """Return the bytes that a socket still has to send (tcp(7), SIOCOUTQ); 0 except on Linux."""
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
    """Refuses heads that are too long, and closes connections that do not read their answers."""

    def connection_made(self, transport: Any) -> None:
        """Start with no bytes of a head."""
        self._head_bytes = 0
        self._next_waits = False
        self._left_before = 0
        self._watch: asyncio.TimerHandle | None = None
        super().connection_made(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop counting what waits."""
        self._stop_watching()
        super().connection_lost(exc)

    def on_headers_complete(self) -> None:
        """Stop counting: what follows is the body."""
        self._head_bytes = _IN_THE_BODY
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Count the head of the next request."""
        self._head_bytes = 0
        super().on_message_complete()

    def data_received(self, data: bytes) -> None:
        """Parse what has arrived; refuse a head that is too long."""
        self._head_bytes += len(data)
        super().data_received(data)
        if self._head_bytes > MAX_HEAD_BYTES and not self.transport.is_closing():
            self.send_400_response("The head of the request is too long.")

    def on_response_complete(self) -> None:
        """Handle the next request, once this answer has been read."""
        if self.flow.write_paused and not self.transport.is_closing():
            self.flow.pause_reading()
            self._next_waits = True
            return
        self._watch_to_the_end()
        super().on_response_complete()

    def timeout_keep_alive_handler(self) -> None:
        """Close an idle connection, even if the end of its answer is never read."""
        super().timeout_keep_alive_handler()
        self._watch_to_the_end()

    def pause_writing(self) -> None:
        """Watch a client that reads too slowly."""
        super().pause_writing()
        self._begin_to_watch()
        UNREAD.add(self)

    def resume_writing(self) -> None:
        """Continue once the client has read enough."""
        self._stop_watching()
        super().resume_writing()
        self._watch_to_the_end()
        if self._next_waits:
            self._next_waits = False
            self.on_response_complete()

    @property
    def unread(self) -> int:
        """Bytes that wait for the client."""
        return self.transport.get_write_buffer_size()

    def cut_off(self) -> None:
        """Close the connection, and drop what waits."""
        self._stop_watching()
        self._next_waits = False
        if not self.transport.is_closing():
            # The system, too, drops what it still has to send.
            connection = self.transport.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
        self.transport.abort()

    def _begin_to_watch(self) -> None:
        if self._watch is None:
            self._left_before = self._left()
            self._watch = self.loop.call_later(UNREAD_SECONDS, self._look)

    def _watch_to_the_end(self) -> None:
        """Watch a connection that closes once all is read: little data does not pause writing."""
        if self.transport.is_closing() and self.unread:
            self._begin_to_watch()

    def _look(self) -> None:
        left = self._left()
        if self._left_before - left < LEAST_BYTES:
            logger.warning("an answer was not read in time")
            self.cut_off()
            return
        self._left_before = left
        self._watch = self.loop.call_later(UNREAD_SECONDS, self._look)

    def _left(self) -> int:
        """Return the bytes that wait, those in the system's own buffer included.

        The system takes more only once much of its buffer is sent: a slow reader would seem idle.
        """
        return self.unread + _in_the_system(self.transport.get_extra_info("socket"))

    def _stop_watching(self) -> None:
        UNREAD.discard(self)
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None
