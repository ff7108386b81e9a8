"""GraphQL over WebSocket: connections of the protocol graphql-transport-ws.

The messages are specified in enisdenjo/graphql-ws, PROTOCOL.md. The `websockets` library parses
frames (RFC 6455); its I/O layer is not used. An event from the broadcaster is written to the
transport as one unmasked text frame, without a task or queue. Operations with the same ID share one
frame.
"""

import asyncio
import contextvars
import logging
from typing import Any, ClassVar, Final, cast

import orjson
from uvicorn.config import Config
from uvicorn.server import ServerState
from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.server import ServerProtocol
from websockets.typing import Subprotocol

from core.plain import is_object
from core.problems import Unavailable
from schema.api import Api
from schema.compiler.request import InvalidRequest, read_request
from schema.identity.sign_in import bearer_token
from schema.transport.frames import framed
from schema.transport.http import PATH
from schema.transport.request_json import MAX_REQUEST, decoded
from schema.transport.socket_operation import SocketOperation

logger = logging.getLogger("citizencop.socket")

SUBPROTOCOL: Final = "graphql-transport-ws"
MAX_SUBSCRIPTIONS: Final = 50
"""Operations that may run on one socket at a time."""
MAX_BACKLOG: Final = 1024 * 1024
"""Bytes that may wait for a slow reader; above it, the socket is closed."""
LOW_BACKLOG: Final = 64 * 1024
MAX_FRAGMENTS: Final = 1_000
INIT_SECONDS: Final = 10.0
PING_SECONDS: Final = 25.0
GOODBYE_SECONDS: Final = 5.0

COME_BACK: Final = 1013, "Come back with your cursor"
"""Close code for "try again later" (IANA): the reader was too slow, but has lost no event."""
GOING_AWAY: Final = 1012, "Come back with your cursor"
"""Close code for "service restart" (IANA): the server is stopping."""
NOT_NOW: Final = 1013, "Cannot check the token now. Try again later"
"""The database does not answer in time; clients reconnect by themselves after this code."""
_BAD_REQUEST: Final = 4400
_INVALID_MESSAGE: Final = _BAD_REQUEST, "Not a graphql-transport-ws message"
_UNAUTHORIZED: Final = 4401, "Unauthorized"
_INIT_TIMEOUT: Final = 4408, "Connection initialisation timeout"
_TOO_MANY_INITS: Final = 4429, "Too many initialisation requests"
_CONNECTING: Final = "connecting"
_OPEN: Final = "open"
_SIGNING_IN: Final = "signing in"
_READY: Final = "ready"
_SILENT: Final = logging.getLogger("citizencop.frames")


