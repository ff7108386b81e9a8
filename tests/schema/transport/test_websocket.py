"""graphql-transport-ws as its PROTOCOL.md says: order of messages, close codes, frames."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import websockets
from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode
from websockets.protocol import CLIENT, Protocol

from schema.transport import websocket
from schema.transport.frames import framed
from tests.support.places import EDGETOWN
from tests.support.servers import Running

pytestmark = pytest.mark.database("sqlite")
TYPENAME = {"query": "{ __typename }"}
LIVE = {"query": f'subscription {{ placeEvents(path: "{EDGETOWN}") {{ __typename }} }}'}


@asynccontextmanager
async def opened(
    running: Running, token: str | None = None, *, init: bool = True
) -> AsyncIterator[Any]:
    async with websockets.connect(
        running.url.replace("http", "ws") + "/graphql",
        subprotocols=[websockets.Subprotocol("graphql-transport-ws")],
    ) as socket:
        if init:
            payload = {"Authorization": f"Bearer {token}"} if token else {}
            await socket.send(json.dumps({"type": "connection_init", "payload": payload}))
            assert json.loads(await socket.recv()) == {"type": "connection_ack"}
        yield socket


def subscribe(operation_id: str, payload: Any) -> str:
    return json.dumps({"id": operation_id, "type": "subscribe", "payload": payload})


async def closed(socket: Any) -> int:
    async with asyncio.timeout(5):
        await socket.wait_closed()
    return socket.close_code


async def test_a_query_is_answered_and_completed(running: Running) -> None:
    async with opened(running) as socket:
        await socket.send(subscribe("a/ö", TYPENAME))
        answer = json.loads(await socket.recv())
        data = {"data": {"__typename": "Query"}}
        assert answer == {"id": "a/ö", "type": "next", "payload": data}
        assert json.loads(await socket.recv()) == {"id": "a/ö", "type": "complete"}
        await socket.send(subscribe("a/ö", TYPENAME))
        assert json.loads(await socket.recv())["id"] == "a/ö"


async def test_nothing_is_served_before_the_connection_is_acknowledged(running: Running) -> None:
    async with opened(running, init=False) as socket:
        await socket.send(subscribe("1", TYPENAME))
        assert await closed(socket) == 4401


async def test_who_does_not_begin_is_sent_away(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(websocket, "INIT_SECONDS", 0.05)
    async with opened(running, init=False) as socket:
        assert await closed(socket) == 4408


async def test_an_id_that_runs_already_is_refused(running: Running) -> None:
    async with opened(running, await running.officer(EDGETOWN)) as socket:
        await socket.send(subscribe("1", LIVE))
        assert json.loads(await socket.recv())["id"] == "1"
        await socket.send(subscribe("1", TYPENAME))
        assert await closed(socket) == 4409


async def test_a_ping_is_answered_with_its_payload(running: Running) -> None:
    async with opened(running) as socket:
        await socket.send('{"type": "ping", "payload": {"n": 1}}')
        assert json.loads(await socket.recv()) == {"type": "pong", "payload": {"n": 1}}
        await socket.send('{"type": "pong"}')
        await socket.send('{"type": "ping"}')
        assert json.loads(await socket.recv()) == {"type": "pong"}


async def test_a_silent_peer_is_sent_away(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(websocket, "PING_SECONDS", 0.05)
    async with opened(running) as socket:
        send = socket.protocol.send_frame
        socket.protocol.send_frame = lambda each: each.opcode is Opcode.PONG or send(each)
        assert await closed(socket) == 1011


async def test_a_message_in_pieces_is_put_together(running: Running) -> None:
    async with opened(running) as socket:
        text = subscribe("1", TYPENAME)
        await socket.send([text[:5], text[5:9], text[9:]])
        assert json.loads(await socket.recv())["type"] == "next"


async def test_another_subprotocol_or_place_is_refused(running: Running) -> None:
    url = running.url.replace("http", "ws")
    with pytest.raises((websockets.InvalidHandshake, websockets.ConnectionClosed)):
        async with websockets.connect(f"{url}/graphql") as socket:
            await socket.recv()
    with pytest.raises(websockets.InvalidStatus) as refused:
        await websockets.connect(
            f"{url}/elsewhere", subprotocols=[websockets.Subprotocol("graphql-transport-ws")]
        )
    assert refused.value.response.status_code == 404


async def test_a_socket_has_so_many_operations(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(websocket, "MAX_SUBSCRIPTIONS", 2)
    async with opened(running, await running.officer(EDGETOWN)) as socket:
        for operation_id in ("1", "2"):
            await socket.send(subscribe(operation_id, LIVE))
            assert json.loads(await socket.recv())["id"] == operation_id
        await socket.send(subscribe("3", TYPENAME))
        assert await closed(socket) == 4429


@given(st.binary(max_size=70_000) | st.integers(65_530, 65_540).map(bytes))
def test_a_frame_is_what_the_library_reads(text: bytes) -> None:
    reader = Protocol(CLIENT, max_size=None)
    reader.receive_data(framed(text))
    (frame,) = reader.events_received()
    assert isinstance(frame, Frame)
    assert (frame.opcode, frame.fin, bytes(frame.data)) == (Opcode.TEXT, True, text)
