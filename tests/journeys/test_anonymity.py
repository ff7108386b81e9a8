"""Nothing that could tell who reported is anywhere: the files, the database, the logs."""

import io
import logging
import sqlite3
from pathlib import Path

import asyncpg
import pytest
from PIL import Image

from bench.server_process import ServerProcess
from tests.support.client import IN_RAIPUR, Client

USER_AGENT = "SecretBrowser/77.7"
REFERER = "https://secret-referer.example/page"
FORWARDED = "203.0.113.77"
SERIAL = "SERIALNUMBER0815"
MAKER = "SecretCameraMaker"
OWNER = "Secret Owner Name"
TRACES = (USER_AGENT, REFERER, FORWARDED, SERIAL, MAKER, OWNER, "secret-file-name", "127.0.0.1")


def photo_with_traces() -> bytes:
    image = Image.new("RGB", (64, 48), "green")
    exif = image.getexif()
    exif[0x010F], exif[0x0110], exif[0x8298] = MAKER, "secret-file-name.jpg", OWNER
    exif.get_ifd(0x8769)[0xA431] = SERIAL
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2], gps[3], gps[4] = "N", (48.0, 8.0, 15.5), "E", (11.0, 34.0, 31.25)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", exif=exif, comment=OWNER.encode())
    return buffer.getvalue()


async def send_all(client: Client) -> str:
    client.http.headers.update(
        {
            "User-Agent": USER_AGENT,
            "Referer": REFERER,
            "X-Forwarded-For": FORWARDED,
            "Forwarded": f"for={FORWARDED}",
            "X-Real-IP": FORWARDED,
            "Cookie": f"session={SERIAL}",
        }
    )
    token = (await client.upload(photo_with_traces())).json()["token"]
    receipt = (await client.submit(position=IN_RAIPUR, media=[token]))["receipt"]
    await client.raise_alert(position=IN_RAIPUR)
    await client.submit(category="witchcraft")
    await client.answer("{ nonsense(" + SERIAL + ": 1) }")
    await client.http.get("/" + "secret-file-name")
    await client.http.post("/graphql", content=b"\xff" + OWNER.encode())
    async with client.stream(
        "subscription ($r: String!) { reportEvents(receipt: $r) { __typename } }", r=receipt
    ) as stream:
        await stream.next()
    return receipt


async def test_no_trace_of_the_sender_is_kept(tmp_path: Path) -> None:
    server = ServerProcess(f"sqlite://{tmp_path}/db.sqlite3", tmp_path)
    await server.start()
    async with Client(server.url) as client:
        receipt = await send_all(client)
    server.kill()
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any(path.parent.parent.name == "media" for path in files)
    for path in files:
        content = path.read_bytes()
        for trace in (*TRACES, receipt, receipt.replace("-", "")):
            assert trace.encode() not in content, f"{trace} is in {path.name}"
        assert b"Exif" not in content
        assert b"GPS" not in content


@pytest.mark.database("postgresql")
async def test_no_trace_is_in_postgresql_either(tmp_path: Path, database_url: str) -> None:
    server = ServerProcess(database_url, tmp_path)
    await server.start()
    async with Client(server.url) as client:
        receipt = await send_all(client)
    server.stop()
    connection = await asyncpg.connect(database_url)
    tables = await connection.fetch(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
    )
    rows = [await connection.fetch(f'SELECT t::text FROM "{name}" t') for (name,) in tables]
    await connection.close()
    dump = str(rows)
    assert "nuisance.noise" in dump
    for trace in (*TRACES, receipt, receipt.replace("-", "")):
        assert trace not in dump
    assert server.log.read_text() == ""


@pytest.mark.database("sqlite")
def test_no_column_could_hold_a_sender(database_url: str) -> None:
    with sqlite3.connect(database_url.removeprefix("sqlite://")) as connection:
        columns = {row[1] for row in connection.execute("PRAGMA table_info(report)")}
    telling = {"name", "phone", "email", "user", "reporter", "device", "address", "ip"}
    assert not {column for column in columns for word in telling if word in column.split("_")}


def test_an_exception_is_logged_without_its_words(caplog: pytest.LogCaptureFixture) -> None:
    from schema.serving.logs import PrivateFormatter

    try:
        raise ValueError(OWNER)
    except ValueError:
        logging.getLogger("citizencop.test").exception("it failed")
    text = PrivateFormatter("%(message)s").format(caplog.records[-1])
    assert OWNER not in text
    assert "ValueError" in text
    assert "test_anonymity.py" in text
