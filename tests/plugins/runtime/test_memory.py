"""A plugin that lets nothing go is told of, by the server and by `city check`."""

from pathlib import Path

from plugins.runtime import places as places_module
from plugins.runtime.memory import memory_usage
from plugins.tools.probing import probe
from tests.support.place_folders import CITY, STATIONS, load_places, write

LEAKING = """from plugins import hookimpl
KEPT = []

@hookimpl
def route_report(position, stations):
    KEPT.append(bytes(100_000))
"""
CACHING = """from functools import lru_cache
from plugins import Route, hookimpl

@lru_cache(maxsize=64)
def _route(category):
    return Route(station="near", reason=f"for {category}")

@hookimpl
def route_report(category, stations):
    return _route(category)
"""


async def test_a_leak_is_a_fault_once_and_again_when_it_has_doubled(tmp_path: Path) -> None:
    write(tmp_path, CITY, stations=STATIONS, plugin=LEAKING)
    places = await load_places([tmp_path])
    town = places.get(CITY)
    assert town is not None
    assert town.description.position is not None
    for asked, told in ((10, 0), (200, 1), (20, 1), (300, 2)):
        for _ in range(asked):
            await town.route_report("crime", town.description.position)
        places.look_for_leaks()
        assert places.faults.counts[CITY, "memory"] == told
    assert places.faults.messages[CITY, "memory"][0].startswith("plugin.py uses ")
    # The city still answers: the step after its own found the nearest station.
    route = await town.route_report("crime", town.description.position)
    assert route is not None
    assert route.station == "near"
    places.close()


async def test_check_asks_whether_something_is_never_let_go(tmp_path: Path) -> None:
    for code, told in ((LEAKING, True), (CACHING, False)):
        write(tmp_path, CITY, stations=STATIONS, plugin=code)
        places = await load_places([tmp_path])
        town = places.get(CITY)
        assert town is not None
        complaints = await probe(places, town)
        assert any("memory grows" in each for each in complaints) is told, complaints
        places.close()


def test_what_is_the_servers_own_is_not_counted() -> None:
    assert memory_usage(places_module) < 200_000
