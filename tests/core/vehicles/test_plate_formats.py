"""Formats of number plates prove themselves where they are declared."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.vehicles.plate_formats import PLATE_FORMATS, PlateFormat

WORDS = {"en": "Plate"}
PATTERN = r"(?P<state>[A-Z]{2})0*(?P<number>[0-9]{1,4})"


def a_format(
    pattern: str = PATTERN,
    normal: str = "{state}{number:0>4}",
    example: str = "MP0012",
    code: str = "plate",
) -> PlateFormat:
    return PlateFormat(code, WORDS, pattern, normal, example)


@given(st.from_regex(r"[A-Z]{2}", fullmatch=True), st.integers(1, 9999), st.integers(0, 4))
def test_a_plate_has_one_normal_form(state: str, number: int, zeros: int) -> None:
    kept = a_format().normal_form(f"{state}{'0' * zeros}{number}")
    assert kept == f"{state}{number:04}"
    assert a_format().normal_form(kept) == kept


@pytest.mark.parametrize("mark", ["", "MP", "M12", "XMP12", "MP12X", "MP12345"])
def test_only_the_whole_plate_fits(mark: str) -> None:
    assert a_format().normal_form(mark) is None


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"example": "MP12"}, "must be a plate in its normal form"),
        ({"example": "12"}, "must be a plate in its normal form"),
        ({"normal": "{state}{series}"}, "do not match"),
        ({"normal": "{state:d}"}, "do not match"),
        ({"normal": "{0}"}, "do not match"),
        ({"normal": "{state}{number:0>100}"}, "no plate is that long"),
        ({"pattern": "(?P<state>["}, "do not match"),
    ],
)
def test_a_format_that_does_not_fit_its_example_is_refused(
    change: dict[str, str], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        a_format(**change)


def test_no_pattern_takes_long() -> None:
    """Python's own engine would take years."""
    slow = a_format(r"(?P<all>(A+)+B)", "{all}", "AB")
    began = time.process_time()
    assert slow.normal_form("A" * 5_000) is None
    assert time.process_time() - began < 1


def test_the_nearest_formats_are_tried_first() -> None:
    city, state, other = a_format(code="own"), a_format(code="plate"), a_format(code="other")
    merged = PLATE_FORMATS.merge([(city,), (state,), (a_format(code="own"), other)])
    assert [each.code for each in merged] == ["own", "plate", "other"]
    assert merged[0] is city
