"""An event is shaped once for all who asked the same, and only for them."""

import asyncio
from contextlib import AsyncExitStack
from typing import Any

import pytest
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from schema.types.event import Delivered
from tests.client import PLACE_EVENTS, Client
from tests.conftest import EDGETOWN, Running

NAMES = """subscription ($path: String!, $after: String!) { placeEvents(path: $path) {
  __typename ... on ReportEvent { report { category { name(language: $after) } } }
} }"""

pytestmark = pytest.mark.database("sqlite")


async def test_ten_portals_cost_one_shaping(
    citizen: Client, officer: Client, database_name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shaped: list[object] = []
    execute = StrawberryGraphQLCoreExecutionContext.execute_operation

    def counting(self: Any, serially: bool | None = None) -> Any:
        if isinstance(self.root_value, Delivered):
            shaped.append(self.root_value)
        return execute(self, serially)

    monkeypatch.setattr(StrawberryGraphQLCoreExecutionContext, "execute_operation", counting)
    async with AsyncExitStack() as stack:
        portals = [
            await stack.enter_async_context(officer.stream(PLACE_EVENTS, path=EDGETOWN))
            for _ in range(10)
        ]
        for portal in portals:
            await portal.caught_up()
        await citizen.submit()
        events = await asyncio.gather(*(portal.next() for portal in portals))
    assert all(event == events[0] for event in events)
    assert len(shaped) == 1


async def test_who_asked_for_other_words_gets_other_words(
    citizen: Client, officer: Client, database_name: str
) -> None:
    async with (
        officer.stream(NAMES, path=EDGETOWN, after="en") as english,
        officer.stream(NAMES, path=EDGETOWN, after="hi") as hindi,
    ):
        await english.caught_up()
        await hindi.caught_up()
        await citizen.submit()
        names = [(await portal.next())["report"]["category"]["name"] for portal in (english, hindi)]
    assert names == ["Noise", "शोर"]


async def test_stations_and_the_city_get_cursors_of_their_own(
    running: Running, citizen: Client, officer: Client, database_name: str
) -> None:
    station = f"{EDGETOWN}/north"
    async with (
        officer.stream(PLACE_EVENTS, path=EDGETOWN) as city,
        officer.stream(PLACE_EVENTS, path=station) as north,
    ):
        await city.caught_up()
        await north.caught_up()
        await citizen.submit(position={"latitude": 15.04, "longitude": 80.0})
        one, other = await city.next(), await north.next()
    assert one["report"] == other["report"]
    assert one["cursor"] != other["cursor"]
