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
from pathlib import Path

import httpx
import pytest

from bench.server_process import ServerProcess
from tests.conftest import EDGETOWN, PLACES, RAIPUR

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
    assert "No token" in again.stderr
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("words", "environment", "message"),
    [
        (["token", "create", "--role", "officer", "--place", "india/goa/atlantis"], {}, "No place"),
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


def test_migrating_again_changes_nothing(tmp_path: Path) -> None:
    assert "0001_initial" in run(tmp_path, "migrate").stdout
    assert run(tmp_path, "migrate").stdout == "Nothing to do.\n"


@pytest.mark.database("postgresql")
def test_postgresql_is_migrated_by_command_only(
    tmp_path: Path, database_name: str, database_url: str
) -> None:
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
