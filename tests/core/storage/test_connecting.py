"""One URL for every connection to PostgreSQL, TLS included."""

import asyncio
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import asyncpg
import pytest
from tortoise.context import require_context

from bench.server_process import free_port
from core.log import events as log
from core.log.notifier.postgresql import PostgresqlNotifier
from core.problems import Unavailable
from core.storage import connecting, database
from core.storage.connecting import APPLICATION, Unreachable

BINARIES = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), Path("/"))


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://root@localhost/x", "postgresql://"),
        ("postgresql://a@b/c?ssl=true", "Write sslmode=require"),
        ("postgresql://a@b/c?sslmode=on", "verify-full"),
        ("postgresql://a@b/c?sslmode=verify-ca&sslrootcert=/nowhere", "must be an existing file"),
        ("postgresql://a@b/c?pool=3", "Unknown parameter 'pool'"),
    ],
)
def test_what_a_url_cannot_ask_is_said(url: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        connecting.check_url(url)


def test_what_a_url_may_ask() -> None:
    connecting.check_url("sqlite://data/x.sqlite3")
    connecting.check_url("postgresql:///name?host=/run/postgresql&user=me&sslmode=prefer")


@dataclass
class Cluster:
    """A PostgreSQL of the test's own, which speaks TLS."""

    port: int
    certificate: Path

    def url(self, parameters: str) -> str:
        return f"postgresql://postgres@localhost:{self.port}/postgres?{parameters}"


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    if shutil.which("openssl") is None or not (BINARIES / "initdb").exists():
        pytest.skip("needs openssl and PostgreSQL's programs")
    # PostgreSQL refuses to run as root.
    user = "postgres" if os.getuid() == 0 else None
    with TemporaryDirectory(prefix="citizencop") as folder:
        data, port = Path(folder) / "data", free_port()
        if user is not None:
            shutil.chown(folder, user)

        def run(*words: object) -> None:
            subprocess.run(
                [str(word) for word in words], check=True, capture_output=True, user=user, cwd="/"
            )

        run(BINARIES / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "--no-sync")
        key, certificate = data / "server.key", data / "server.crt"
        run(
            *("openssl", "req", "-x509", "-nodes", "-newkey", "rsa:2048", "-days", "2"),
            *("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"),
            *("-keyout", key, "-out", certificate),
        )
        run("chmod", "600", key)
        options = f"-p {port} -k {folder} -c ssl=on -c fsync=off -c listen_addresses=localhost"
        run(*(BINARIES / "pg_ctl", "-D", data, "-w", "-l", data / "log", "-o", options, "start"))
        readable = Path(folder) / "root.crt"
        readable.write_bytes(certificate.read_bytes())
        try:
            yield Cluster(port, readable)
        finally:
            run(BINARIES / "pg_ctl", "-D", data, "-m", "immediate", "stop")


async def encrypted(cluster: Cluster) -> list[bool]:
    """Return for each of our connections whether it is encrypted, as PostgreSQL says."""
    connection = await asyncpg.connect(cluster.url("sslmode=disable"))
    try:
        rows = await connection.fetch(
            "SELECT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) "
            "WHERE application_name = $1",
            APPLICATION,
        )
    finally:
        await connection.close()
    return [row["ssl"] for row in rows]


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ("sslmode=disable", False),
        ("sslmode=require", True),
        ("sslmode=verify-ca&sslrootcert={certificate}", True),
        ("sslmode=verify-full&sslrootcert={certificate}", True),
        ("", True),
    ],
)
async def test_every_connection_honours_sslmode(
    cluster: Cluster, parameters: str, expected: bool
) -> None:
    """The pool, single statements that read or write, and the notifier."""
    url = cluster.url(parameters.format(certificate=cluster.certificate))
    connecting.check_url(url)
    notifier = PostgresqlNotifier(url)
    carrying = asyncio.create_task(notifier.run())
    try:
        async with database.opened(url):
            await database.migrate()
            await log.heads("india")
            async with asyncio.timeout(10):
                while len(kinds := await encrypted(cluster)) < 3:
                    await asyncio.sleep(0.02)
            assert kinds == [expected] * 3
            assert notifier.connected
    finally:
        carrying.cancel()
        with suppress(asyncio.CancelledError):
            await carrying


@pytest.fixture
def other_certificate(tmp_path: Path) -> Path:
    file = tmp_path / "other.crt"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-nodes", "-newkey", "rsa:2048", "-subj", "/CN=other"),
            *("-keyout", str(tmp_path / "other.key"), "-out", str(file)),
        ],
        check=True,
        capture_output=True,
    )
    return file


async def test_a_certificate_that_is_not_trusted_is_refused(
    cluster: Cluster, other_certificate: Path
) -> None:
    url = cluster.url(f"sslmode=verify-full&sslrootcert={other_certificate}")
    with pytest.raises(Unreachable, match="TLS with PostgreSQL"):
        async with database.opened(url):
            pass


async def test_a_statement_has_a_limit_but_not_where_work_takes_its_time(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connecting, "STATEMENT_SECONDS", 0.2)
    monkeypatch.setattr(connecting, "TRANSACTION_SECONDS", 0.2)

    async def slow() -> None:
        await require_context().db().execute_query("SELECT pg_sleep(0.5)")

    async with database.opened(cluster.url("sslmode=disable")):
        for work in (slow(), database.transact(slow)):
            with pytest.raises(Unavailable):
                await work
        with connecting.unhurried():
            await slow()
            await database.transact(slow)
