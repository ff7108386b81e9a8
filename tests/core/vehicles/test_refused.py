"""The file of rows that could not be imported."""

import csv
from pathlib import Path

import pytest

from core.problems import InvalidInput
from core.vehicles.refused import RefusedRows

HEADER = ["plate", "make"]
PROBLEM = InvalidInput("TOO_LONG", "A plate has at most 16 letters.", ("plate",))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "vehicles.csv"


def rows_of(refused: RefusedRows) -> list[list[str]]:
    with refused.path.open(encoding="utf-8-sig", newline="") as opened:
        return list(csv.reader(opened))


def test_there_is_no_file_without_a_refused_row(file: Path) -> None:
    refused = RefusedRows(file, HEADER, 0)
    assert refused.sync() == 0
    refused.close()
    assert not refused.path.exists()


def test_a_row_is_set_aside_with_its_line_and_the_reason(file: Path) -> None:
    refused = RefusedRows(file, HEADER, 0)
    refused.add(7, PROBLEM, ["x" * 20, 'A "make", हिन्दी'])
    refused.add(9, InvalidInput("MALFORMED", "The row has 1 cells."), ["x"])
    assert refused.sync() == refused.path.stat().st_size
    refused.close()
    assert rows_of(refused) == [
        ["line", "reason", *HEADER],
        ["7", "plate: TOO_LONG: A plate has at most 16 letters.", "x" * 20, 'A "make", हिन्दी'],
        ["9", "MALFORMED: The row has 1 cells.", "x"],
    ]
    assert refused.path.read_bytes().count(b"\xef\xbb\xbf") == 1


def test_what_a_crash_left_after_the_last_record_is_written_again(file: Path) -> None:
    first = RefusedRows(file, HEADER, 0)
    first.add(1, PROBLEM, ["a", "b"])
    kept = first.sync()
    first.add(2, PROBLEM, ["lost", "row"])
    first.sync()
    first.close()
    again = RefusedRows(file, HEADER, kept)
    again.add(2, PROBLEM, ["c", "d"])
    again.close()
    assert [row[0] for row in rows_of(again)] == ["line", "1", "2"]
    assert rows_of(again)[2][2:] == ["c", "d"]


def test_an_import_from_the_start_begins_a_new_file(file: Path) -> None:
    for number in (1, 2):
        refused = RefusedRows(file, HEADER, 0)
        refused.add(number, PROBLEM, ["a", "b"])
        refused.close()
    assert [row[0] for row in rows_of(refused)] == ["line", "2"]
