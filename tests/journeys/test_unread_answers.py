"""Answers that their readers leave unread neither fill the memory nor wait for ever."""

import asyncio
import json
import socket
from contextlib import ExitStack, suppress
from pathlib import Path

import httpx
import pytest

from bench.server_process import ServerProcess
from schema.transport import http_protocol
from tests.support.client import IN_EDGETOWN, IN_RAIPUR, Client
from tests.support.places import EDGETOWN, RAIPUR
from tests.support.servers import Running

CONNECTIONS = 40
MIB = 1024 * 1024
ROOM = 200
"""MiB that may come on top: the limit for unread answers, and what is being made meanwhile.

Without a limit it is twice as much, and grows with each further request of a connection.
"""


REPORTS = 45
WORDS = "x" * 5_000
ALIASES = 17
"""So many times each description is told: about 3.8 MB, just below what an answer may have."""


async def largest(
    url: str, place: str, position: dict[str, float], token: str
) -> tuple[bytes, int]:
    """Return the request with the longest answer that is permitted, and the bytes of the answer."""
    async with Client(url) as citizen:
        for _ in range(REPORTS):
            await citizen.submit(description=WORDS, position=position)
    shown = " ".join(f"a{number}: description" for number in range(ALIASES))
    reports = f'reports(place: "{place}", first: 100)'
    query = f"{{ {reports} {{ ... on ReportConnection {{ edges {{ node {{ {shown} }} }} }} }} }}"
    body = json.dumps({"query": query}).encode()
    request = (
        f"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n"
        f"Authorization: Bearer {token}\r\nContent-Type: application/json\r\n\r\n"
    ).encode() + body
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=url, timeout=60) as http:
        answer = await http.post("/graphql", content=body, headers=headers)
    assert "errors" not in answer.json()
    assert len(answer.content) > REPORTS * ALIASES * len(WORDS)
    return request, len(answer.content)


async def largest_of(running: Running) -> tuple[bytes, int]:
    token = await running.officer(EDGETOWN)
    return await largest(running.url, EDGETOWN, IN_EDGETOWN, token)


def connected(port: int, receiving: int | None = None) -> socket.socket:
    made = socket.socket()
    if receiving is not None:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receiving)
    made.connect(("127.0.0.1", port))
    return made


def resident_mib(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    kib = next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]
    return int(kib) / 1024


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads Linux's /proc")
async def test_forty_unread_answers_take_a_bounded_room(tmp_path: Path) -> None:
    server = ServerProcess(f"sqlite://{tmp_path}/db.sqlite3", tmp_path, "--response-cache", "0")
    await server.start()
    try:
        asked, size = await largest(server.url, RAIPUR, IN_RAIPUR, server.officer(RAIPUR))
        before = resident_mib(server.pid)
        with ExitStack() as stack:
            for _ in range(CONNECTIONS):
                # Pipelined: the second answer must not be made while the first is unread.
                stack.enter_context(connected(server.port, 4_096)).sendall(asked * 3)
            async with httpx.AsyncClient(base_url=server.url, timeout=120) as http:
                for _ in range(10):
                    assert (await http.get("/healthz")).status_code == 200
                    await asyncio.sleep(0.5)
            grown = resident_mib(server.pid) - before
        assert grown < ROOM, f"{before:.0f} MiB, and {grown:.0f} for answers of {size / MIB:.1f}"
    finally:
        server.stop()


async def cut_off(idle: socket.socket) -> int:
    """Wait until the server ends a connection that was never read; return what came before."""
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(20):
        while not http_protocol.UNREAD.size:
            await asyncio.sleep(0.02)
        while http_protocol.UNREAD.size:
            await asyncio.sleep(0.02)
    taken = 0
    with suppress(ConnectionResetError):
        while data := await loop.sock_recv(idle, 262_144):
            taken += len(data)
    idle.close()
    return taken


async def unread(port: int, asked: bytes) -> socket.socket:
    idle = connected(port, receiving=4_096)
    idle.setblocking(False)
    await asyncio.get_running_loop().sock_sendall(idle, asked)
    return idle


@pytest.mark.database("sqlite")
async def test_who_reads_nothing_is_cut_off_and_who_reads_slowly_is_not(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, size = await largest_of(running)
    monkeypatch.setattr(http_protocol, "UNREAD_SECONDS", 0.5)
    port = int(running.url.rpartition(":")[2])
    idle = await unread(port, asked * 3)
    cutting = asyncio.create_task(cut_off(idle))
    reader, writer = await asyncio.open_connection(sock=connected(port), limit=65_536)
    writer.write(asked)
    read = 0
    async with asyncio.timeout(60):
        while read < size:
            data = await reader.read(65_536)
            assert data, "who reads slowly is not cut off"
            read += len(data)
            await asyncio.sleep(0.01)
    writer.close()
    assert await cutting < size


@pytest.mark.database("sqlite")
async def test_a_file_that_nobody_reads_is_let_go(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_protocol, "UNREAD_SECONDS", 0.5)
    asked = b"GET /graphiql/graphiql.min.js HTTP/1.1\r\nHost: x\r\n\r\n" * 40
    port = int(running.url.rpartition(":")[2])
    assert await cut_off(await unread(port, asked)) < 40 * 900_000


@pytest.mark.database("sqlite")
async def test_past_the_limit_of_all_the_one_with_most_is_cut_off(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, size = await largest_of(running)
    monkeypatch.setattr(http_protocol, "MAX_UNREAD_BYTES", MIB // 2)
    port = int(running.url.rpartition(":")[2])
    file = b"GET /graphiql/graphiql.min.js HTTP/1.1\r\nHost: x\r\n\r\n" * 40
    little = await unread(port, file)
    much = await unread(port, asked)
    loop = asyncio.get_running_loop()
    taken = 0
    async with asyncio.timeout(20):
        with suppress(ConnectionResetError):
            while data := await loop.sock_recv(much, 262_144):
                taken += len(data)
        assert taken < size
        read = 0
        while read < 40 * 900_000:
            read += len(await loop.sock_recv(little, 262_144))
    much.close()
    little.close()


@pytest.mark.database("sqlite")
async def test_pipelined_requests_are_answered_one_after_the_other(running: Running) -> None:
    asked, size = await largest_of(running)
    port = int(running.url.rpartition(":")[2])
    reader, writer = await asyncio.open_connection(sock=connected(port))
    small = b"GET /graphql?query=%7B__typename%7D HTTP/1.1\r\nHost: x\r\n\r\n"
    writer.write((asked + small) * 2)
    for expected in (size, None, size, None):
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200")
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        assert expected is None or length == expected
        await reader.readexactly(length)
    writer.close()
