"""The command line, as an administrator uses it."""

import asyncio
import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tomllib
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from bench.server_process import ServerProcess, free_port
from server import VERSION, Settings
from tests.support.places import EDGETOWN, PLACES, RAIPUR
from tests.support.proxy import Proxy
from tests.support.services import POSTGRESQL

ROOT = Path(__file__).parents[1]


def run(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith("CITIZENCOP")
    }
    options = ["--database", f"sqlite://{folder}/db.sqlite3", "--data", str(folder)]
    return subprocess.run(
        [sys.executable, str(ROOT / "server.py"), *options, *words],
        env=inherited | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize(
    "command",
    [
        [],
        ["serve"],
        ["migrate"],
        ["token"],
        ["token", "create"],
        ["vehicles"],
        ["vehicles", "import"],
        ["demo"],
        ["schema"],
    ],
)
def test_every_command_explains_itself(tmp_path: Path, command: list[str]) -> None:
    done = run(tmp_path, *command, "--help")
    assert done.returncode == 0
    assert "Usage:" in done.stdout


def test_tokens_are_made_listed_and_revoked(tmp_path: Path) -> None:
    made = run(
        tmp_path, "token", "create", "--role", "officer", "--place", RAIPUR, "--name", "Desk 3"
    )
    assert re.fullmatch(r"(?:[0-9A-Z]{4}-){5}[0-9A-Z]{4}\n", made.stdout)
    listed = run(tmp_path, "token", "list").stdout
    assert "Desk 3" in listed
    assert made.stdout.strip() not in listed
    token_id = listed.split()[0]
    assert run(tmp_path, "token", "revoke", token_id).returncode == 0
    assert "revoked" in run(tmp_path, "token", "list").stdout
    again = run(tmp_path, "token", "revoke", token_id)
    assert again.returncode == 1
    assert "There is no valid token" in again.stderr
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("words", "environment", "message"),
    [
        (
            ["token", "create", "--role", "officer", "--place", "india/goa/atlantis"],
            {},
            "There is no place",
        ),
        (["token", "create", "--role", "officer", "--place", "??"], {}, "country/state/city"),
        (["token", "create", "--role", "king", "--place", RAIPUR], {}, "Invalid value"),
        (["token", "list"], {"CITIZENCOP_KEY": "short"}, "fewer than 32"),
        (["serve", "--port", "x"], {}, "Invalid value"),
        (["demo", "--url", "http://127.0.0.1:1"], {}, "make run"),
    ],
)
def test_a_mistake_is_explained_without_a_trace(
    tmp_path: Path, words: list[str], environment: dict[str, str], message: str
) -> None:
    run(tmp_path, "migrate")
    done = run(tmp_path, *words, **environment)
    assert done.returncode != 0
    assert message in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("database", "message"),
    [
        ("postgresql://me@127.0.0.1:{free}/x", "Nothing listens at 127.0.0.1"),
        ("postgresql://me@nowhere.invalid/x", "nowhere.invalid of --database has no address"),
        (f"{POSTGRESQL}/no_such_name", "no database no_such_name"),
        ("sqlite:///proc/nothing/x.sqlite3", "cannot be opened"),
        ("sqlite://{folder}/text.sqlite3", "file is not a database"),
    ],
)
@pytest.mark.parametrize(
    "words", [["serve"], ["migrate"], ["token", "list"], ["serve", "--workers", "2"]]
)
def test_a_database_that_cannot_be_reached_is_said_in_one_sentence(
    tmp_path: Path, database: str, message: str, words: list[str]
) -> None:
    if database.startswith("sqlite") and "--workers" in words:
        pytest.skip("several workers want PostgreSQL")
    (tmp_path / "text.sqlite3").write_text("This is no database. " * 500)
    url = database.format(free=free_port(), folder=tmp_path)
    key = {"CITIZENCOP_KEY": "a key for tests that is long enough"}
    # Tests beside this one listen too: the default port may be theirs.
    port = ["--port", str(free_port())] if "serve" in words else []
    done = run(tmp_path, "--database", url, *words, *port, **key)
    assert done.returncode == 1
    assert message in done.stderr
    assert "not up to date" not in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--database", "postgresql://a@b/c?ssl=true"], "Write sslmode=require"),
        (["--database", "mongodb://a/b"], "sqlite://PATH"),
        (["--bus", "redis://127.0.0.1"], "nats://HOST:PORT"),
        (["--bus", "127.0.0.1:4222"], "nats://HOST:PORT"),
    ],
)
def test_a_setting_that_cannot_be_honoured_is_refused_at_start(
    tmp_path: Path, options: list[str], message: str
) -> None:
    done = run(tmp_path, *options, "serve", "--port", str(free_port()))
    assert done.returncode == 2
    assert message in done.stderr


