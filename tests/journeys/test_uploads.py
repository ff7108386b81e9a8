"""Files on their way: killed in the middle, without room, or gone from the disk."""

import asyncio
import io
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from PIL import Image, PngImagePlugin

from bench.server_process import ServerProcess
from tests.support.client import IN_RAIPUR, SUBMIT, Client, a_report
from tests.support.samples import jpeg
from tests.support.servers import Running

pytestmark = [
    pytest.mark.database("sqlite"),
    pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc"),
]

SUBMITTED = "SubmitReportSuccess"
TRACE = b"SECRET camera, 21.2447 N 81.645 E"


def slow_photo() -> bytes:
    """A picture that takes a second or two to clean, and tells its camera in its first bytes."""
    told = PngImagePlugin.PngInfo()
    told.add_text("Comment", TRACE.decode())
    buffer = io.BytesIO()
    image = Image.new("RGB", (7900, 7900), "green")
    image.save(buffer, "PNG", pnginfo=told, compress_level=1)
    assert TRACE in buffer.getvalue()[:200]
    return buffer.getvalue()


def bytes_of_uploads(pid: int) -> int:
    """Return how many bytes the process holds in files of the folder for what arrives."""
    held = 0
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        try:
            if "/media/incoming/" in str(descriptor.readlink()):
                held += descriptor.stat().st_size
        except FileNotFoundError:
            continue
    return held


async def until_held(pids: Callable[[], list[int]], least: int) -> int:
    async with asyncio.timeout(20):
        while True:
            for pid in pids():
                if bytes_of_uploads(pid) >= least:
                    return pid
            await asyncio.sleep(0.005)


def told_on_disk(folder: Path) -> list[Path]:
    return [file for file in folder.rglob("*") if file.is_file() and TRACE in file.read_bytes()]


async def send(url: str, content: bytes, length: int) -> asyncio.StreamWriter:
    """Begin to send a file, of which perhaps only the first bytes come."""
    address = httpx.URL(url)
    _, writer = await asyncio.open_connection(address.host, address.port)
    head = (
        "POST /media HTTP/1.1\r\nHost: x\r\nContent-Type: application/octet-stream\r\n"
        f"Content-Length: {length}\r\n\r\n"
    )
    writer.write(head.encode() + content)
    await writer.drain()
    return writer


async def test_a_kill_in_the_middle_leaves_nothing_of_a_photo(tmp_path: Path) -> None:
    photo = slow_photo()
    server = ServerProcess(f"sqlite://{tmp_path}/db.sqlite3", tmp_path)
    await server.start()
    half = len(photo) // 2
    writer = await send(server.url, photo[:half], len(photo))
    await until_held(lambda: [server.pid], half // 2)
    server.kill()
    writer.close()
    assert told_on_disk(tmp_path) == []

    await server.start()
    writer = await send(server.url, photo, len(photo))
    decoder = await until_held(server.worker_pids, len(photo))
    server.kill()
    os.kill(decoder, signal.SIGKILL)
    writer.close()
    assert told_on_disk(tmp_path) == []


async def test_a_start_removes_what_earlier_versions_left(tmp_path: Path) -> None:
    incoming = tmp_path / "media" / "incoming"
    incoming.mkdir(parents=True)
    (incoming / "0123456789abcdef").write_bytes(TRACE)
    for name in ("at-work.clean", "forgotten.clean"):
        (incoming / name).write_bytes(b"clean")
    long_ago = time.time() - 7200
    os.utime(incoming / "forgotten.clean", (long_ago, long_ago))
    server = ServerProcess(f"sqlite://{tmp_path}/db.sqlite3", tmp_path)
    await server.start()
    left = [file.name for file in incoming.iterdir()]
    server.stop()
    assert left == ["at-work.clean"]


def noise(side: int = 1000) -> bytes:
    """A photo that is as large when it is cleaned."""
    buffer = io.BytesIO()
    Image.frombytes("RGB", (side, side), os.urandom(side * side * 3)).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one MiB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)]
    if subprocess.run(mounting, capture_output=True, check=False).returncode:
        pytest.skip("only an administrator may mount a disk")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


