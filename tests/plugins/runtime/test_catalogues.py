"""A catalogue is declared once; file, hook, checks and reference follow from the declaration."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from core.places.catalogue import Catalogue, by_code
from core.places.description import Feature
from core.places.formats import LocalisedWords, Slug
from plugins.catalogues import CATALOGUES
from plugins.runtime.loading import load_places
from plugins.tools.checking import check
from plugins.tools.reference import documents
from tests.support.place_folders import CITY, PLACE, STATIONS, write


@dataclass(frozen=True, slots=True)
class Counter:
    """A counter of the lost property office."""

    code: Slug
    names: LocalisedWords


COUNTERS: Final = Catalogue(
    hook="lost_property_counters",
    row=Counter,
    file="counters.toml",
    table="counters",
    merge=by_code,
    documentation="Give the counters of lost property. Called once at start.",
    feature=Feature.STATISTICS,
)
WITH_COUNTERS = (*CATALOGUES, COUNTERS)
ROWS = """
[[counters]]
code = "main"
names = { en = "Main office" }
[[counters]]
code = "Not a slug"
names = { en = "Nowhere" }
"""
CODE = """
from plugins import hookimpl

@hookimpl
def lost_property_counters(place):
    return [{"code": "main", "names": {"en": "Of the state"}},
            {"code": "airport", "names": {"en": place}}]
"""


async def test_file_and_hook_of_a_new_catalogue_are_read(tmp_path: Path) -> None:
    """The nearest row of a code counts, and a wrong row is left out by itself."""
    write(tmp_path, CITY, stations=STATIONS, counters=ROWS)
    write(tmp_path, "land/state", place='names = { en = "State" }', plugin=CODE)
    places = await load_places([tmp_path], catalogues=WITH_COUNTERS)
    city = places.get(CITY)
    assert city is not None
    listed = {code: each.names["en"] for code, each in city[COUNTERS].items()}
    assert listed == {"main": "Main office", "airport": CITY}
    assert dict(places.faults.counts) == {(CITY, COUNTERS.hook): 1}
    (said,) = places.faults.messages[CITY, COUNTERS.hook]
    assert said.startswith("counters.toml:6: counters.1.code")


async def test_a_place_without_its_feature_has_none(tmp_path: Path) -> None:
    write(tmp_path, CITY, place=PLACE + 'features = ["ALERTS"]\n', counters=ROWS)
    city = (await load_places([tmp_path], catalogues=WITH_COUNTERS)).get(CITY)
    assert city is not None
    assert city[COUNTERS] == {}


async def test_check_and_reference_know_it(tmp_path: Path) -> None:
    """Without the declaration nobody reads the file, and `city check` says so."""
    folder = write(tmp_path, CITY, stations=STATIONS, counters=ROWS)
    found = check(await load_places([tmp_path], catalogues=WITH_COUNTERS), CITY)
    of_file = [(each.line, each.rule) for each in found if each.file == folder / COUNTERS.file]
    assert of_file == [(6, "slug")]
    unknown = check(await load_places([tmp_path], catalogues=CATALOGUES), CITY)
    assert [each.rule for each in unknown if each.file == folder / COUNTERS.file] == [
        "unknown-file"
    ]
    written = documents(WITH_COUNTERS)
    assert f"### `{COUNTERS.hook}`\n\n`{COUNTERS.hook}(place)`" in written["reference.md"]
    assert '"counters"' in written["schemas/counters.schema.json"]
