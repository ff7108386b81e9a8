"""A kept answer is right until the city's log grows, for the same rights only, and bounded."""

import asyncio
import random
from typing import Any

import pytest

from core.identity.people import Role
from core.reports import read
from schema.compiler.response_cache import OVERHEAD, CachedResponse, ResponseCache
from tests.support.client import LIST, Client
from tests.support.places import EDGETOWN, RAIPUR
from tests.support.servers import Running


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The places whose reports were read from the database, one entry for each time."""
    found: list[str] = []
    page = read.page

    async def counting(place: str, *more: Any) -> Any:
        found.append(place)
        return await page(place, *more)

    monkeypatch.setattr(read, "page", counting)
    return found


async def references(client: Client, place: str = EDGETOWN) -> list[str]:
    return [node["reference"] for node in await client.reports(place)]


async def test_a_list_is_read_once_until_the_log_grows(
    citizen: Client, officer: Client, readings: list[str]
) -> None:
    await citizen.submit()
    assert [await references(officer) for _ in range(3)] == [["EDG-1"]] * 3
    assert readings == [EDGETOWN]
    await citizen.submit()
    assert await references(officer) == ["EDG-2", "EDG-1"]
    (report, _) = await officer.reports(EDGETOWN)
    assert len(readings) == 2
    await officer.act(report["id"], "ACKNOWLEDGE")
    states = [node["state"] for node in await officer.reports(EDGETOWN)]
    assert states == ["ACKNOWLEDGED", "RECEIVED"]
    assert len(readings) == 3


async def test_another_city_is_another_log(
    running: Running, citizen: Client, readings: list[str]
) -> None:
    await citizen.submit()
    async with running.client(await running.officer("india")) as cell:
        await references(cell)
        await citizen.submit(position={"latitude": 21.2447, "longitude": 81.645})
        assert await references(cell) == ["EDG-1"]
        assert readings == [EDGETOWN]
        assert await references(cell, RAIPUR) == ["RPR-1"]
        await references(cell, "india")
        await references(cell, "india")
    assert readings == [EDGETOWN, RAIPUR, "india", "india"]


async def test_nobody_sees_what_was_kept_for_other_rights(
    running: Running, citizen: Client, officer: Client
) -> None:
    await citizen.submit()
    assert await references(officer) == ["EDG-1"]
    assert (await citizen.ask(LIST, place=EDGETOWN))["__typename"] == "UnauthenticatedProblem"
    async with running.client(await running.officer(RAIPUR)) as stranger:
        assert (await stranger.ask(LIST, place=EDGETOWN))["__typename"] == "ForbiddenProblem"
    async with running.client(await running.officer(EDGETOWN, Role.OBSERVER)) as observer:
        assert await references(observer) == ["EDG-1"]
    async with running.client(await running.officer(f"{EDGETOWN}/north")) as station:
        assert (await station.ask(LIST, place=EDGETOWN))["__typename"] == "ForbiddenProblem"


@pytest.mark.parametrize("seed", range(3))
async def test_what_is_kept_is_what_would_be_read(
    running: Running, citizen: Client, officer: Client, seed: int
) -> None:
    """Readers and writers at random, at the same time: nobody reads less than was written."""
    chance = random.Random(seed)
    written = 0

    async def write() -> None:
        nonlocal written
        await citizen.submit()
        written += 1

    async def look() -> None:
        at_least = written
        assert len(await officer.reports(EDGETOWN, first=100)) >= at_least

    for _ in range(6):
        await asyncio.gather(*(chance.choice((write, look, look))() for _ in range(8)))
    assert len(await officer.reports(EDGETOWN, first=100)) == written


def _key(number: int) -> Any:
    return b"digest", b"%04d" % number, "OFFICER", "india", 1


def _kept(size: int) -> CachedResponse:
    return CachedResponse("india/goa/panaji", {}, b"x" * size)


def test_the_least_asked_for_goes_first() -> None:
    kept = ResponseCache(max_bytes=1000 + 3 * OVERHEAD)
    keys = [_key(number) for number in range(4)]
    for key in keys[:3]:
        kept.store(key, _kept(300))
    assert kept.get(keys[0]) is not None
    kept.store(keys[3], _kept(300))
    assert [kept.get(key) is not None for key in keys] == [True, False, True, True]


def test_an_answer_in_place_of_another_takes_no_more_room() -> None:
    kept = ResponseCache(max_bytes=1000 + 3 * OVERHEAD)
    other, key = _key(1), _key(2)
    kept.store(other, _kept(300))
    for _ in range(50):
        kept.store(key, _kept(300))
    assert kept.get(other) is not None


def test_no_room_keeps_nothing() -> None:
    kept = ResponseCache(max_bytes=0)
    kept.store(_key(1), _kept(1))
    assert kept.get(_key(1)) is None
