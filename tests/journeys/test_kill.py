"""What was acknowledged is on disk: citizens and portals through `kill -9`, in a small size."""

import asyncio
import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import websockets

from bench.server_process import ServerProcess
from tests.support.client import IN_RAIPUR, PLACE_EVENTS, Client
from tests.support.places import RAIPUR

ROOT = Path(__file__).parents[2]


async def test_a_stop_says_goodbye_and_a_start_goes_on(tmp_path: Path) -> None:
    server = ServerProcess(f"sqlite://{tmp_path}/db.sqlite3", tmp_path)
    await server.start()
    token = server.officer(RAIPUR)
    async with Client(server.url, token) as officer, Client(server.url) as citizen:
        async with officer.stream(PLACE_EVENTS, path=RAIPUR) as portal:
            await portal.caught_up()
            sending = asyncio.gather(*(citizen.submit(position=IN_RAIPUR) for _ in range(8)))
            first = await portal.next()
            stopping = asyncio.to_thread(server.stop)
            answers, status = await asyncio.gather(sending, stopping)
            seen = [first]
            while (item := await portal.next())["__typename"] != "ComeBack":
                seen.append(item)
            await portal.ended()
            with pytest.raises(websockets.ConnectionClosed):
                await portal.socket.recv()
        assert status in (0, -signal.SIGTERM)
        assert {answer["__typename"] for answer in answers} == {"SubmitReportSuccess"}
        await server.start()
        cursor = item["cursor"]
        async with officer.stream(PLACE_EVENTS, path=RAIPUR, after=cursor) as portal:
            seen += await portal.caught_up()
        server.stop()
    assert [event["report"]["reference"] for event in seen] == [f"RPR-{n}" for n in range(1, 9)]


def test_nothing_is_lost_when_the_server_is_killed(
    database_name: str, request: pytest.FixtureRequest
) -> None:
    if database_name == "postgresql":
        request.getfixturevalue("postgresql_template")
    sizes = {"reports": 120, "alerts": 10, "citizens": 20, "portals": 5, "kills": 2}
    options = [word for name, value in sizes.items() for word in (f"--{name}", str(value))]
    done = subprocess.run(
        [sys.executable, "-m", "bench.spine", *options, "--database", database_name],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert figures["stored_once_and_seen_once_in_order"] is True
    assert figures["reconnects"] >= 2
