"""Many graphql-transport-ws subscribers in one process, which only count messages.

They must receive more messages than any server can send, so frames (RFC 6455) are counted without
decoding them. Times are recorded for a few subscribers only.
"""

import asyncio
import base64
import os
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import orjson

_MASK = b"\x00\x00\x00\x00"
"""Client frames must be masked (RFC 6455, 5.3); a mask of zeros does not change the bytes."""


@dataclass
class Crowd:
    """`count` sockets with one subscription each."""

    url: str
    count: int
    operation_of: Callable[[int], tuple[str, dict[str, Any]]]
    token: str | None = None
    sampled: int = 20
    received: int = 0
    closed: int = 0
    samples: dict[int, list[float]] = field(default_factory=dict[int, list[float]])
    close_codes: Counter[int] = field(default_factory=Counter)
    _members: list["_Member"] = field(default_factory=list)
    _target: int | None = None
    _reached: asyncio.Event = field(default_factory=asyncio.Event)

    async def connect(self, at_once: int = 100) -> None:
        """Open every socket and subscribe; returns when all are acknowledged."""
        loop = asyncio.get_running_loop()
        where = urlsplit(self.url)
        step = max(1, self.count // max(1, self.sampled))
        for start in range(0, self.count, at_once):
            wave = [
                _Member(self, index, index % step == 0)
                for index in range(start, min(start + at_once, self.count))
            ]
            for member in wave:
                await loop.create_connection(lambda m=member: m, where.hostname, where.port)
            await asyncio.gather(*(member.subscribed for member in wave))
            self._members += wave

    def count_next(self, frames: int) -> None:
        """Count messages that a member received."""
        self.received += frames
        if self._target is not None and self.received >= self._target:
            self._reached.set()

    async def wait_for(self, total: int, seconds: float) -> bool:
        """Wait until `total` messages were received; return `False` on timeout."""
        self._target = total
        self._reached.clear()
        if self.received >= total:
            return True
        try:
            async with asyncio.timeout(seconds):
                await self._reached.wait()
        except TimeoutError:
            return False
        return True

    async def settled(self, seconds: float = 0.5) -> None:
        """Wait until no message arrives for `seconds`."""
        seen = -1
        while seen != self.received:
            seen = self.received
            await asyncio.sleep(seconds)

    def reset(self) -> None:
        """Reset the counter and the samples."""
        self.received = 0
        self.samples.clear()

    def close(self) -> None:
        """Close all sockets."""
        for member in self._members:
            member.transport.abort()
        self._members.clear()

    async def leave(self) -> None:
        """Close all sockets, and wait a second for the server to notice."""
        self.close()
        await asyncio.sleep(1.0)


class _Member(asyncio.Protocol):
    __slots__ = ("_buffer", "_crowd", "_index", "_sampled", "_upgraded", "subscribed", "transport")

    def __init__(self, crowd: Crowd, index: int, sampled: bool) -> None:
        self._crowd = crowd
        self._index = index
        self._sampled = sampled
        self._buffer = b""
        self._upgraded = False
        self.subscribed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        where = urlsplit(self._crowd.url)
        self.transport.write(
            (
                f"GET {where.path} HTTP/1.1\r\nHost: {where.netloc}\r\nUpgrade: websocket\r\n"
                "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}\r\n"
                "Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n"
            ).encode()
        )

    def connection_lost(self, exc: Exception | None) -> None:
        self._crowd.closed += 1
        if not self.subscribed.done():
            self.subscribed.set_exception(
                ConnectionError("the socket closed before the subscription was acknowledged")
            )

    def data_received(self, data: bytes) -> None:
        data = self._buffer + data if self._buffer else data
        if not self._upgraded:
            head, found, data = data.partition(b"\r\n\r\n")
            if not found:
                self._buffer = head
                return
            if b" 101 " not in head[:16]:
                raise ConnectionError(head.decode("latin-1"))
            self._upgraded = True
            token = self._crowd.token
            payload = {"Authorization": f"Bearer {token}"} if token else {}
            self._send({"type": "connection_init", "payload": payload})
        self._walk(data)

    def _walk(self, data: bytes) -> None:
        at, end, frames = 0, len(data), 0
        while end - at >= 2:
            length = data[at + 1]
            start = at + 2
            if length == 126:
                start = at + 4
                length = int.from_bytes(data[at + 2 : start], "big")
            elif length == 127:
                start = at + 10
                length = int.from_bytes(data[at + 2 : start], "big")
            if start > end or start + length > end:
                break
            first = data[at]
            if first == 0x81 and self.subscribed.done():
                frames += 1
                if self._sampled:
                    self._crowd.samples.setdefault(self._index, []).append(time.time())
            else:
                self._other(first & 15, data[start : start + length])
            at = start + length
        self._buffer = data[at:]
        if frames:
            self._crowd.count_next(frames)

    def _other(self, opcode: int, payload: bytes) -> None:
        if opcode == 9:
            self.transport.write(bytes((0x8A, 0x80 | len(payload))) + _MASK + payload)
        elif opcode == 8:
            self._crowd.close_codes[int.from_bytes(payload[:2], "big")] += 1
        elif opcode == 1 and b"connection_ack" in payload:
            query, variables = self._crowd.operation_of(self._index)
            operation = {"query": query, "variables": variables}
            self._send({"id": "1", "type": "subscribe", "payload": operation})
            self.subscribed.set_result(None)

    def _send(self, message: dict[str, Any]) -> None:
        text = orjson.dumps(message)
        length = len(text)
        head = bytes((0x81, 0x80 | length)) if length < 126 else b"\x81\xfe" + length.to_bytes(2)
        self.transport.write(head + _MASK + text)


def percentile(values: list[float], share: float) -> float:
    """Return the value below which a share of the values are."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
