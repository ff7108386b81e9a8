"""A place as a folder: which folders are places, and what is read of them."""

from pathlib import Path

import pytest

from plugins.catalogues import CATALOGUES
from plugins.runtime.folder import (
    MAX_LINE,
    FolderPlugin,
    PlaceOnly,
    WrongFile,
    contract_of,
    find_folders,
    read_table,
    station_areas,
)
from tests.support.place_folders import CITY, PLACE, STATIONS, write

SQUARE = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("land", True),
        ("land/state/town", True),
        ("land/state/town/station", False),
        ("Land", False),
        ("land/new town", False),
        ("land/.git", False),
        ("a" * 200, False),
    ],
)
def test_a_place_is_a_folder_whose_path_is_one(tmp_path: Path, path: str, expected: bool) -> None:
    folder = write(tmp_path, path)
    assert find_folders(tmp_path) == ({path: folder} if expected else {})


def test_a_folder_named_like_the_file_is_no_place(tmp_path: Path) -> None:
    (tmp_path / "land" / "place.toml").mkdir(parents=True)
    assert find_folders(tmp_path) == {}


def test_the_longest_line_of_a_table_is_read_and_no_longer_one(tmp_path: Path) -> None:
    file = tmp_path / "numbers.toml"
    file.write_text("#" + "x" * (MAX_LINE - 1))
    assert len(read_table(file)) == MAX_LINE
    file.write_text("ok = 1\n#" + "x" * MAX_LINE)
    with pytest.raises(WrongFile, match="line 2 has more than 20,000 characters"):
        read_table(file)


def test_a_byte_order_mark_is_no_part_of_a_table(tmp_path: Path) -> None:
    file = tmp_path / "place.toml"
    file.write_bytes(b'\xef\xbb\xbfcode = "TWN"')
    assert read_table(file) == 'code = "TWN"'


@pytest.mark.parametrize(
    ("text", "version"),
    [(PLACE, 1), ("contract = 7", 7), ('contract = "2"', "2"), ("= broken", 1)],
)
def test_a_folder_is_of_the_first_contract_unless_it_says(
    tmp_path: Path, text: str, version: object
) -> None:
    assert contract_of(write(tmp_path, CITY, place=text)) == version


def test_a_file_is_read_once_for_all_who_ask(tmp_path: Path) -> None:
    folder = write(tmp_path, CITY, stations=STATIONS)
    plugin = FolderPlugin(CITY, folder, CATALOGUES)
    first = vars(plugin)["stations"]()
    (folder / "stations.toml").unlink()
    assert [row["code"] for row in first] == ["near", "far"]
    assert vars(plugin)["stations"]() is first
    assert vars(plugin)["tariffs"]() is None


def test_who_the_place_is_is_told_without_the_contract(tmp_path: Path) -> None:
    folder = write(tmp_path, CITY, place=f"contract = 1\n{PLACE}")
    described = FolderPlugin(CITY, folder, CATALOGUES).describe_place()
    assert described["path"] == CITY
    assert "contract" not in described
    light = PlaceOnly(CITY, folder).describe_place()
    assert set(light) == {"path", "names", "position", "radius"}


def test_an_empty_description_is_no_answer(tmp_path: Path) -> None:
    folder = write(tmp_path, CITY, place="")
    assert FolderPlugin(CITY, folder, CATALOGUES).describe_place() is None
    assert PlaceOnly(CITY, folder).describe_place() is None


@pytest.mark.parametrize(
    ("hook", "keys", "expected"),
    [
        ("stations", (1, "position"), "stations.toml:9: stations.1.position"),
        ("stations", (7, "code"), "stations.toml: stations.7.code"),
        ("emergency_numbers", (0, "number"), "numbers.toml: numbers.0.number"),
        ("describe_place", ("radius",), "place.toml:4: radius"),
        ("station_areas", (0, "station"), "boundaries.geojson:2: features.0.station"),
        ("station_areas", (5, "station"), "boundaries.geojson: features.5.station"),
    ],
)
def test_a_value_is_found_in_its_file(
    tmp_path: Path, hook: str, keys: tuple[str | int, ...], expected: str
) -> None:
    boundaries = '{"features": [\n{"type": "Feature"}]}'
    folder = write(tmp_path, CITY, stations=STATIONS, boundaries=boundaries)
    assert FolderPlugin(CITY, folder, CATALOGUES).where(hook, keys) == expected


def test_what_a_feature_lacks_is_its_own_fault() -> None:
    features = [
        {"properties": {"station": "near"}, "geometry": SQUARE},
        {"properties": None, "geometry": SQUARE},
        {"properties": {"station": "far"}},
        "no feature",
    ]
    assert station_areas({"features": features}) == [
        {"station": "near", "geometry": SQUARE},
        {"geometry": SQUARE},
        {"station": "far"},
        {},
    ]
