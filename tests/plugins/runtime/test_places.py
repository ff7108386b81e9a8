"""Plugins: the chain, and that a city cannot break another."""

import asyncio
import time
from pathlib import Path

import pytest

from core.places import stations
from core.places.description import Deployment
from core.places.numbers import NUMBERS
from core.position import Position
from core.reports.categories import CATEGORIES
from plugins.runtime.isolation import REQUEST_LIMIT
from plugins.runtime.places import Places
from plugins.runtime.sources import shipped
from tests.support.place_folders import CITY, PLACE, STATIONS, load_places, write

CENTRE = Position(10.0, 70.0)


async def loaded(root: Path) -> Places:
    return await load_places([root])


def number(kind: str, digits: str) -> str:
    return f'[[numbers]]\nkind = "{kind}"\nnumber = "{digits}"\nnames = {{ en = "{kind}" }}\n'


async def test_the_nearest_answers_first_and_the_rest_is_merged(tmp_path: Path) -> None:
    write(
        tmp_path,
        "land",
        place='names = { en = "Land" }\ntime_zone = "Asia/Kolkata"\nlanguages = ["hi"]',
        numbers=number("POLICE", "100") + number("FIRE", "101"),
    )
    write(tmp_path, "land/state", place='names = { en = "State" }', numbers=number("WOMEN", "181"))
    write(tmp_path, CITY, numbers=number("POLICE", "5550100") + number("FIRE", "101"))
    places = await loaded(tmp_path)
    town = places.get(CITY)
    assert town is not None
    numbers = [each.number for each in town[NUMBERS]]
    assert numbers == ["112", "5550100", "101", "181", "100"]
    assert town.description.time_zone == "Asia/Kolkata"
    assert town.description.languages == ("hi",)
    assert places.at(CENTRE) is town
    assert places.at(Position(11.0, 70.0)) is None
    country = places.country_at(Position(11.0, 70.0))
    assert country is not None
    assert country.path == "land"
    assert places.faults.counts == {}


async def test_a_light_citys_row_becomes_full_with_its_plugin(tmp_path: Path) -> None:
    rows = """
from plugins import PlaceDescription, Position, hookimpl
@hookimpl
async def light_cities(place):
    point = Position(10, 70)
    return [PlaceDescription("land/state/town", {"en": "Town"}, position=point, radius=9000),
            PlaceDescription("land/state/other", {"en": "Other"})]
"""
    write(tmp_path, "land", place='names = { en = "Land" }', plugin=rows)
    light = (await loaded(tmp_path)).get(CITY)
    assert light is not None
    assert light.description.deployment is Deployment.LIGHT
    write(tmp_path, CITY, stations=STATIONS)
    full = (await loaded(tmp_path)).get(CITY)
    assert full is not None
    assert full.description.deployment is Deployment.FULL
    assert full[CATEGORIES] == {}  # no link of this chain has any


BROKEN_ROUTES = {
    "raises": "raise ValueError('secret words of a citizen')",
    "exits": "raise SystemExit",
    "hangs": "time.sleep(60)",
    "hangs awaiting": "await asyncio.sleep(60)",
    "answers nonsense": "return 42",
    "answers a wrong type": "return Route(station=7, reason=None)",
    "names no station": "return Route(station='nowhere', reason='x')",
}


@pytest.mark.parametrize("body", BROKEN_ROUTES.values(), ids=BROKEN_ROUTES.keys())
async def test_a_city_that_cannot_route_falls_back_and_only_it(
    tmp_path: Path, body: str, caplog: pytest.LogCaptureFixture
) -> None:
    keyword = "async def" if "await" in body else "def"
    code = f"""
import asyncio, time
from plugins import Route, hookimpl
@hookimpl
{keyword} route_report(place, category, position, stations):
    {body}
"""
    write(tmp_path, CITY, stations=STATIONS, plugin=code)
    write(tmp_path, "land/state/village", stations=STATIONS)
    places = await loaded(tmp_path)
    town, village = places.get(CITY), places.get("land/state/village")
    assert town is not None
    assert village is not None
    began = time.monotonic()
    routes = await asyncio.gather(
        town.route_report("crime", CENTRE),
        *(village.route_report("crime", CENTRE) for _ in range(9)),
    )
    assert [route and route.station for route in routes] == ["near"] * 10
    assert time.monotonic() - began < 3, "it was waited for"
    assert places.faults.counts == {(CITY, "route_report"): 1}
    assert CITY in caplog.text
    assert "secret words" not in caplog.text
    if "sleep" in body:
        assert await town.route_report("crime", CENTRE) is not None
        # It rests, and is not waited for again.
        assert places.faults.messages[CITY, "route_report"] == [
            f"no answer within {REQUEST_LIMIT} s",
            "skipped for 30 s after a timeout",
        ]


