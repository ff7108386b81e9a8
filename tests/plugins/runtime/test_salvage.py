"""What is right in a `place.toml` that has faults."""

from pathlib import Path

import pytest

from plugins.runtime.salvage import KEYS, may_be_full, right_part_of
from tests.support.place_folders import CITY, write

RIGHT = 'names = { en = "Town" }\ncode = "TWN"\ntime_zone = "Asia/Kolkata"\nradius = 9000.0\n'


def salvaged(folder: Path) -> dict[str, object]:
    return right_part_of(CITY, folder)


@pytest.mark.parametrize(
    ("change", "lost"),
    [
        (("", ""), set()),
        (('"TWN"', '"town"'), {"code"}),
        (("9000.0", "-1"), {"radius"}),
        (('{ en = "Town" }', '"Town"'), {"names"}),
        (('"TWN"', '"TWN'), {"code"}),
        (("names =", "names"), {"names"}),
        (("radius", "colour = 'blue'\nradius"), set()),
    ],
)
def test_each_field_stands_or_falls_by_itself(
    tmp_path: Path, change: tuple[str, str], lost: set[str]
) -> None:
    folder = write(tmp_path, CITY, place=RIGHT.replace(*change))
    assert set(salvaged(folder)) == {"names", "code", "time_zone", "radius"} - lost


def test_what_a_place_offers_waits_until_the_file_is_right(tmp_path: Path) -> None:
    offers = 'deployment = "FULL"\nfeatures = ["REPORTS"]\nrouting = ["NEAREST"]\n'
    folder = write(tmp_path, CITY, place=offers + RIGHT + "= broken")
    assert set(salvaged(folder)) <= set(KEYS)
    assert "deployment" not in salvaged(folder)


@pytest.mark.parametrize("text", ["", "= x\n" * 100, "names = " + "[" * 5_000, "x" * 30_000])
def test_of_a_hopeless_file_nothing_is_kept(tmp_path: Path, text: str) -> None:
    assert salvaged(write(tmp_path, CITY, place=text)) == {}


def test_without_a_file_nothing_is_kept(tmp_path: Path) -> None:
    assert salvaged(tmp_path) == {}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"place": 'deployment = "FULL"'}, True),
        ({"place": 'deployment = "LIGHT"'}, False),
        ({"place": 'names = { en = "Town" }'}, False),
        ({"place": 'names = { en = "Town" }', "plugin": ""}, True),
        ({"place": "= broken"}, True),
    ],
)
def test_what_cannot_be_read_may_be_a_full_city(
    tmp_path: Path, files: dict[str, str], expected: bool
) -> None:
    assert may_be_full(write(tmp_path, CITY, **files)) is expected
