"""Server-sent events: the GraphQL over SSE protocol in its distinct connections mode.

See enisdenjo/graphql-sse, PROTOCOL.md.
"""

import asyncio
import logging
from typing import Any, Final

import orjson
from starlette.types import Receive, Send

from schema.api import CheckedSubscription
from schema.compiler.execution import errors_of
from schema.live.broadcaster import Subscription
from schema.transport.content_types import EVENT_STREAM

logger = logging.getLogger("citizencop.http")

MAX_BACKLOG: Final = 1024 * 1024
"""Bytes that may wait for a slow reader; above it, the stream is closed."""
KEEP_ALIVE_SECONDS: Final = 12.0
_COMPLETE: Final = b"event: complete\ndata:\n\n"
_START: Final = {
    "type": "http.response.start",
    "status": 200,
    "headers": [
        (b"content-type", EVENT_STREAM),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),
    ],
}


async def send_as_events(send: Send, answer: bytes) -> None:
    """Send the answer to a query or mutation as an event stream."""
    await send(_START)
    await send({"type": "http.response.body", "body": _next(answer) + _COMPLETE})


def _next(payload: bytes) -> bytes:
    return b"event: next\ndata: " + payload + b"\n\n"


class EventStream:
    """One subscription sent as an event stream: a subscriber of the broadcaster."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._waiting: list[bytes] = []
        self._length = 0
        self._wake = asyncio.Event()
        self._ended = False
        self._too_slow = False
        self._writer: asyncio.Task[None] | None = None
        self._sent = asyncio.Event()

    async def run(self, receive: Receive, checked: CheckedSubscription) -> None:
        """Send events until the subscription ends, or the client disconnects or is too slow."""
        await self._send(_START)
        opening = asyncio.create_task(self._open(checked))
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
                checked.broadcaster.leave(subscription)

    async def _open(self, checked: CheckedSubscription) -> Subscription | None:
        try:
            return await checked.open(self)
        except Exception as error:
            self.fail(errors_of(error, logger))
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
        """Add an event to the stream."""
        event = shared.get(b"")
        if event is None:
            event = shared[b""] = _next(payload)
        self._put(event)
        if self._length > MAX_BACKLOG and self._writer is not None:
            # Do not wait for the writer: it may be blocked by a client that never reads.
            self._too_slow = True
            self._writer.cancel()

    def complete(self) -> None:
        """End the stream with the `complete` event."""
        self._put(_COMPLETE)
        self._end()

    def fail(self, errors: list[dict[str, Any]]) -> None:
        """Send the errors, and end the stream."""
        self._put(_next(orjson.dumps({"errors": errors})))
        self.complete()

    async def drained(self) -> None:
        """Wait until most of what was delivered is sent."""
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
