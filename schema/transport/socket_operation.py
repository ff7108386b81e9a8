"""One operation over a WebSocket (graphql-transport-ws), and the messages that answer it."""

import asyncio
import logging
from typing import Any, Final, Protocol

import orjson

from schema.api import Api, TransportRules
from schema.compiler.execution import errors_of
from schema.compiler.request import GraphQLRequest
from schema.live.broadcaster import Subscription
from schema.transport.frames import framed

logger = logging.getLogger("citizencop.socket")

_RULES: Final = TransportRules(frozenset({"query", "mutation", "subscription"}), has_status=False)


class Socket(Protocol):
    """What an operation needs of its socket."""

    @property
    def token(self) -> str | None:
        """The bearer token of the connection, if any."""
        ...

    def write(self, frame: bytes) -> None:
        """Write a frame, unless the socket is closing."""
        ...

    def ended(self, operation_id: str) -> None:
        """Forget an operation that has ended."""
        ...

    async def drained(self) -> None:
        """Wait until the backlog is short."""
        ...


class SocketOperation:
    """One operation of a socket; for a subscription, a subscriber of the broadcaster."""

    __slots__ = ("_api", "_id", "_prefix", "_socket", "_subscription", "catching_up", "task")

    def __init__(self, api: Api, socket: Socket, operation_id: str) -> None:
        self._api = api
        self._socket = socket
        self._id = operation_id
        self._prefix = b'{"id":' + orjson.dumps(operation_id) + b',"type":"next","payload":'
        self._subscription: Subscription | None = None
        self.catching_up = True
        self.task: asyncio.Task[None] | None = None

    async def run(self, request: GraphQLRequest) -> None:
        """Execute the operation; afterwards the broadcaster delivers a subscription's events."""
        api = self._api
        try:
            context = await api.context(self._socket.token)
            answer = await api.execute(request, context, _RULES)
            if isinstance(answer, bytes):
                self.deliver(answer, {})
                self.complete()
            else:
                self._subscription = await answer.open(self)
                if self._subscription is None:
                    self._socket.ended(self._id)
        except Exception as error:
            self.fail(errors_of(error, logger))
        self.catching_up = False
        self.task = None

    def stop(self) -> None:
        """Leave the broadcaster, or cancel the execution."""
        if self.task is not None:
            self.task.cancel()
        if self._subscription is not None:
            self._api.broadcaster.leave(self._subscription)

    def deliver(self, payload: bytes, shared: dict[bytes, bytes]) -> None:
        """Write a `next` message."""
        frame = shared.get(self._prefix)
        if frame is None:
            frame = shared[self._prefix] = framed(self._prefix + payload + b"}")
        self._socket.write(frame)

    def complete(self) -> None:
        """Write a `complete` message."""
        message = {"id": self._id, "type": "complete"}
        self._socket.write(framed(orjson.dumps(message)))
        self._socket.ended(self._id)

    def fail(self, errors: list[dict[str, Any]]) -> None:
        """Write an `error` message, which ends the operation."""
        message = {"id": self._id, "type": "error", "payload": errors}
        self._socket.write(framed(orjson.dumps(message)))
        self._socket.ended(self._id)

    async def drained(self) -> None:
        """Wait until the socket's backlog is short."""
        await self._socket.drained()
