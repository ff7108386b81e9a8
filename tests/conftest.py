"""A server for each test: the real application on a socket, over a database of the test's own."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from hypothesis import settings as hypothesis_settings

import server
from core.places.catalogue import Catalogue
from core.storage import database
from plugins.runtime.loading import load_places
from plugins.runtime.places import Places
from plugins.runtime.sources import Source, shipped
from server import Settings
from tests.support.client import Client
from tests.support.places import EDGETOWN, PLACES, SHARED
from tests.support.servers import KEY, Running, serving
from tests.support.services import POSTGRESQL, run_on_postgresql

# How long an example takes tells how busy the machine is, and nothing of the rule.
hypothesis_settings.register_profile("tests", hypothesis_settings(), deadline=None)
hypothesis_settings.load_profile("tests")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run every test that has a database, by whichever fixture, on each of them."""
    if "database_name" in metafunc.fixturenames:
        marker = metafunc.definition.get_closest_marker("database")
        names = marker.args if marker else ("sqlite", "postgresql")
        metafunc.parametrize("database_name", names, indirect=True)


@pytest.fixture(scope="session", autouse=True)
def processes_are_measured_on_request() -> None:
    """Measure the coverage of the processes that tests start only in `make coverage`.

    Such a process needs a second more to start.
    """
    if "MEASURE_PROCESSES" not in os.environ:
        os.environ.pop("COVERAGE_PROCESS_CONFIG", None)


@pytest.fixture
def database_name(request: pytest.FixtureRequest) -> str:
    """`sqlite` or `postgresql`: a test names this fixture only to read the value."""
    return request.param


@pytest.fixture(scope="session")
def dropping() -> Iterator[Callable[[str], None]]:
    """Drop a database while the next tests run: PostgreSQL writes a checkpoint for each."""
    with ThreadPoolExecutor(4, "dropping") as threads:
        dropped: list[Future[None]] = []

        def drop(name: str) -> None:
            statement = f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'
            dropped.append(threads.submit(run_on_postgresql, statement))

        yield drop
        for each in dropped:
            each.result()


@pytest.fixture(scope="session")
def postgresql_template(dropping: Callable[[str], None]) -> Iterator[str]:
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
    dropping(name)


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
    drop = request.getfixturevalue("dropping")
    name = f"citizencop_test_{uuid4().hex[:12]}"
    run_on_postgresql(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    yield f"{POSTGRESQL}/{name}"
    drop(name)


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


@pytest.fixture
async def running(settings: Settings) -> AsyncIterator[Running]:
    """The server on a free port, in this process."""
    async with serving(settings) as running:
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
