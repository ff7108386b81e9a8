"""Metrics count what lives, and only for as long as it lives."""

import asyncio
import re

import pytest

from tests.support.client import PLACE_EVENTS, Client
from tests.support.places import EDGETOWN

pytestmark = pytest.mark.database("sqlite")


async def figure(client: Client, name: str) -> float:
    text = (await client.http.get("/metrics")).text
    found = re.search(rf"^{name} (\S+)$", text, re.MULTILINE)
    assert found is not None, text
    return float(found[1])


async def test_subscriptions_and_kept_answers_are_counted(citizen: Client, officer: Client) -> None:
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


async def test_what_a_plan_does_not_answer_is_counted_by_reason(
    citizen: Client, database_name: str
) -> None:
    async def fallbacks() -> dict[str, float]:
        text = (await citizen.http.get("/metrics")).text
        found = re.findall(
            r'^citizencop_compiler_fallbacks_total\{reason="(\w+)"\} (\S+)$', text, re.MULTILINE
        )
        return {reason: float(count) for reason, count in found}

    none = {"not_supported": 0.0, "field_error": 0.0, "unexpected": 0.0}
    assert await fallbacks() == none
    await citizen.answer("{ __typename }")
    await citizen.answer('{ city(path: "india") { __typename } }')
    assert await fallbacks() == none
    await citizen.answer("{ __schema { queryType { name } } }")
    assert await fallbacks() == none | {"not_supported": 1.0}