class GraphQLSocket(asyncio.Protocol):
    """One connection, created by uvicorn when a request asks for an upgrade."""

    api: ClassVar[Api]
    surroundings: ClassVar[contextvars.Context]
    _transport: asyncio.Transport

    __slots__ = (
        "_backlogged",
        "_closing",
        "_connections",
        "_drained",
        "_frames",
        "_loop",
        "_operations",
        "_protocol",
        "_state",
        "_timer",
        "_token",
        "_transport",
        "_unheard",
    )

    def __init__(
        self, config: Config, server_state: ServerState, app_state: dict[str, Any]
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._connections: set[Any] = server_state.connections
        self._protocol = ServerProtocol(
            subprotocols=[Subprotocol(SUBPROTOCOL)], max_size=MAX_REQUEST, logger=_SILENT
        )
        self._operations: dict[str, SocketOperation] = {}
        self._token: str | None = None
        self._state = _CONNECTING
        self._frames: list[bytes] = []
        self._backlogged = False
        self._drained: asyncio.Future[None] | None = None
        self._closing = False
        self._unheard = False
        self._timer: asyncio.TimerHandle | None = None

    # Called by asyncio and uvicorn.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take over the connection from uvicorn's HTTP protocol."""
        self._transport = cast("asyncio.Transport", transport)
        self._transport.set_write_buffer_limits(high=MAX_BACKLOG, low=LOW_BACKLOG)
        self._connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop all operations of the socket."""
        self._connections.discard(self)
        self._closing = True
        self._stop_timer()
        self.resume_writing()
        for operation in tuple(self._operations.values()):
            operation.stop()
        self._operations.clear()

    def pause_writing(self) -> None:
        """Close the socket of a slow reader, unless an operation is still catching up."""
        self._backlogged = True
        if not any(operation.catching_up for operation in self._operations.values()):
            self.close(*COME_BACK)

    def resume_writing(self) -> None:
        """Resume operations that wait for the reader."""
        self._backlogged = False
        if self._drained is not None and not self._drained.done():
            self._drained.set_result(None)
        self._drained = None

    async def drained(self) -> None:
        """Wait until the backlog is short."""
        while self._backlogged and not self._closing:
            if self._drained is None:
                self._drained = self._loop.create_future()
            await asyncio.shield(self._drained)

    def eof_received(self) -> None:
        """Let the transport close."""

    def shutdown(self) -> None:
        """Close the socket because the server is stopping; called by uvicorn."""
        self.close(*GOING_AWAY)

    def data_received(self, data: bytes) -> None:
        """Parse received data, and handle its frames."""
        self._protocol.receive_data(data)
        for event in self._protocol.events_received():
            if isinstance(event, Request):
                self._handshake(event)
            elif isinstance(event, Frame) and not self._closing:
                self._frame(event)
        self._flush()
        if self._protocol.close_expected():
            self._transport.close()

    def _flush(self) -> None:
        data = b"".join(self._protocol.data_to_send())
        if data and not self._transport.is_closing():
            self._transport.write(data)

    def _handshake(self, request: Request) -> None:
        response = self._protocol.accept(request)
        if response.status_code == 101 and request.path.partition("?")[0] != PATH:
            response = self._protocol.reject(404, "Not found. The API is at /graphql.\n")
        self._protocol.send_response(response)
        if response.status_code != 101:
            return
        self._state = _OPEN
        if self._protocol.subprotocol != SUBPROTOCOL:
            self.close(4406, "Subprotocol not acceptable")
            return
        self._token = bearer_token(request.headers.get("Authorization"))
        self._timer = self._loop.call_later(INIT_SECONDS, self._init_timeout)

    def _frame(self, frame: Frame) -> None:
        if frame.opcode is Opcode.CLOSE:
            self._closing = True
        elif frame.opcode is Opcode.PONG:
            self._unheard = False
        elif frame.opcode is Opcode.BINARY:
            self.close(_BAD_REQUEST, "Send text messages")
        elif frame.opcode in (Opcode.TEXT, Opcode.CONT):
            self._frames.append(bytes(frame.data))
            if len(self._frames) > MAX_FRAGMENTS:
                self.close(1009, "Too many fragments in a message")
            elif frame.fin:
                message, self._frames = b"".join(self._frames), []
                self._message(message)

    # Messages of graphql-transport-ws.

    def _message(self, text: bytes) -> None:
        try:
            message = decoded(text)
        except ValueError:
            self.close(*_INVALID_MESSAGE)
            return
        try:
            self._handle(message)
        except InvalidRequest:
            self.close(*_INVALID_MESSAGE)
        except (TypeError, ValueError, RecursionError):
            self.close(_BAD_REQUEST, "Invalid message")

    def _handle(self, message: object) -> None:
        if not is_object(message):
            raise InvalidRequest("A message must be a JSON object.")
        match message.get("type"):
            case "subscribe":
                self._subscribe(message)
            case "complete":
                self._complete(message)
            case "pong":
                # Needs no answer.
                pass
            case "ping":
                self._pong(message)
            case "connection_init":
                self._init(message)
            case _:
                raise InvalidRequest("Unknown message type.")

    def _init(self, message: dict[str, Any]) -> None:
        if self._state is not _OPEN:
            self.close(*_TOO_MANY_INITS)
            return
        payload = message.get("payload")
        if payload is not None and not is_object(payload):
            self.close(_BAD_REQUEST, "The payload of connection_init must be an object")
            return
        given = payload or {}
        header = given.get("Authorization") or given.get("authorization")
        if isinstance(header, str):
            self._token = bearer_token(header)
        self._state = _SIGNING_IN
        self._start(self._acknowledge())

    async def _acknowledge(self) -> None:
        try:
            # Checks that the database answers; each operation looks up the token again.
            await self.api.context(self._token)
        except Exception as error:
            if not isinstance(error, Unavailable):
                logger.error("a sign-in failed", exc_info=error)
            self.close(*NOT_NOW)
            return
        self._state = _READY
        self._stop_timer()
        self._send(b'{"type":"connection_ack"}')
        self._timer = self._loop.call_later(PING_SECONDS, self._ping)

    def _subscribe(self, message: dict[str, Any]) -> None:
        if self._state is not _READY:
            self.close(*_UNAUTHORIZED)
            return
        operation_id = message.get("id")
        if not isinstance(operation_id, str):
            raise InvalidRequest("`id` is required, and must be a string.")
        request = read_request(message.get("payload"))
        if operation_id in self._operations:
            self.close(4409, f"Subscriber for {operation_id} already exists"[:120])
        elif len(self._operations) >= MAX_SUBSCRIPTIONS:
            self.close(4429, "Too many operations on one socket")
        else:
            operation = SocketOperation(self.api, self, operation_id)
            self._operations[operation_id] = operation
            operation.task = self._start(operation.run(request))

    def _complete(self, message: dict[str, Any]) -> None:
        operation = self._operations.pop(str(message.get("id")), None)
        if operation is not None:
            operation.stop()

    def _pong(self, message: dict[str, Any]) -> None:
        payload = {"payload": message["payload"]} if "payload" in message else {}
        self._send(orjson.dumps({"type": "pong", **payload}))

    def _init_timeout(self) -> None:
        if self._state is _OPEN:
            self.close(*_INIT_TIMEOUT)

    def _ping(self) -> None:
        """Ping the client: proxies keep the socket open, and a dead connection is detected."""
        if self._unheard:
            self.close(1011, "No answer to a ping")
        if self._closing:
            return
        self._unheard = True
        self._protocol.send_ping(b"")
        self._flush()
        self._timer = self._loop.call_later(PING_SECONDS, self._ping)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _start(self, work: Any) -> "asyncio.Task[None]":
        # Transport callbacks do not run in the application's context.
        return self._loop.create_task(work, context=self.surroundings.copy())

    def _send(self, text: bytes) -> None:
        if not self._closing:
            self._transport.write(framed(text))

    def write(self, frame: bytes) -> None:
        """Write a frame, unless the socket is closing."""
        if self._closing:
            return
        self._transport.write(frame)
        if self._backlogged and self._transport.get_write_buffer_size() > 2 * MAX_BACKLOG:
            self.close(*COME_BACK)

    def ended(self, operation_id: str) -> None:
        """Forget an operation that has ended."""
        self._operations.pop(operation_id, None)

    def close(self, code: int, reason: str) -> None:
        """Stop all operations and close the socket, after sending what was already written."""
        if self._closing:
            return
        self._closing = True
        for operation in tuple(self._operations.values()):
            operation.stop()
        self._operations.clear()
        if self._state is _CONNECTING:
            self._transport.close()
            return
        self._protocol.send_close(code, reason)
        self._flush()
        self._loop.call_later(GOODBYE_SECONDS, self._transport.abort)

    @property
    def token(self) -> str | None:
        """The bearer token of the connection, if any."""
        return self._token


_SILENT.setLevel(logging.CRITICAL)


def socket_class(api: Api) -> type[GraphQLSocket]:
    """Return the protocol class that serves an API, for uvicorn's `ws` option."""
    made: Any = type(
        "ApiSocket",
        (GraphQLSocket,),
        {"api": api, "surroundings": contextvars.copy_context(), "__slots__": ()},
    )
    return made
