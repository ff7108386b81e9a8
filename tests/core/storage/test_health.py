"""A database that is damaged is not called ready."""

import asyncio
from pathlib import Path

import pytest

from core.log.models import Action, CityLog, Event
from core.storage import database
from core.storage.health import Damaged, Health
from tests.support.client import Client
from tests.support.servers import Running

PAGE = 4096


def damage(file: Path, first_page: int) -> None:
    """Overwrite all pages of a database from one on."""
    content = file.read_bytes()
    kept = (first_page - 1) * PAGE
    with file.open("r+b") as opened:
        opened.seek(kept)
        opened.write(b"\xa5" * (len(content) - kept))


@pytest.mark.database("sqlite")
async def test_a_damaged_file_is_not_ready(
    running: Running, citizen: Client, tmp_path: Path
) -> None:
    await citizen.submit()
    async with asyncio.timeout(5):
        while not await database.forget_written():
            await asyncio.sleep(0.01)
    file = tmp_path / "citizencop.sqlite3"
    sound = file.read_bytes()
    assert (await citizen.http.get("/readyz")).status_code == 200
    damage(file, 2)
    response = await citizen.http.get("/readyz")
    file.write_bytes(sound)
    assert (response.status_code, response.json()) == (503, {"status": "database damaged"})


@pytest.mark.database("sqlite")
async def test_damage_anywhere_is_found_once_after_the_start(
    database_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "citizencop.sqlite3"
    async with database.opened(database_url):
        health = Health((CityLog, Event, Action))
        await health.check_whole()
        await health.look()
        damage(file, file.stat().st_size // PAGE)
        await health.check_whole()
        with pytest.raises(Damaged):
            await health.look()


async def test_a_database_that_is_sound_is_ready(running: Running, citizen: Client) -> None:
    await citizen.submit()
    assert (await citizen.http.get("/readyz")).json()["status"] == "ok"
