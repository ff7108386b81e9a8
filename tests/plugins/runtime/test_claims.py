"""No place takes another's path, code or ground, and a slip takes no city off the map."""

import re
from pathlib import Path

import pytest

from core.places import stations
from core.places.description import Deployment, Feature
from core.places.numbers import NUMBERS
from core.position import Position
from core.reports.categories import CATEGORIES
from plugins.runtime.places import Places
from plugins.runtime.sources import Source, shipped
from plugins.tools.checking import check
from tests.support.place_folders import CITY, PLACE, STATIONS, load_places, write

RAIPUR = "india/chhattisgarh/raipur"
IN_RAIPUR = Position(21.24, 81.64)
ROBBER = "india/assam/raipur"


def place(latitude: float, longitude: float, **more: object) -> str:
    given = {"radius": 15000.0, "deployment": '"FULL"', **more}
    lines = [f"{key} = {value}" for key, value in given.items()]
    centre = f"position = {{ latitude = {latitude}, longitude = {longitude} }}"
    return "\n".join(['names = { en = "Town" }', centre, *lines])


async def loaded(root: Path, *allowed: str) -> Places:
    return await load_places(
        [*shipped(), root], allowed=[f"{each}=folder {root}" for each in allowed]
    )


def claims(places: Places) -> dict[str, list[str]]:
    return {path: said for (path, hook), said in places.faults.messages.items() if hook == "claim"}


async def test_ground_and_code_of_a_city_that_ships_stay_its_own(tmp_path: Path) -> None:
    folder = write(tmp_path, ROBBER, place=place(21.2333, 81.6333, code='"RPR"'))
    places = await loaded(tmp_path)
    city = places.at(IN_RAIPUR)
    assert city is not None
    assert (city.path, city.description.code) == (RAIPUR, "RPR")
    assert places.get(ROBBER) is None
    assert claims(places) == {
        f"{ROBBER} (folder {tmp_path})": [
            f"{ROBBER} claims the area of {RAIPUR}; {folder} is not used"
        ]
    }
    assert {path for path, _ in places.faults.counts} == set(claims(places))
    (finding,) = (each for each in check(places, ROBBER) if each.rule == "claim")
    assert f'--allow {ROBBER}="folder {tmp_path}"' in finding.fix
    assert places.reduced == (ROBBER,)


async def test_a_code_that_another_has_is_refused_and_the_city_stays(tmp_path: Path) -> None:
    write(tmp_path, "india/assam/guwahati", place=place(26.18, 91.74, code='"RPR"'))
    places = await loaded(tmp_path)
    raipur, guwahati = places.get(RAIPUR), places.get("india/assam/guwahati")
    assert raipur is not None
    assert guwahati is not None
    assert raipur.description.code == "RPR"
    assert guwahati.description.deployment is Deployment.FULL
    (said,) = places.faults.messages["india/assam/guwahati", "describe_place"]
    assert said.startswith(f"{RAIPUR} has the code RPR already: give india/assam/guwahati another")
    assert said.endswith(f"numbered {guwahati.description.code}")
    assert {path for path, _ in places.faults.counts} == {"india/assam/guwahati"}


async def test_a_country_that_ships_is_not_replaced(tmp_path: Path) -> None:
    evil = Source("package evil", tmp_path, "1.0")
    write(tmp_path, "india", place='names = { en = "Mine" }', plugin="raise SystemExit")
    alone = await load_places(shipped())
    for allowed in ((), ("india=package evil 1.0",), ("india=package evil",)):
        places = await load_places([*shipped(), evil], allowed=allowed)
        raipur, before = places.get(RAIPUR), alone.get(RAIPUR)
        assert raipur is not None
        assert before is not None
        assert (raipur[CATEGORIES] == before[CATEGORIES]) is not bool(allowed)
        assert set(claims(places)) == (set() if allowed else {"india (package evil 1.0)"})
        refused = [each.rule for each in check(places, "india")]
        assert ("claim" in refused) is not bool(allowed)
        assert places.reduced == ()