@pytest.mark.parametrize(
    ("files", "hook"),
    [
        ({"numbers": "= broken"}, "emergency_numbers"),
        ({"numbers": number("POLICE", "call us")}, "emergency_numbers"),
        ({"numbers": "numbers = 3"}, "emergency_numbers"),
        ({"stations": STATIONS.replace("code", "colour")}, "stations"),
        ({"categories": "[[categories]]\ncode = 'A b'\nnames = { en = 'x' }"}, "report_categories"),
        ({"plugin": "import nothing_like_this"}, "import plugin.py"),
        ({"plugin": "raise SystemExit(3)"}, "import plugin.py"),
        (
            {"plugin": "from plugins import hookimpl\n@hookimpl\ndef route_reports(place): ..."},
            "register",
        ),
        (
            {"plugin": "from plugins import hookimpl\n@hookimpl\ndef route_report(plaice): ..."},
            "register",
        ),
        ({"place": "names = 7"}, "describe_place"),
    ],
)
async def test_a_broken_file_loses_what_it_holds_and_nothing_else(
    tmp_path: Path, files: dict[str, str], hook: str
) -> None:
    write(tmp_path, CITY, **files)
    write(tmp_path, "land/state/village")
    places = await loaded(tmp_path)
    assert {key[:2] for key in places.faults.counts} == {(CITY, hook)}
    assert {place.path for place in places.all()} == {CITY, "land/state/village"}


async def test_two_cities_never_number_reports_alike(tmp_path: Path) -> None:
    for name in ("one", "two", "three"):
        code = 'code = "SAME"\n' if name != "three" else ""
        write(tmp_path, f"land/state/{name}", place=code + PLACE)
    places = await loaded(tmp_path)
    codes = {place.description.code for place in places.all()}
    assert len(codes) == 3
    assert None not in codes
    assert places.faults.counts == {("land/state/two", "describe_place"): 1}


async def test_the_places_that_ship_are_sound() -> None:
    places = await load_places([source.root for source in shipped()])
    assert places.faults.counts == {}
    cities = places.all()
    assert len(cities) > 1000
    assert {place.path.partition("/")[0] for place in cities} == {"india", "usa"}
    assert all(place[NUMBERS] for place in cities)
    assert all(place.description.time_zone and place.description.code for place in cities)
    raipur = places.get("india/chhattisgarh/raipur")
    assert raipur is not None
    assert len(raipur[stations.STATIONS]) == 22
    assert places.at(Position(21.25, 81.63)) is raipur
    assert places.at(Position(0, 0)) is None
    assert places.at(Position(90, 180)) is None
    assert places.country_at(Position(-60, -180)) is None


async def test_a_busy_server_is_not_the_plugins_fault(tmp_path: Path) -> None:
    write(tmp_path, CITY, stations=STATIONS)
    places = await loaded(tmp_path)
    town = places.get(CITY)
    assert town is not None
    asked = [asyncio.create_task(town.route_report("crime", CENTRE)) for _ in range(5)]
    await asyncio.sleep(0)
    time.sleep(1.2)  # noqa: ASYNC251 - nothing else runs meanwhile: longer than a hook may take
    routes = await asyncio.gather(*asked)
    assert [route and route.station for route in routes] == ["near"] * 5
    assert places.faults.counts == {}
