"""Metrics count what lives, and only for as long as it lives."""

import asyncio
import re

import pytest

from tests.client import PLACE_EVENTS, Client
from tests.conftest import EDGETOWN

pytestmark = pytest.mark.database("sqlite")


async def figure(client: Client, name: str) -> float:
    text = (await client.http.get("/metrics")).text
    found = re.search(rf"^{name} (\S+)$", text, re.MULTILINE)
    assert found is not None, text
    return float(found[1])


async def test_subscriptions_and_kept_answers_are_counted(
    citizen: Client, officer: Client, database_name: str
) -> None:
    await citizen.submit()
    assert await figure(officer, "citizencop_response_cache_bytes") == 0
    await officer.reports(EDGETOWN)
    assert await figure(officer, "citizencop_response_cache_bytes") > 100
    async with officer.stream(PLACE_EVENTS, path=EDGETOWN) as portal:
        await portal.caught_up()
        assert await figure(officer, "citizencop_subscriptions") == 1
    async with asyncio.timeout(5):
        while await figure(officer, "citizencop_subscriptions"):
            await asyncio.sleep(0.01)
    assert await figure(officer, "citizencop_cities") > 1000
