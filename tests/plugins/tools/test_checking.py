"""`city check` says what is wrong with file, line, rule and a fix."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.runtime.sources import shipped
from plugins.tools.checking import check
from plugins.tools.findings import Finding, Severity, line_of
from tests.support.place_folders import CITY, PLACE, STATIONS, load_places, write

SOUND = (
    PLACE.replace("10000.0", "40000.0") + 'code = "TWN"\nsources = ["a map"]\nlanguages = ["en"]\n'
)
ROOM = '[[stations]]\ncode = "room"\nnames = { en = "Room" }\ncontrol_room = true\n'


async def findings(root: Path, **files: str) -> list[Finding]:
    write(root, CITY, **{"place": SOUND, "stations": STATIONS + ROOM} | files)
    return check(await load_places([root]), CITY)


BROKEN = {
    "an unknown key": ({"place": SOUND + "cod = 1"}, "place.toml", 9, "unknown-key", "write code"),
    "a wrong choice": (
        {"place": SOUND.replace("FULL", "FUL")},
        "place.toml",
        5,
        "choice",
        'write "FULL"',
    ),
    "words where a number belongs": (
        {"place": SOUND.replace("40000.0", '"wide"')},
        "place.toml",
        4,
        "number",
        "without quotes",
    ),
    "another contract": (
        {"place": SOUND + "contract = 7"},
        "place.toml",
        9,
        "contract",
        "contract = 1",
    ),
    "reports in a light city": (
        {"place": SOUND.replace("FULL", "LIGHT") + 'features = ["ALERTS", "REPORTS"]'},
        "place.toml",
        9,
        "features",
        'deployment = "FULL"',
    ),
    "a code that is no slug": (
        {"stations": STATIONS.replace('"far"', '"Far Away"') + ROOM},
        "stations.toml",
        7,
        "slug",
        "civil-lines",
    ),
    "a code given twice": (
        {"stations": STATIONS.replace('"far"', '"near"') + ROOM},
        "stations.toml",
        3,
        "duplicate",
        "code of its own",
    ),
    "a former code that a station has": (
        {"stations": STATIONS + ROOM + 'former_codes = ["near"]'},
        "stations.toml",
        14,
        "former-code",
        "remove it",
    ),
    "a former code of two stations": (
        {"stations": ROOM + 'former_codes = ["old"]' + STATIONS + 'former_codes = ["old"]'},
        "stations.toml",
        14,
        "former-code",
        "remove it",
    ),
    "a number that is none": (
        {"numbers": '[[numbers]]\nkind = "POLICE"\nnumber = "call"\nnames = { en = "P" }'},
        "numbers.toml",
        3,
        "phone-number",
        "without spaces",
    ),
    "a missing key": (
        {"numbers": '[[numbers]]\nkind = "POLICE"\nnames = { en = "P" }'},
        "numbers.toml",
        1,
        "missing",
        "add number",
    ),
    "no TOML": ({"numbers": "a = 1\nb = = 2"}, "numbers.toml", 2, "toml", "double quotes"),
    "another table": (
        {"numbers": "[[number]]"},
        "numbers.toml",
        None,
        "unknown-key",
        "[[numbers]]",
    ),
    "a file nobody reads": ({"station": ""}, "station.toml", None, "unknown-file", "stations.toml"),
    "a plate that is not its own": (
        {
            "plates": '[[plates]]\ncode = "a"\nnames = { en = "A" }\npattern = "(?P<x>A)"\n'
            'normal = "{x}"\nexample = "B"\n'
        },
        "plates.toml",
        1,
        "value_error",
        "reference",
    ),
    "an area of no station": (
        {"boundaries": '{"features": [{"properties": {"station": "ner"}, "geometry": {}}]}'},
        "boundaries.geojson",
        None,
        "unknown-station",
        "write near",
    ),
    "no JSON": ({"boundaries": '{\n"features": [}'}, "boundaries.geojson", 2, "json", "correct"),
    "no GeoJSON": ({"boundaries": "[]"}, "boundaries.geojson", 1, "geojson", "FeatureCollection"),
    "a feature of nobody": (
        {"boundaries": '{"features": [\n{"type": "Feature", "properties": {}}]}'},
        "boundaries.geojson",
        2,
        "geojson",
        "CODE",
    ),
    "code that will not import": (
        {"plugin": "import nothing_like_this"},
        "plugin.py",
        None,
        "import-plugin.py",
        "reference",
    ),
    "a hook that is misspelt": (
        {"plugin": "from plugins import hookimpl\n@hookimpl\ndef route_reports(place): ..."},
        "plugin.py",
        3,
        "unknown-hook",
        "name it route_report",
    ),
    "an argument that is misspelt": (
        {"plugin": "from plugins import hookimpl\n@hookimpl\ndef route_report(categry): ..."},
        "plugin.py",
        3,
        "unknown-argument",
        "write category",
    ),
    "arguments by the star": (
        {"plugin": "from plugins import hookimpl\n@hookimpl\ndef route_report(**all): ..."},
        "plugin.py",
        3,
        "unknown-argument",
        "take any of",
    ),
    "a hook that is not marked": (
        {"plugin": "def route_report(category):\n    return None"},
        "plugin.py",
        1,
        "not-marked",
        "@hookimpl",
    ),
    "no Python": ({"plugin": "def f(:"}, "plugin.py", 1, "syntax", "py_compile"),
    "the inside of the server": (
        {"plugin": "from core.log.models import Report"},
        "plugin.py",
        1,
        "import",
        "from plugins",
    ),
    "hours that nobody reads": (
        {"stations": STATIONS + ROOM + 'hours = "9 to 5"'},
        "stations.toml",
        14,
        "opening-hours",
        "Mo-Sa",
    ),
    "a language that is none": (
        {"stations": STATIONS + ROOM.replace("en =", "english =")},
        "stations.toml",
        12,
        "language-tag",
        "write it like hi",
    ),
    "a language of the place that is none": (
        {"place": SOUND.replace('["en"]', '["en", "hindi"]')},
        "place.toml",
        8,
        "language-tag",
        "write it like hi",
    ),
    "a key given twice": (
        {"numbers": "a = 1\na = 2"},
        "numbers.toml",
        2,
        "toml",
        "remove one",
    ),
    "a desk of no category": (
        {"stations": STATIONS + ROOM + 'desks = ["crime.cyber"]'},
        "stations.toml",
        14,
        "unknown-category",
        "name a category",
    ),
}


@pytest.mark.parametrize(
    ("files", "file", "line", "rule", "fix"), BROKEN.values(), ids=BROKEN.keys()
)
async def test_each_fault_is_said_where_it_is(
    tmp_path: Path, files: dict[str, str], file: str, line: int | None, rule: str, fix: str
) -> None:
    found = await findings(tmp_path, **files)
    named = [each for each in found if (each.file.name, each.rule) == (file, rule)]
    assert named, [str(each) for each in found]
    assert named[0].line == line
    assert fix in named[0].fix
    assert str(named[0]).startswith(str(tmp_path))


async def test_a_sound_city_has_none(tmp_path: Path) -> None:
    assert await findings(tmp_path) == []


@pytest.mark.parametrize(
    ("files", "rule"),
    [
        ({"place": PLACE}, "sources"),
        ({"stations": STATIONS}, "control-room"),
        ({"place": SOUND.replace('"en"', '"mr"', 1).replace("en =", "en =")}, "language"),
        ({"stations": ROOM + STATIONS.replace("10.5", "17.0")}, "far-away"),
    ],
)
async def test_what_a_citizen_would_miss_is_a_warning(
    tmp_path: Path, files: dict[str, str], rule: str
) -> None:
    if rule == "language":
        files = {"place": SOUND.replace('languages = ["en"]', 'languages = ["mr"]')}
    found = await findings(tmp_path, **files)
    assert rule in {each.rule for each in found}
    assert {each.severity for each in found} == {Severity.WARNING}


async def test_words_are_checked_with_their_lines(tmp_path: Path) -> None:
    folder = write(tmp_path, CITY, place=SOUND, stations=STATIONS + ROOM) / "words"
    folder.mkdir()
    (folder / "hindi.ftl").write_text("report-RECEIVED = x\n")
    (folder / "hi.ftl").write_text("report-RECEIVED = x\nreport-RESOLVED\nreport-RECIEVED = y\n")
    found = check(await load_places([tmp_path]), CITY)
    said = {(each.file.name, each.line, each.rule) for each in found}
    assert {
        ("hindi.ftl", None, "language-tag"),
        ("hi.ftl", 2, "fluent"),
        ("hi.ftl", 3, "unknown-key"),
    } <= said


async def test_a_centre_the_wrong_way_round_is_found(tmp_path: Path) -> None:
    turned = SOUND.replace("latitude = 10.0, longitude = 70.0", "latitude = 70.0, longitude = 20.0")
    write(tmp_path, CITY, place=turned, stations=STATIONS + ROOM)
    write(tmp_path, "land/state/village", place=PLACE.replace("latitude = 10.0", "latitude = 20.0"))
    found = check(await load_places([tmp_path]), CITY)
    swapped = [each for each in found if each.rule == "swapped"]
    assert [each.line for each in swapped] == [3]
    assert "latitude = 20.0, longitude = 70.0" in swapped[0].fix


async def test_names_that_are_missing_in_the_first_language_are_counted_by_file(
    tmp_path: Path,
) -> None:
    fare = """[[tariffs]]
