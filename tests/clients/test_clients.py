"""The npm clients that app developers use work as they are, and the HTTP audit passes."""

import asyncio
import json
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.support.client import Client
from tests.support.places import EDGETOWN
from tests.support.servers import Running

HERE = Path(__file__).parent

pytestmark = pytest.mark.database("sqlite")


@pytest.fixture(autouse=True)
def _installed() -> None:
    if (HERE / "node_modules").is_dir() and shutil.which("node"):
        return
    message = "the npm clients are not set up; run: make test-clients (it needs Node 20)"
    if os.environ.get("NPM_CLIENTS") == "required":
        pytest.fail(message)
    pytest.skip(message)


async def said_by(script: str, *arguments: str) -> Any:
    """Run a script to its end; return what it prints."""
    process = await asyncio.create_subprocess_exec(
        "node", str(HERE / script), *arguments, stdout=asyncio.subprocess.PIPE
    )
    async with asyncio.timeout(60):
        output, _ = await process.communicate()
    assert process.returncode == 0
    return json.loads(output)


async def test_the_audit_of_graphql_over_http_passes_every_item(running: Running) -> None:
    found = await said_by("audit.js", f"{running.url}/graphql")
    assert len(found) > 50
    assert [item for item in found if item["status"] != "ok"] == []


async def test_each_transport_answers_its_own_client(running: Running) -> None:
    found = await said_by("ask.js", f"{running.url}/graphql")
    for transport, (answer, refusal) in found.items():
        assert answer == {"data": {"__typename": "Query"}}, transport
        # Over HTTP these clients tell the status of what cannot be executed, and not the words.
        assert ("nothing" if transport == "ws" else "400") in json.dumps(refusal), transport


class Follower:
    """The script that follows, spoken to line by line."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def line(self) -> str:
        assert self._process.stdout is not None
        async with asyncio.timeout(20):
            return (await self._process.stdout.readline()).decode().strip()

    def press(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(b"\n")


@asynccontextmanager
async def following(kind: str, running: Running, token: str) -> AsyncIterator[Follower]:
    process = await asyncio.create_subprocess_exec(
        "node", str(HERE / "follow.js"), kind, f"{running.url}/graphql", token, EDGETOWN,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        yield Follower(process)
    finally:
        process.kill()
        await process.wait()


@pytest.mark.parametrize("kind", ["ws", "sse"])
async def test_a_client_that_comes_back_with_its_cursor_misses_nothing(
    kind: str, running: Running, citizen: Client
) -> None:
    token = await running.officer(EDGETOWN)
    async with following(kind, running, token) as follower:
        assert await follower.line() == "CaughtUp"
        await citizen.submit()
        await citizen.submit()
        assert [await follower.line() for _ in range(2)] == ["EDG-1", "EDG-2"]
        follower.press()
        assert await follower.line() in ("dropped", "completed")
        for _ in range(3):
            await citizen.submit()
        follower.press()
        missed = [await follower.line() for _ in range(4)]
        assert missed == ["EDG-3", "EDG-4", "EDG-5", "CaughtUp"]
        await citizen.submit()
        assert await follower.line() == "EDG-6"


@pytest.mark.parametrize("kind", ["ws", "sse"])
async def test_a_client_without_a_right_is_told_so(kind: str, running: Running) -> None:
    async with following(kind, running, "no token of this server") as follower:
        assert await follower.line() == "UNAUTHENTICATED"
        assert await follower.line() == "completed"
