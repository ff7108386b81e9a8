"""The conformance kit passes for the cities that ship, and catches a city that breaks its word."""

import asyncio
from pathlib import Path

import pytest

from plugins.runtime.sources import shipped
from plugins.testing import CityContract
from plugins.tools.probing import probe
from tests.support.place_folders import CITY, STATIONS, load_places, write

SHIPPED = shipped()[0].root


class TestRaipur(CityContract):
    root = SHIPPED
    place = "india/chhattisgarh/raipur"


class TestIndore(CityContract):
    root = SHIPPED
    place = "india/madhya-pradesh/indore"


BREAKS = {
    "raises": "raise ValueError",
    "raises for odd categories": "assert category\n    return None",
    "changes its mind": "import random\n    return Route(random.choice(['near', 'far']), 'x')",
    "answers another type": "return 'near'",
    "names another city's station": "return Route('elsewhere', 'x')",
    "hangs": "import time\n    time.sleep(1)",
}


@pytest.mark.parametrize("body", BREAKS.values(), ids=BREAKS.keys())
async def test_a_city_that_breaks_the_contract_is_caught(tmp_path: Path, body: str) -> None:
    code = "from plugins import Route, hookimpl\n@hookimpl\ndef route_report(category, position):\n"
    write(tmp_path, CITY, stations=STATIONS, plugin=f"{code}    {body}\n")
    places = await load_places([tmp_path])
    town = places.get(CITY)
    assert town is not None
    assert await probe(places, town)


async def test_one_that_leaks_slowly_harms_nobody_else(tmp_path: Path) -> None:
    leak = "from plugins import hookimpl\nKEPT = []\n@hookimpl\ndef route_report(position):\n"
    leak += "    KEPT.append(bytearray(10_000))\n"
    write(tmp_path, CITY, stations=STATIONS, plugin=leak)
    write(tmp_path, "land/state/village", stations=STATIONS)
    places = await load_places([tmp_path])
    for path, leaks in ((CITY, True), ("land/state/village", False)):
        city = places.get(path)
        assert city is not None
        assert bool(await probe(places, city)) is leaks
    await asyncio.sleep(0)
    assert places.faults.counts == {}
