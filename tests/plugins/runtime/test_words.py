"""Words in Fluent files: resolved when a place is loaded, the nearest place's first."""

from pathlib import Path

import pytest

from core import cap
from core.alerts.states import AlertState
from core.cap import Urgency
from core.log.transitions import ActionKind
from core.places.description import Feature
from core.places.numbers import NumberKind
from core.places.phrases import PHRASES
from core.reports.states import ReportState
from plugins.runtime import words
from tests.support.place_folders import CITY, load_places, write

DEFAULTS = Path(words.__file__).parents[1] / "defaults"


def keys_of(language: str) -> set[str]:
    return set(words.read(DEFAULTS / f"words/{language}.ftl"))


def test_the_defaults_say_all_that_there_is_to_say() -> None:
    said = keys_of("en")
    for prefix, enum in (
        ("report", ReportState),
        ("alert", AlertState),
        ("number", NumberKind),
        ("feature", Feature),
        ("urgency", Urgency),
        ("severity", cap.Severity),
        ("certainty", cap.Certainty),
        ("action", ActionKind),
    ):
        assert {f"{prefix}-{member.value}" for member in enum} <= said


@pytest.mark.parametrize("file", words.files_of(DEFAULTS), ids=lambda file: file.stem)
def test_every_language_is_sound_and_says_nothing_else(file: Path) -> None:
    assert words.parsed(file)[1] == []
    assert keys_of(file.stem) <= keys_of("en")


def test_terms_are_resolved_and_what_is_wrong_is_found_with_its_line() -> None:
    texts, faults = words.parse(
        "-police = Police\n"
        "report-RECEIVED = { -police } have it.\n"
        "report-RESOLVED = { $who } acted.\n"
        "9 = x\n"
        "loop = { loop }\n"
        "report-RECEIVED = again\n",
        "en",
    )
    assert texts["report-RECEIVED"]
    assert "loop" not in texts
    assert "report-RESOLVED" not in texts
    assert [fault.line for fault in faults] == [3, 4, 5, 6]


async def test_the_nearest_place_is_heard_in_each_language(tmp_path: Path) -> None:
    write(tmp_path, CITY)
    write(tmp_path, "land/state", place='names = { en = "State" }')
    for path, language, text in (
        (CITY, "en", "report-RECEIVED = The town has it.\n"),
        ("land/state", "en", "report-RECEIVED = The state has it.\n"),
        ("land/state", "hi-IN", "report-RECEIVED = राज्य\n"),
    ):
        folder = tmp_path / path / "words"
        folder.mkdir(exist_ok=True)
        (folder / f"{language}.ftl").write_text(text, "utf-8")
    places = await load_places([tmp_path])
    town = places.get(CITY)
    assert town is not None
    said = town[PHRASES]["report-RECEIVED"]
    assert (said["en"], said["hi-in"]) == ("The town has it.", "राज्य")
    assert said["hi"].startswith("प्राप्त")
    assert places.faults.counts == {}
    places.close()


async def test_a_broken_file_costs_the_place_its_words_alone(tmp_path: Path) -> None:
    folder = write(tmp_path, CITY) / "words"
    folder.mkdir()
    (folder / "en.ftl").write_text("report-RECEIVED = fine\nreport-RESOLVED\n")
    places = await load_places([tmp_path])
    town = places.get(CITY)
    assert town is not None
    assert town[PHRASES]["report-RECEIVED"]["en"].startswith("Received")
    assert places.faults.counts[CITY, "phrases"] == 1
    places.close()
