"""The upper limit of live fan-out: picows writes one prepared message to every socket."""

import asyncio
import json
import os
from typing import Any

import orjson
import uvloop
from picows import WSFrame, WSListener, WSMsgType, WSTransport, WSUpgradeRequest, ws_create_server

LISTENERS: dict[Any, None] = {}


class Subscriber(WSListener):
    def on_ws_connected(self, transport: WSTransport) -> None:
        self.transport = transport

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        if frame.msg_type != WSMsgType.TEXT:
            return
        message = orjson.loads(frame.get_payload_as_bytes())
        if message["type"] == "connection_init":
            transport.send(WSMsgType.TEXT, b'{"type":"connection_ack"}')
        else:
            LISTENERS[transport] = None

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        LISTENERS.pop(transport, None)


async def emit(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer `POST /emit` on a port of its own."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1])
        for line in head.split(b"\r\n")
        if line.lower().startswith(b"content-length")
    )
    body = json.loads(await reader.readexactly(length))
    for number in range(body["n"]):
        payload = orjson.dumps({
            "id": "1", "type": "next", "payload": {"data": {"placeEvents": {
                "cursor": str(body["sent"]), "at": "2026-11-23T10:00:00.000000+00:00",
                "place": "india/chhattisgarh/raipur/civil-lines", "urgency": "EXPECTED",
                "action": {"kind": "SUBMIT", "actor": "REPORTER", "state": "RECEIVED"},
                "report": {"reference": f"RPR-{number}", "state": "RECEIVED",
                           "categoryCode": "traffic.signal-jumping"},
            }}},
        })  # fmt: skip
        for transport in LISTENERS:
            transport.send(WSMsgType.TEXT, payload)
        await asyncio.sleep(0)
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}")
    await writer.drain()
    writer.close()


async def main() -> None:
    port = int(os.environ["PORT"])

    def accept(_request: WSUpgradeRequest) -> Any:
        return Subscriber()

    server = await ws_create_server(accept, "127.0.0.1", port)
    await asyncio.start_server(emit, "127.0.0.1", int(os.environ["CONTROL_PORT"]))
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main())
