"""How rows of text become rows of the register."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.problems import InvalidInput
from core.vehicles.columns import Header, columns_of

COLUMNS = columns_of((), ZoneInfo("Asia/Kolkata"))
REQUIRED = [name for name, each in COLUMNS.items() if each.required]
CELLS = {
    "plate": "mp 09-ab 123",
    "make": " Maruti ",
    "model": "Swift",
    "colour": "White",
    "vehicle_class": "Car",
}
VALUES = {
    "plate": "MP09AB123",
    "make": "Maruti",
    "model": "Swift",
    "colour": "White",
    "vehicle_class": "Car",
}


def read(**cells: str) -> dict[str, object]:
    """Read one row that has these cells beside the required ones."""
    row = CELLS | cells
    header = Header(list(row), COLUMNS)
    return dict(zip(header.names, header.row(list(row.values())), strict=True))


@given(st.permutations([*COLUMNS, "line", "reason"]))
def test_columns_may_stand_in_any_order(order: list[str]) -> None:
    header = Header([f" {name.upper()} " for name in order], COLUMNS)
    row = [CELLS.get(name, "") for name in order]
    found = dict(zip(header.names, header.row(row), strict=True))
    assert found == VALUES | {
        "fuel": None,
        "valid_until": None,
        "stolen": False,
        "towed_to": None,
        "towed_at": None,
        "owner": None,
    }
    assert header.names[header.plate] == "plate"
    shown = header.shown([str(number) for number, _ in enumerate(order)])
    assert [order[int(number)] for number in shown] == header.names


def test_what_a_file_leaves_out_has_the_value_of_a_missing_column() -> None:
    header = Header(REQUIRED, COLUMNS)
    absent = dict(zip(header.absent, header.absent_values, strict=True))
    assert set(absent) == set(COLUMNS) - set(REQUIRED)
    assert absent.pop("stolen") is False
    assert set(absent.values()) == {None}
    assert sorted(header.changed) == sorted(set(REQUIRED) - {"plate"})


@pytest.mark.parametrize(
    ("names", "rule"),
    [
        ([], "REQUIRED"),
        (REQUIRED[1:], "REQUIRED"),
        ([*REQUIRED, "towed_at"], "REQUIRED"),
        ([*REQUIRED, "price"], "UNKNOWN_VALUE"),
        ([*REQUIRED, ""], "UNKNOWN_VALUE"),
        ([*REQUIRED, "Plate"], "DUPLICATE"),
    ],
)
def test_a_header_must_say_where_everything_is(names: list[str], rule: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        Header(names, COLUMNS)
    assert (refused.value.rule, refused.value.path) == (rule, ("file", "header"))


@pytest.mark.parametrize(
    ("cells", "rule"),
    [
        ({"make": " "}, "REQUIRED"),
        ({"plate": ""}, "REQUIRED"),
        ({"model": "x" * 500}, "TOO_LONG"),
        ({"valid_until": "31.03.2031"}, "MALFORMED"),
        ({"valid_until": "2031-W14-1"}, "MALFORMED"),
        ({"valid_until": "20310331"}, "MALFORMED"),
        ({"valid_until": "2031-02-30"}, "MALFORMED"),
        ({"valid_until": "२०३१-०३-३१"}, "MALFORMED"),
        ({"stolen": "perhaps"}, "UNKNOWN_VALUE"),
        ({"towed_to": "Yard", "towed_at": "yesterday"}, "MALFORMED"),
        ({"towed_to": "Yard", "towed_at": "0001-01-01T00:00:00"}, "MALFORMED"),
    ],
)
def test_a_cell_that_breaks_a_rule_names_its_column(cells: dict[str, str], rule: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read(**cells)
    assert (refused.value.rule, refused.value.path) == (rule, (list(cells)[-1],))


def test_a_towed_vehicle_stands_somewhere() -> None:
    with pytest.raises(InvalidInput) as refused:
        read(towed_to="", towed_at="2026-11-24T08:30:00")
    assert (refused.value.rule, refused.value.path) == ("REQUIRED", ("towed_to",))


@pytest.mark.parametrize("cells", [["MP09AB123"], ["x"] * 12])
def test_a_row_has_the_cells_of_the_header(cells: list[str]) -> None:
    with pytest.raises(InvalidInput) as refused:
        Header(REQUIRED, COLUMNS).row(cells)
    assert refused.value.rule == "MALFORMED"


@pytest.mark.parametrize(
    ("written", "at"),
    [
        ("2026-11-24T08:30:00", datetime(2026, 11, 24, 3, 0, tzinfo=UTC)),
        ("2026-11-24T08:30:00+00:00", datetime(2026, 11, 24, 8, 30, tzinfo=UTC)),
        ("2026-11-24", datetime(2026, 11, 23, 18, 30, tzinfo=UTC)),
        (" ", None),
    ],
)
def test_times_without_an_offset_are_those_of_the_place(written: str, at: datetime | None) -> None:
    assert read(towed_to="Yard", towed_at=written)["towed_at"] == at


@given(st.dates())
def test_days_are_read_as_they_are_written(day: date) -> None:
    assert read(valid_until=f" {day.isoformat()} ")["valid_until"] == day


@pytest.mark.parametrize(
    ("written", "stolen"), [("TRUE", True), ("yes", True), ("1", True), ("No", False), ("", False)]
)
def test_yes_and_no_are_read_in_their_usual_forms(written: str, stolen: bool) -> None:
    assert read(stolen=written)["stolen"] is stolen
