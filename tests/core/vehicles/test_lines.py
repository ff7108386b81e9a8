"""Reading comma-separated values line by line."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.vehicles.lines import MAX_LINE, Line, read_lines

CELL = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
ROWS = st.lists(st.lists(CELL, min_size=2, max_size=4), max_size=6)


def written(rows: list[list[str]], end: str = "\r\n") -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(rows)
    return text.getvalue().encode()


def lines_of(content: bytes, start: int = 0, number: int = 0) -> list[Line]:
    return list(read_lines(io.BytesIO(content), start, number))


@given(ROWS, st.sampled_from(["\n", "\r\n"]))
def test_what_was_written_is_read_back(rows: list[list[str]], end: str) -> None:
    found = lines_of(written(rows, end))
    assert [line.cells for line in found] == rows
    assert [line.number for line in found] == list(range(1, len(rows) + 1))
    assert all(line.problem is None for line in found)


@given(ROWS)
def test_reading_goes_on_after_any_line(rows: list[list[str]]) -> None:
    content = written(rows)
    found = lines_of(content)
    for index, line in enumerate(found):
        assert lines_of(content, line.end, line.number) == found[index + 1 :]
    assert not found or found[-1].end == len(content)


@pytest.mark.parametrize(
    ("bad", "rule"),
    [
        (b'MP09,"open', "MALFORMED"),
        (b'MP09,"a"b', "MALFORMED"),
        (b"MP09,\xff", "MALFORMED"),
        (b"x" * MAX_LINE, "TOO_LONG"),
        (b"x" * (3 * MAX_LINE), "TOO_LONG"),
    ],
)
def test_a_bad_line_costs_itself_alone(bad: bytes, rule: str) -> None:
    first, middle, last = lines_of(b"a,b\n" + bad + b"\nc,d\n")
    assert (first.cells, last.cells) == (["a", "b"], ["c", "d"])
    assert (middle.number, last.number) == (2, 3)
    assert middle.problem is not None
    assert middle.problem.rule == rule


def test_the_longest_line_is_read() -> None:
    (line,) = lines_of(b"x" * (MAX_LINE - 1) + b"\n")
    assert (line.problem, len(line.cells[0])) == (None, MAX_LINE - 1)
    (line,) = lines_of(b"x" * (MAX_LINE - 1))
    assert line.problem is None


def test_a_byte_order_mark_is_no_part_of_the_first_cell() -> None:
    mark = b"\xef\xbb\xbf"
    first, second = lines_of(mark + b"plate\n" + mark + b"plate\n")
    assert first.cells == ["plate"]
    assert second.cells == ["\ufeffplate"]


def test_empty_lines_are_counted_and_left_out() -> None:
    found = lines_of(b"a\n\n  \r\nb")
    assert [(line.number, line.cells) for line in found] == [(1, ["a"]), (4, ["b"])]
