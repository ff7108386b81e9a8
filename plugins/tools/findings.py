"""Findings about a place's folder, each with file, line, rule and fix."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final


class Severity(StrEnum):
    """ERROR: the server ignores something. WARNING: it works, but citizens miss something."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault with its location, message and fix."""

    file: Path
    line: int | None
    rule: str
    message: str
    fix: str
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line is not None else str(self.file)
        return f"{where}: {self.severity}: {self.rule}: {self.message}\n    fix: {self.fix}"


_HEADER: Final = re.compile(r"\s*(\[{1,2})\s*([^\[\]]+?)\s*\]{1,2}\s*(?:#.*)?")


def line_of(text: str, where: Sequence[str | int]) -> int | None:
    """Return the line of a value in TOML text, given its keys: `("stations", 3, "code")`.

    For a value inside an inline table, returns the line of the nearest key above it.
    """
    found: int | None = None
    start, end = 1, len(text.splitlines())
    keys = list(where)
    if len(keys) >= 2 and isinstance(keys[0], str) and isinstance(keys[1], int):
        block = _block(text, keys[0], keys[1])
        if block is None:
            return None
        found, (start, end), keys = block[0], block, keys[2:]
    elif len(keys) >= 2 and isinstance(keys[0], str) and isinstance(keys[1], str):
        header = re.compile(rf"\s*\[\s*{re.escape(keys[0])}\s*\]")
        numbered = enumerate(text.splitlines(), start=1)
        at = next((number for number, line in numbered if header.match(line)), None)
        if at is not None:
            found, start, keys = at, at, keys[1:]
    key = next((each for each in keys if isinstance(each, str)), None)
    if key is not None:
        pattern = re.compile(rf"\s*\"?{re.escape(key)}\"?\s*[=.]")
        for number, line in enumerate(text.splitlines(), start=1):
            if start <= number <= end and pattern.match(line):
                return number
    return found


_FEATURE: Final = re.compile(r'"type"\s*:\s*"Feature"')


def feature_lines(text: str) -> list[int]:
    """Return the line of each feature's `"type": "Feature"` in GeoJSON text."""
    return [text.count("\n", 0, each.start()) + 1 for each in _FEATURE.finditer(text)]


def _block(text: str, table: str, index: int) -> tuple[int, int] | None:
    """Return the first and last line of one table of an array of tables."""
    starts = [
        number
        for number, line in enumerate(text.splitlines(), start=1)
        if (header := _HEADER.fullmatch(line)) is not None
        and header[1] == "[["
        and header[2].strip('"') == table
    ]
    if index >= len(starts):
        return None
    last = starts[index + 1] - 1 if index + 1 < len(starts) else len(text.splitlines())
    return starts[index], last
