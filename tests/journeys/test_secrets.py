"""No secret of the server is in a command line, or where a plugin looks first."""

import asyncio
import shutil
import subprocess
from pathlib import Path

import pytest

from bench.server_process import ServerProcess
from core.environment import with_password
from tests.support.places import EDGETOWN, PLACES
from tests.support.services import NATS

PASSWORD = "open%20sesame-8273"
KEY = "the-key-that-no-plugin-may-read-0123456789"
BUS_PASSWORD = "bus-secret-5521"
SECRETS = (PASSWORD, "open sesame-8273", KEY, BUS_PASSWORD)
PLUGIN = """
import json, os, sys
from pathlib import Path

def shown(pid):
    files = [Path(f"/proc/{{pid}}/{{name}}") for name in ("environ", "cmdline")]
    return [file.read_bytes().decode("utf-8", "replace") for file in files if file.exists()]

told = [dict(os.environ), sys.argv, sys.orig_argv, shown(os.getpid()), shown(os.getppid())]
Path({folder!r}, f"{{os.getpid()}}.json").write_text(json.dumps(told))
"""


def prying(folder: Path, told: Path) -> Path:
    """Make a folder of places, one of which writes down all that it finds."""
    place = folder / "places" / EDGETOWN
    shutil.copytree(PLACES / EDGETOWN, place)
    told.mkdir()
    (place / "plugin.py").write_text(PLUGIN.format(folder=str(told)), "utf-8")
    return folder / "places"


def command_lines() -> str:
    """Return what `ps` shows of every process of the server."""
    lines: list[str] = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            lines.append(file.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace"))
        except (FileNotFoundError, ProcessLookupError):
            continue
    return "\n".join(line for line in lines if "server.py" in line)


def assert_secret(text: str) -> None:
    assert text
    for secret in SECRETS:
        assert secret not in text, secret


def secretly(database_url: str) -> dict[str, str]:
    """Return the variables in which an administrator gives the secrets."""
    return {
        "CITIZENCOP_KEY": KEY,
        "CITIZENCOP_DATABASE": database_url.replace("postgres@", f"postgres:{PASSWORD}@"),
        "CITIZENCOP_BUS": NATS.replace("//", f"//citizen:{BUS_PASSWORD}@"),
        "PGPASSWORD": "open sesame-8273",
    }


@pytest.mark.database("postgresql")
@pytest.mark.parametrize("options", [["--workers", "2"], ["--workers", "1"], ["--reload"]])
@pytest.mark.parametrize("given", ["variables", "command line"])
async def test_neither_ps_nor_a_plugin_is_told(
    database_url: str, tmp_path: Path, given: str, options: list[str]
) -> None:
    told = tmp_path / "told"
    more = ["--plugins", str(prying(tmp_path, told))]
    variables = secretly(database_url)
    database = None
    if given == "command line":
        database = variables.pop("CITIZENCOP_DATABASE")
        more += ["--bus", variables.pop("CITIZENCOP_BUS")]
    server = ServerProcess(database, tmp_path, *more)
    server.environment |= variables
    workers = 2 if "2" in options else 1
    await server.start(*options)
    try:
        async with asyncio.timeout(20):
            while len(list(told.iterdir())) < workers:
                await asyncio.sleep(0.02)
        shown = command_lines()
    finally:
        server.stop()
    assert_secret(shown)
    for file in told.iterdir():
        assert_secret(file.read_text())


@pytest.mark.database("postgresql")
def test_nor_is_one_that_is_checked(database_url: str, tmp_path: Path) -> None:
    told = tmp_path / "told"
    server = ServerProcess(None, tmp_path, "--plugins", str(prying(tmp_path, told)))
    server.environment |= secretly(database_url)
    assert EDGETOWN in server.command("city", "list")
    subprocess.run(
        server.command_line("city", "check", EDGETOWN), env=server.environment, check=False
    )
    server.command("token", "create", "--role", "officer", "--place", EDGETOWN)
    files = list(told.iterdir())
    assert len(files) == 3
    for file in files:
        assert_secret(file.read_text())


@pytest.mark.parametrize(
    ("url", "whole"),
    [
        (
            "postgresql://cop@db/name?sslmode=require",
            "postgresql://cop:p%40ss@db/name?sslmode=require",
        ),
        ("postgresql://cop:own@db:5433/name", "postgresql://cop:own@db:5433/name"),
        ("postgresql://db/name", "postgresql://root:p%40ss@db/name"),
        ("sqlite:///a/file", "sqlite:///a/file"),
    ],
)
def test_a_password_of_its_own_variable_goes_into_the_url(
    url: str, whole: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGUSER", "root")
    assert with_password(url, "p@ss") == whole
    assert with_password(url, None) == url
