"""A plugin that changes others while it is imported changes nothing for them."""

import json
import random
from pathlib import Path

import pytest

from core.paths import is_within
from core.places import stations
from core.position import Position
from tests.support.place_folders import CITY, STATIONS, load_places, write

PATCHES = {
    "a function of ours": "import core.paths\ncore.paths.is_within = lambda *_: True",
    "a method of ours": "from plugins.runtime.places import Place\nPlace.route_report = None",
    "a function all use": "import json\njson.loads = lambda *_: {}",
    "taken away": "import random\ndel random.choice",
}


@pytest.mark.parametrize("patch", PATCHES.values(), ids=PATCHES.keys())
async def test_what_it_changed_is_put_back_and_told(tmp_path: Path, patch: str) -> None:
    write(tmp_path, CITY, stations=STATIONS, plugin=patch)
    write(tmp_path, "land/state/village", stations=STATIONS)
    places = await load_places([tmp_path])
    assert not is_within("india", "usa")
    assert json.loads("[1]") == [1]
    assert len([random.choice([1])]) == 1
    assert list(places.faults.counts) == [(CITY, "import plugin.py")]
    assert "put back" in places.faults.messages[CITY, "import plugin.py"][0]
    for path in (CITY, "land/state/village"):
        city = places.get(path)
        assert city is not None
        route = await city.route_report("crime", Position(10.0, 70.0))
        assert route is not None
        assert route.station == "near"


async def test_an_honest_plugin_is_left_in_peace(tmp_path: Path) -> None:
    code = "import csv, tomllib\nimport plugins.geonames\nfrom plugins import hookimpl"
    write(tmp_path, CITY, stations=STATIONS, plugin=code)
    assert (await load_places([tmp_path])).faults.counts == {}


async def test_one_that_hangs_while_it_is_imported_holds_nobody_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("plugins.runtime.loading.LOAD_LIMIT", 0.2)
    write(tmp_path, CITY, stations=STATIONS, plugin="import time\ntime.sleep(30)")
    places = await load_places([tmp_path])
    assert list(places.faults.counts) == [(CITY, "import plugin.py")]
    city = places.get(CITY)
    assert city is not None
    assert len(city[stations.STATIONS]) == 2


async def test_another_contract_falls_back_to_light_with_a_sentence(tmp_path: Path) -> None:
    place = 'contract = 2\nnames = { en = "Town" }\ndeployment = "FULL"\nnew_key = 1\n'
    write(tmp_path, CITY, place=place, stations=STATIONS, plugin="raise SystemExit")
    places = await load_places([tmp_path])
    city = places.get(CITY)
    assert city is not None
    assert city.description.names == {"en": "Town"}
    assert (city.description.deployment, city[stations.STATIONS]) == ("LIGHT", {})
    (said,) = places.faults.messages[CITY, "contract"]
    assert "version 2" in said
    assert "runs light" in said


async def test_a_disabled_place_is_passed_over(tmp_path: Path) -> None:
    write(tmp_path, CITY, stations=STATIONS)
    write(tmp_path, "land/state/village", stations=STATIONS)
    places = await load_places([tmp_path], [CITY])
    assert [place.path for place in places.all()] == ["land/state/village"]
