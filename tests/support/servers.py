"""The real application on a socket, in this process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from core.identity import sign_in
from core.identity.people import Role
from server import AppState, Settings, built, configure
from tests.support.client import Client

KEY = "a key for tests that is long enough"


@dataclass
class Running:
    """A server that runs, and a way to make officers."""

    url: str
    app: AppState
    data: Path

    async def officer(self, place: str, role: Role = Role.OFFICER, name: str = "Desk 1") -> str:
        return (await sign_in.create_token(name, role, place)).token

    def client(self, token: str | None = None) -> Client:
        return Client(self.url, token)


@asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[Running]:
    """Serve on a free port, in this process."""
    async with built(settings) as app, served(app) as running:
        yield running


@asynccontextmanager
async def served(app: AppState) -> AsyncIterator[Running]:
    """Serve on a free port."""
    server = configure(app, "127.0.0.1", 0)
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.005)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield Running(f"http://127.0.0.1:{port}", app, app.settings.data)
    server.should_exit = True
    await task


@asynccontextmanager
async def served_with_clock(settings: Settings, by: timedelta) -> AsyncIterator[Running]:
    """Serve with a clock that is wrong by so much."""

    def clock() -> datetime:
        return datetime.now(UTC) + by

    async with (
        built(settings) as app,
        served(replace(app, domain=replace(app.domain, clock=clock))) as running,
    ):
        yield running
