"""Number plates: however they are typed, one normal form, and never another one's."""

import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.places.formats import MAX_PLATE
from core.problems import InvalidInput
from core.vehicles.plate_formats import PlateFormat
from core.vehicles.plates import MAX_TYPED, normal_plate
from plugins.contract.validation import WrongAnswer, validated

ROOT = Path(__file__).parents[3]
ROWS = tomllib.loads((ROOT / "cities/india/plates.toml").read_text("utf-8"))["plates"]
INDIA = validated(PlateFormat, ROWS)

SEPARATORS = st.sampled_from(["", "", " ", "-", " - ", ".", "/", "·"])
STATES = st.sampled_from(["MP", "CG", "DL", "UP", "MH", "TG", "OD", "LA"])
LETTERS = st.from_regex(r"[A-Z]{1,3}", fullmatch=True)
NUMBERS = st.integers(0, 9999)


@st.composite
def marks(draw: st.DrawFn) -> tuple[list[str], str]:
    """A plate in its parts, as somebody may write them, and its normal form."""
    number = draw(NUMBERS)
    written = f"{number:0{draw(st.integers(1, 4))}}"
    if draw(st.booleans()):
        year, letters = draw(st.integers(0, 99)), draw(LETTERS)[:2]
        return [f"{year:02}", "BH", written, letters], f"{year:02}BH{number:04}{letters}"
    state, office, series = draw(STATES), draw(st.integers(1, 99)), draw(LETTERS)
    shown = f"{office:0{draw(st.integers(1, 2))}}"
    return [state, shown, series, written], f"{state}{office:02}{series}{number:04}"


@given(marks(), st.lists(SEPARATORS, min_size=5, max_size=5), st.booleans(), st.booleans())
def test_however_it_is_typed(
    mark: tuple[list[str], str], between: list[str], lower: bool, prefixed: bool
) -> None:
    parts, normal = mark
    typed = "".join(
        f"{part}{separator}"
        for part, separator in zip(["IND" if prefixed else "", *parts], between, strict=True)
    )
    assert normal_plate(typed.lower() if lower else typed, INDIA) == normal


@given(st.text(max_size=MAX_TYPED + 5) | st.from_regex(r"(IND)?[A-Z0-9 ]{4,14}", fullmatch=True))
def test_what_is_normal_stays(text: str) -> None:
    for formats in (INDIA, ()):
        try:
            normal = normal_plate(text, formats)
        except InvalidInput as problem:
            assert problem.path == ("plate",)
            assert problem.rule in {"REQUIRED", "TOO_LONG", "MALFORMED"}
            continue
        assert normal_plate(normal, formats) == normal
        assert re.fullmatch(f"[A-Z0-9]{{1,{MAX_PLATE}}}", normal)


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("mp 09-ab 1234", "MP09AB1234"),
        ("MP09AB1234", "MP09AB1234"),
        ("IND MP 9 AB 34", "MP09AB0034"),
        ("DL 2C AB 1234", "DL02CAB1234"),
        ("DL2C 7", "DL02C0007"),
        ("CG 04 1234", "CG041234"),
        ("22 bh 1234 aa", "22BH1234AA"),
        ("21 BH 0001 A", "21BH0001A"),
        ("ＭＰ０９ＡＢ１２３４", "MP09AB1234"),  # wide letters, as some keyboards give them
        ("MP ०९ AB १२३४", "MP09AB1234"),
    ],
)
def test_examples(typed: str, normal: str) -> None:
    assert normal_plate(typed, INDIA) == normal


@pytest.mark.parametrize(
    ("typed", "rule"),
    [
        ("", "REQUIRED"),
        (" - ", "REQUIRED"),
        ("MP09AB12345", "MALFORMED"),
        ("XX09AB1234", "MALFORMED"),
        ("MP91234", "MALFORMED"),  # office 9 or 91?
        ("MP09AB1234;", "MALFORMED"),
        ("एमपी 09 AB 1234", "MALFORMED"),
        ("MP09AB1234\0", "MALFORMED"),
        ("A" * 17, "TOO_LONG"),
        ("A" * 1_000_000, "TOO_LONG"),
        ("\ufdfa" * MAX_TYPED, "TOO_LONG"),  # one letter that becomes eighteen
    ],
)
def test_what_is_none_is_refused(typed: str, rule: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        normal_plate(typed, INDIA, ("input", "plate"))
    assert (raised.value.rule, raised.value.path) == (rule, ("input", "plate"))
    assert not typed or typed not in raised.value.message


ROW = {
    "code": "own",
    "names": {"en": "Own"},
    "pattern": "(?P<all>[A-Z]{3})",
    "normal": "{all}",
    "example": "ABC",
}


@pytest.mark.parametrize(
    "change",
    [
        {"pattern": "(?P<all>[A-Z]{3}"},
        {"pattern": "[A-Z]{3}"},
        {"normal": "{other}"},
        {"normal": "{all.nothing}"},
        {"normal": "{all}X"},
        {"normal": "{"},
        {"example": "AB"},
        {"example": "A B C"},
        {"pattern": "(?P<all>" + "A?" * 300 + ")"},
    ],
)
def test_a_format_proves_itself(change: dict[str, str]) -> None:
    assert validated(PlateFormat, [ROW])
    with pytest.raises(WrongAnswer):
        validated(PlateFormat, [ROW | change])


def test_a_pattern_that_goes_wild_is_kept_short() -> None:
    wild = PlateFormat("wild", {"en": "Wild"}, "(?P<all>(A+)+)", "{all}", "AAA")
    with pytest.raises(InvalidInput):
        normal_plate("A" * (MAX_PLATE - 1) + "B", [wild])