def test_the_version_is_that_of_the_project(tmp_path: Path) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["version"] == VERSION
    assert run(tmp_path, "--version").stdout.strip() == f"citizencop, version {VERSION}"


def test_make_run_shows_that_it_installs() -> None:
    done = subprocess.run(
        ["make", "--dry-run", "run", "VENV=/nowhere/venv"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "Installing" in done.stdout
    assert "--quiet" not in done.stdout


async def test_a_stop_is_logged(tmp_path: Path) -> None:
    server = ServerProcess(f"sqlite://{tmp_path}/db.sqlite3", tmp_path, "--log-level", "info")
    await server.start()
    server.stop()
    assert "citizencop.server: stopped" in server.log.read_text().splitlines()[-1]


@pytest.mark.database("postgresql")
async def test_a_worker_that_is_asked_to_stop_is_no_error(
    tmp_path: Path, database_url: str
) -> None:
    server = ServerProcess(database_url, tmp_path, "--log-level", "info", workers=2)
    await server.start()
    first = server.worker_pids()
    os.kill(first[0], signal.SIGTERM)
    os.kill(first[1], signal.SIGKILL)
    async with asyncio.timeout(30):
        while set(first) & set(server.worker_pids()) or len(server.worker_pids()) < 2:
            await asyncio.sleep(0.05)
    assert server.stop() == 0
    lines = server.log.read_text().splitlines()
    errors = [line for line in lines if " ERROR " in line]
    assert any(f"worker {first[0]} stopped as requested" in line for line in lines)
    assert [f"worker {first[1]} was killed by SIGKILL" in line for line in errors] == [True]
    assert "all workers stopped" in lines[-1]


@pytest.mark.database("postgresql")
async def test_a_database_that_goes_away_is_logged_in_a_few_lines(
    settings: Settings, tmp_path: Path
) -> None:
    there = urlsplit(settings.database)
    assert there.hostname is not None
    async with Proxy.before(there.hostname, there.port or 5432) as proxy:
        netloc = f"{there.username}@127.0.0.1:{proxy.port}"
        url = there._replace(netloc=netloc).geturl()
        server = ServerProcess(url, tmp_path)
        await server.start()
        try:
            proxy.cut()
            async with httpx.AsyncClient(base_url=server.url, timeout=20) as http:
                for _ in range(20):
                    assert (await http.get("/readyz")).status_code == 503
                    await asyncio.sleep(0.2)
                proxy.resume()
                async with asyncio.timeout(20):
                    while (await http.get("/readyz")).status_code != 200:
                        await asyncio.sleep(0.05)
        finally:
            server.stop()
    lines = server.log.read_text().splitlines()
    assert 0 < len(lines) < 40, "\n".join(lines)
    assert not any("Traceback" in line for line in lines)


async def test_a_bus_that_is_not_there_is_told_and_served_without(tmp_path: Path) -> None:
    bus = f"nats://127.0.0.1:{free_port()}"
    server = ServerProcess(f"sqlite://{tmp_path}/db.sqlite3", tmp_path, "--bus", bus)
    await server.start()
    try:
        async with httpx.AsyncClient(base_url=server.url) as http, asyncio.timeout(20):
            while (ready := (await http.get("/readyz")).json())["status"] != "degraded":
                await asyncio.sleep(0.05)
            assert ready["bus"] == {"connected": False}
            metrics = (await http.get("/metrics")).text
        assert "citizencop_bus_connected 0.0" in metrics
    finally:
        server.stop()
    lines = server.log.read_text().splitlines()
    assert sum("no connection to the bus" in line for line in lines) == 1


def test_migrating_again_changes_nothing(tmp_path: Path) -> None:
    assert "0001_initial" in run(tmp_path, "migrate").stdout
    assert run(tmp_path, "migrate").stdout == "Nothing to do.\n"


@pytest.mark.database("postgresql")
def test_postgresql_is_migrated_by_command_only(tmp_path: Path, database_url: str) -> None:
    server = ServerProcess(database_url, tmp_path)
    assert server.command("migrate") == "Nothing to do."
    words = [sys.executable, str(ROOT / "server.py"), "--database", database_url, "token", "list"]
    inherited = {name: value for name, value in os.environ.items() if name != "CITIZENCOP_KEY"}
    done = subprocess.run(words, env=inherited, capture_output=True, text=True, check=False)
    assert "CITIZENCOP_KEY" in done.stderr


def test_a_port_that_is_taken_is_said_with_what_to_do(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        for more in ([], ["--reload"]):
            done = run(tmp_path, "serve", "--port", str(port), *more)
            assert done.returncode == 1
            assert f"make run PORT={port + 1}" in done.stderr
            assert "Traceback" not in done.stderr


async def test_who_asks_while_a_change_is_loaded_waits_and_is_answered(tmp_path: Path) -> None:
    """Two saves within a second, and a request in the middle of each start."""
    places = tmp_path / "places"
    shutil.copytree(PLACES, places)
    server = ServerProcess(f"sqlite://{tmp_path}/db.sqlite3", tmp_path, "--plugins", str(places))
    await server.start("--reload")
    file = places / EDGETOWN / "place.toml"
    query = {"query": f'{{ city(path: "{EDGETOWN}") {{ ... on City {{ name }} }} }}'}
    try:
        async with httpx.AsyncClient(base_url=server.url, timeout=30) as http:
            for name in ("Edgeville", "Edgeburg"):
                text = re.sub(r'en = "\w+"', f'en = "{name}"', file.read_text("utf-8"))
                file.write_text(text, "utf-8")
                await asyncio.sleep(0.6)
            async with asyncio.timeout(30):
                while True:
                    try:
                        answer = (await http.post("/graphql", json=query)).json()
                    except (httpx.ReadError, httpx.RemoteProtocolError):
                        continue
                    if answer["data"]["city"]["name"] == "Edgeburg":
                        break
                    await asyncio.sleep(0.05)
    finally:
        assert server.stop() == 0


async def test_the_demo_fills_a_city(tmp_path: Path) -> None:
    server = ServerProcess(f"sqlite://{tmp_path}/db.sqlite3", tmp_path)
    await server.start()
    try:
        told = server.command(
            "demo", "--url", server.url, "--incidents", "12", "--per-minute", "1200"
        )
        assert "Done." in told
        async with httpx.AsyncClient(base_url=server.url) as http:
            query = """query ($token: String) { reports(place: "india/chhattisgarh/raipur") {
              ... on ReportConnection { edges { node { state media { url } } } } } }"""
            token = server.officer(RAIPUR)
            headers = {"Authorization": f"Bearer {token}"}
            answer = await http.post(
                "/graphql", json={"query": query.replace("($token: String) ", "")}, headers=headers
            )
        nodes = [edge["node"] for edge in answer.json()["data"]["reports"]["edges"]]
        assert any(node["state"] == "RESOLVED" for node in nodes)
        assert any(node["media"] for node in nodes)
    finally:
        assert server.stop() in (0, -signal.SIGTERM)
    assert "rror" not in server.log.read_text()
