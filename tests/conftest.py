"""A server for each test: the real application on a socket, over a database of the test's own."""

import asyncio
import os
from collections.abc import AsyncIterator, Collection, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

import server
from core.identity import sign_in
from core.identity.people import Role
from core.places.catalogue import Catalogue
from core.storage import database
from plugins.runtime.loading import load_places
from plugins.runtime.places import Places
from plugins.runtime.sources import Source, shipped
from server import AppState, Settings, built, configure
from tests.client import Client

POSTGRESQL = os.environ.get("TEST_POSTGRESQL", "postgresql://postgres@127.0.0.1:5432")
KEY = "a key for tests that is long enough"
PLACES = Path(__file__).parent / "places"
SHARED = Path(__file__).parents[1].parent / "shared" / "data"

RAIPUR = "india/chhattisgarh/raipur"
EDGETOWN = "india/testland/edgetown"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run every test that touches a database on each of them."""
    if "database_name" in metafunc.fixturenames:
        marker = metafunc.definition.get_closest_marker("database")
        names = marker.args if marker else ("sqlite", "postgresql")
        metafunc.parametrize("database_name", names)


def run_on_postgresql(*statements: str) -> None:
    async def work() -> None:
        connection = await asyncpg.connect(f"{POSTGRESQL}/postgres", timeout=5)
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()

    asyncio.run(work())


@pytest.fixture(scope="session")
def postgresql_template() -> Iterator[str]:
    """An empty, migrated database that each test copies; skips where no PostgreSQL answers."""
    name = f"citizencop_template_{uuid4().hex[:12]}"
    try:
        run_on_postgresql(f'CREATE DATABASE "{name}"')
    except (OSError, asyncpg.PostgresError, TimeoutError) as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"no PostgreSQL answers at {POSTGRESQL}: {type(error).__name__}")

    async def migrate() -> None:
        async with database.opened(f"{POSTGRESQL}/{name}"):
            await database.migrate()

    asyncio.run(migrate())
    yield name
    run_on_postgresql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database file that each test copies."""
    file = tmp_path_factory.mktemp("template") / "empty.sqlite3"

    async def migrate() -> None:
        async with database.opened(f"sqlite://{file}"):
            await database.migrate()

    asyncio.run(migrate())
    return file


@pytest.fixture
def database_url(
    database_name: str, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[str]:
    """The URL of an empty, migrated database of the test's own."""
    if database_name == "sqlite":
        file = tmp_path / "citizencop.sqlite3"
        file.write_bytes(request.getfixturevalue("sqlite_template").read_bytes())
        yield f"sqlite://{file}"
        return
    template = request.getfixturevalue("postgresql_template")
    name = f"citizencop_test_{uuid4().hex[:12]}"
    run_on_postgresql(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    yield f"{POSTGRESQL}/{name}"
    run_on_postgresql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


_LOADED: dict[tuple[Path, ...], Places] = {}


@pytest.fixture(autouse=True)
def places_are_loaded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Load what no test changes, the places that ship and those of the tests, once a process."""
    known = (*(source.root for source in shipped()), PLACES)

    async def loaded(
        sources: Sequence[Source],
        disabled: Collection[str] = (),
        allowed: Collection[str] = (),
        *,
        catalogues: Sequence[Catalogue[Any, Any]],
    ) -> Places:
        if tuple(each.root for each in sources) != known or disabled or allowed:
            return await load_places(sources, disabled, allowed, catalogues=catalogues)
        if known not in _LOADED:
            _LOADED[known] = await load_places(sources, catalogues=catalogues)
        places = _LOADED[known]
        places.faults.counts.clear()
        places.faults.messages.clear()
        return places

    monkeypatch.setattr(server, "load_places", loaded)


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(database_url, tmp_path / "data", (PLACES,), given_key=KEY)


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


@pytest.fixture
async def running(settings: Settings) -> AsyncIterator[Running]:
    """The server on a free port, in this process."""
    async with serving(settings) as running:
        yield running


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


@pytest.fixture
async def citizen(running: Running) -> AsyncIterator[Client]:
    async with running.client() as client:
        yield client


@pytest.fixture
async def officer(running: Running) -> AsyncIterator[Client]:
    """An officer of all of Edgetown."""
    async with running.client(await running.officer(EDGETOWN)) as client:
        yield client


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real files that stand beside the repository in CI."""
    if not SHARED.is_dir():
        pytest.skip("../shared/data is not here; it holds files that may not be copied")
    return SHARED