@pytest.mark.parametrize("content", [noise(), noise(560)])
async def test_a_full_disk_takes_reports_but_no_files(
    small_disk: Path, tmp_path: Path, content: bytes
) -> None:
    """The first photo fills the disk while it arrives, the second while it is cleaned."""
    server = ServerProcess(f"sqlite://{tmp_path}/db.sqlite3", small_disk)
    server.log = tmp_path / "server.log"
    await server.start()
    try:
        async with Client(server.url) as citizen:
            refused = await citizen.upload(content)
            assert refused.status_code == 503
            assert refused.headers["retry-after"] == "60"
            (error,) = refused.json()["errors"]
            assert error["extensions"]["code"] == "TRY_LATER"
            assert (await citizen.submit(position=IN_RAIPUR))["reference"] == "RPR-1"
            # It is well again as soon as there is room.
            assert (await citizen.upload(jpeg())).status_code == 201
    finally:
        server.stop()
    assert "a file cannot be stored: ENOSPC" in server.log.read_text()
    assert "Traceback" not in server.log.read_text()


async def test_a_file_that_may_not_grow_is_refused(tmp_path: Path) -> None:
    server = ServerProcess(f"sqlite://{tmp_path}/db.sqlite3", tmp_path)
    await server.start()
    try:
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (2_000_000, 2_000_000))
        async with Client(server.url) as citizen:
            refused = await citizen.upload(noise())
            assert refused.status_code == 503
            assert (await citizen.upload(jpeg())).status_code == 201
    finally:
        server.stop()


async def test_a_database_that_may_not_grow_asks_to_send_again(tmp_path: Path) -> None:
    """As on a full disk: what was refused is stored once there is room, and once only."""
    server = ServerProcess(f"sqlite://{tmp_path}/db.sqlite3", tmp_path)
    await server.start()
    try:
        async with Client(server.url) as citizen:
            await citizen.submit(position=IN_RAIPUR)
            full = max(file.stat().st_size for file in tmp_path.glob("db.sqlite3*"))
            resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (full, resource.RLIM_INFINITY))
            report = a_report(position=IN_RAIPUR)
            while (sent := await citizen.ask(SUBMIT, input=report))["__typename"] == SUBMITTED:
                report = a_report(position=IN_RAIPUR)
            assert sent["code"] == "UNAVAILABLE"
            # With a file it is a transaction of several statements.
            free = resource.RLIM_INFINITY
            resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (free, free))
            token = (await citizen.upload(jpeg())).json()["token"]
            resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (full, free))
            with_file = a_report(position=IN_RAIPUR, media=[token])
            while (sent := await citizen.ask(SUBMIT, input=with_file))["__typename"] == SUBMITTED:
                full = max(file.stat().st_size for file in tmp_path.glob("db.sqlite3*"))
                resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (full, free))
            assert sent["code"] == "UNAVAILABLE"
            resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (free, free))
            for each in (report, with_file):
                first = await citizen.ask(SUBMIT, input=each)
                assert first["__typename"] == SUBMITTED
                assert (await citizen.ask(SUBMIT, input=each))["receipt"] == first["receipt"]
    finally:
        server.stop()


async def test_a_file_that_is_gone_is_not_found(running: Running, citizen: Client) -> None:
    token = (await citizen.upload(jpeg())).json()["token"]
    sent = await citizen.ask(SUBMIT, input=a_report(media=[token]))
    url = sent["report"]["media"][0]["url"]
    assert (await citizen.http.get(url)).headers["content-type"] == "image/jpeg"
    (kept,) = [file for file in (running.data / "media").rglob("*") if len(file.name) == 64]
    kept.unlink()
    for method in ("GET", "HEAD"):
        gone = await citizen.http.request(method, url)
        assert gone.status_code == 404
    assert (await citizen.http.get(url)).json()["errors"][0]["extensions"]["code"] == "NOT_FOUND"