code = "auto"
names = { en = "Auto" }
currency = "INR"
base = 20
base_metres = 1000
per_km = 10
"""
    place = SOUND.replace('["en"]', '["hi", "en"]').replace("Town", 'Town", hi = "नगर')
    found = await findings(tmp_path, place=place, fares=fare)
    missing = {each.file.name: each.message for each in found if each.rule == "language"}
    assert missing["fares.toml"].startswith("1 name is missing in hi")
    assert missing["stations.toml"].startswith("3 names")


async def test_two_cities_with_one_code_are_told_of_one_another(tmp_path: Path) -> None:
    write(tmp_path, CITY, place=SOUND)
    write(tmp_path, "land/state/village", place=SOUND)
    places = await load_places([tmp_path])
    (said,) = places.faults.messages["land/state/village", "describe_place"]
    assert said.startswith("land/state/town has the code TWN already: give land/state/village")


async def test_the_places_that_ship_have_no_errors() -> None:
    places = await load_places([source.root for source in shipped()])
    for path in places.folders:
        if path:
            errors = [each for each in check(places, path) if each.severity is Severity.ERROR]
            assert errors == [], path


@given(st.integers(0, 5), st.integers(1, 6), st.sampled_from(["code", "names", "position"]))
def test_lines_are_found_in_any_table(index: int, count: int, key: str) -> None:
    block = (
        '[[stations]]\n# a note\ncode = "x"\nnames = { en = "X" }\nposition = { latitude = 1 }\n'
    )
    text = "# head\n" + block * count
    offset = {"code": 3, "names": 4, "position": 5}[key]
    expected = 1 + 5 * index + offset if index < count else None
    assert line_of(text, ["stations", index, key, "latitude"]) == expected