async def test_of_two_plugins_with_one_path_the_first_wins(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    write(first, CITY, stations=STATIONS)
    write(second, CITY, place=PLACE.replace("Town", "Other"))
    places = await load_places([first, second])
    town = places.get(CITY)
    assert town is not None
    assert (town.description.names["en"], len(town[stations.STATIONS])) == ("Town", 2)
    (said,) = claims(places)[f"{CITY} (folder {second})"]
    assert said.startswith(f"{CITY} already belongs to folder {first}")
    again = await load_places([first, second, first])
    assert len(again.refused) == 1
    other = (await load_places([first, second], allowed=[f"{CITY}=folder {second}"])).get(CITY)
    assert other is not None
    assert other.description.names["en"] == "Other"


REAL = {
    "a light city turns full": ("india/maharashtra/pune", place(18.52, 73.85)),
    "beside a full city of another state": ("india/delhi/new-delhi", place(28.63576, 77.22445)),
    "beside a full city of its state": ("india/maharashtra/mumbai", place(19.07283, 72.88261)),
    "near the centre of its own row": ("india/assam/guwahati", place(26.15, 91.70)),
    "at sea": ("india/kerala/ship", place(0.0, 60.0)),
    "without a position": ("india/kerala/paper", 'names = { en = "Paper" }'),
}


@pytest.mark.parametrize(("path", "text"), REAL.values(), ids=REAL.keys())
async def test_real_neighbours_are_let_in(tmp_path: Path, path: str, text: str) -> None:
    write(tmp_path, path, place=text)
    places = await loaded(tmp_path)
    assert places.faults.counts == {}
    city = places.get(path)
    assert city is not None
    centre = city.description.position
    if centre is not None:
        assert places.at(centre) is city


async def test_a_full_city_keeps_its_circle_from_a_later_neighbour(tmp_path: Path) -> None:
    # Ten metres outside of Raipur's circle in the north: half of the overlap is nearer to it.
    write(tmp_path, "india/chhattisgarh/north", place=place(21.3683, 81.63333))
    between = Position(21.35, 81.63333)
    later = (await loaded(tmp_path)).at(between)
    assert later is not None
    assert later.path == RAIPUR
    allowed = (await loaded(tmp_path, "india/chhattisgarh/north")).at(between)
    assert allowed is not None
    assert allowed.path == "india/chhattisgarh/north"


async def test_a_wide_circle_leaves_other_states_what_is_nearer_to_them(tmp_path: Path) -> None:
    write(tmp_path, "india/assam/guwahati", place=place(26.18, 91.74, radius=200_000.0))
    places = await loaded(tmp_path)
    for position, owner in (
        (Position(25.57, 91.88), "india/meghalaya/shillong"),
        (Position(26.15, 91.70), "india/assam/guwahati"),
        (Position(26.63, 92.80), "india/assam/guwahati"),
        (Position(25.90, 91.80), "india/assam/guwahati"),
    ):
        found = places.at(position)
        assert found is not None
        assert found.path == owner


GREEDY = {
    "a light city of another state": ("india/assam/robber", place(28.6519, 77.2315)),
    "a light one over a full one": (ROBBER, place(21.2333, 81.6333, deployment='"LIGHT"')),
    "a town in a full city of its own state": ("india/chhattisgarh/inside", place(21.25, 81.65)),
}


@pytest.mark.parametrize(("path", "text"), GREEDY.values(), ids=GREEDY.keys())
async def test_ground_is_replaced_by_approval_alone(tmp_path: Path, path: str, text: str) -> None:
    write(tmp_path, path, place=text)
    places = await loaded(tmp_path)
    assert list(claims(places)) == [f"{path} (folder {tmp_path})"]
    assert places.get(path) is None
    allowed = await loaded(tmp_path, path)
    assert claims(allowed) == {}
    assert allowed.get(path) is not None


async def test_rows_of_a_later_source_claim_no_ground(tmp_path: Path) -> None:
    rows = """
from plugins import PlaceDescription, Position, hookimpl
@hookimpl
def light_cities(place):
    def row(name, *at):
        path = f"india/assam/{name}"
        return PlaceDescription(path, {"en": name}, position=Position(*at), radius=9e3)
    return [row("false", 28.65, 77.23), row("true", 27.0, 95.0),
            {"path": "india/assam/broken", "names": 7}]
"""
    write(tmp_path, "india/assam", place='names = { en = "Assam" }', plugin=rows)
    places = await loaded(tmp_path)
    assert places.get("india/assam/false") is None
    assert places.get("india/assam/true") is not None
    said = places.faults.messages["india/assam", "light_cities"]
    assert [each.split(":")[0] for each in said] == [
        "answer.2.names",
        "india/assam/false claims the area of india/delhi/delhi",
    ]


async def test_an_approval_of_nothing_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write(tmp_path, CITY)
    await load_places([tmp_path], allowed=[f"{CITY}=package pune"])
    assert f"--allow {CITY}=package pune has no effect" in caplog.text


TYPOS = {
    "no TOML": ('deployment = "FULL"', 'deployment = "FULL'),
    "a wrong choice": ('"FULL"', '"FUL"'),
    "an unknown key": ("radius", "radios"),
    "a position that is none": ("21.2", "921.2"),
    "a key twice": ("radius", "names = 3\nradius"),
}


@pytest.mark.parametrize("typo", TYPOS.values(), ids=TYPOS.keys())
@pytest.mark.parametrize("has_row", [True, False])
async def test_a_slip_in_its_file_leaves_the_city_on_the_map(
    tmp_path: Path, typo: tuple[str, str], has_row: bool
) -> None:
    if has_row:
        write(
            tmp_path,
            "land/state",
            place='names = { en = "S" }',
            plugin=f"""
from plugins import PlaceDescription, Position, hookimpl
@hookimpl
def light_cities():
    return [PlaceDescription({CITY!r}, {{"en": "Row"}}, position=Position(21.2, 81.6), radius=9e3)]
""",
        )
    text = place(21.2, 81.6)
    assert typo[0] in text
    write(tmp_path, CITY, place=text.replace(*typo), stations=STATIONS)
    places = await load_places([tmp_path])
    if has_row or typo[1] != "921.2":
        city = places.at(Position(21.21, 81.61))
        assert city is not None
        assert city.path == CITY
        assert city.description.deployment is Deployment.LIGHT
        assert set(city[stations.STATIONS]) == {"near", "far"}
        route = await city.route_alert(Position(21.21, 81.61))
        assert route is not None
    assert set(places.faults.counts) == {(CITY, "describe_place")}
    (said,) = places.faults.messages[CITY, "describe_place"]
    assert re.match(r"place\.toml:(\d:)? ", said), said
    assert places.reduced == (CITY,)


def number(kind: str, digits: str) -> str:
    return f'[[numbers]]\nkind = "{kind}"\nnumber = "{digits}"\nnames = {{ en = "{kind}" }}\n'


ROWS = {
    "a number": ("numbers", number("POLICE", "100") + number("FIRE", "call us"), "numbers.toml:7"),
    "a station": ("stations", STATIONS.replace('"far"', '"Far Away"'), "stations.toml:7"),
    "a category": (
        "categories",
        "[[categories]]\ncode = 'a'\nnames = { en = 'A' }\n[[categories]]\ncode = 'A b'\n",
        "categories.toml:5",
    ),
    "an area": (
        "boundaries",
        '{"type": "FeatureCollection", "features": [\n'
        '{"type": "Feature", "properties": {"station": "near"}, "geometry": {"type": "Polygon",'
        ' "coordinates": [[[69, 9], [71, 9], [71, 11], [69, 9]]]}},\n'
        '{"type": "Feature", "properties": {"station": "far"}, "geometry": {"type": "Point"}},\n'
        '{"type": "Feature", "properties": {"station": "nobody"}, "geometry": {"type": "Polygon",'
        ' "coordinates": [[[69, 9], [71, 9], [71, 11], [69, 9]]]}}]}',
        "boundaries.geojson:3",
    ),
}


@pytest.mark.parametrize(("name", "text", "where"), ROWS.values(), ids=ROWS.keys())
async def test_one_wrong_row_is_lost_alone(
    tmp_path: Path, name: str, text: str, where: str
) -> None:
    write(tmp_path, CITY, **{"stations": STATIONS, name: text})
    places = await load_places([tmp_path])
    town = places.get(CITY)
    assert town is not None
    ((key, said),) = places.faults.messages.items()
    assert key[0] == CITY
    assert said[0].startswith(f"{where}: "), said
    match name:
        case "numbers":
            assert [each.number for each in town[NUMBERS]] == ["112", "100"]
        case "stations":
            assert set(town[stations.STATIONS]) == {"near"}
            assert re.search(r"stations\.1\.code: use lower-case letters", said[0])
        case "categories":
            assert places.faults.counts == {(CITY, "report_categories"): 1}
        case _:
            assert town.areas.station_at(Position(9.1, 70.0)) == "near"
            assert len(said) == 2


async def test_many_wrong_rows_are_counted_and_not_all_said(tmp_path: Path) -> None:
    write(tmp_path, CITY, numbers=number("FIRE", "call us") * 500)
    places = await load_places([tmp_path])
    assert places.faults.counts == {(CITY, "emergency_numbers"): 21}


async def test_a_light_city_takes_no_reports(tmp_path: Path) -> None:
    light = PLACE.replace("FULL", "LIGHT") + 'features = ["ALERTS", "REPORTS"]\n'
    write(tmp_path, CITY, place=light, categories="[[categories]]\ncode='a'\nnames={en='A'}")
    places = await load_places([tmp_path])
    town = places.get(CITY)
    assert town is not None
    assert town.features == {Feature.ALERTS}
    assert town[CATEGORIES] == {}
    assert "nobody reads REPORTS" in places.faults.messages[CITY, "describe_place"][0]
    assert places.reduced == ()
