"""Read a CSV file line by line, so that reading can continue at any line.

Each line is one vehicle. Line breaks inside quotes are refused, so that a stray quotation mark
costs one line, not the rest of the file.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from core.problems import InvalidInput

MAX_LINE: Final = 16_384
"""Maximum bytes of a line; a vehicle takes about a hundred."""
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


@dataclass(slots=True)
class Line:
    """The cells of a line, or why it cannot be read; `end` is the offset of the next line."""

    number: int
    end: int
    cells: list[str]
    problem: InvalidInput | None = None


def read_lines(file: BinaryIO, start: int = 0, number: int = 0) -> Iterator[Line]:
    """Yield the lines from offset `start`, numbered after `number`; skip empty lines."""
    end = file.seek(start)
    while raw := file.readline(MAX_LINE):
        number += 1
        end += len(raw)
        whole = raw.endswith(b"\n") or len(raw) < MAX_LINE
        while not whole and (rest := file.readline(MAX_LINE)):
            end += len(rest)
            if rest.endswith(b"\n"):
                break
        if not whole:
            too_long = InvalidInput("TOO_LONG", f"A line may have at most {MAX_LINE} bytes.")
            yield Line(number, end, [], too_long)
        elif raw.strip():
            yield _read(number, end, raw.removeprefix(_BYTE_ORDER_MARK) if number == 1 else raw)


def _read(number: int, end: int, raw: bytes) -> Line:
    try:
        return Line(number, end, next(csv.reader((raw.decode(),), strict=True)))
    except UnicodeDecodeError:
        problem = InvalidInput("MALFORMED", "The line is not valid UTF-8.")
    except (csv.Error, StopIteration):
        problem = InvalidInput("MALFORMED", "The line's quotation marks do not match.")
    return Line(number, end, [raw.decode("utf-8", "replace").rstrip("\r\n")], problem)
