"""The file of rows that could not be imported, each with the reason."""

import csv
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from core.problems import InvalidInput
from core.vehicles.columns import REFUSED_COLUMNS


class RefusedRows:
    """Appends to `FILE.refused.csv`, which is created with its first row.

    `durable_bytes` is the length at the last committed batch. Rows after it were written just
    before a crash; they are removed and written again.
    """

    def __init__(self, file: Path, header: Sequence[str], durable_bytes: int) -> None:
        self.path = file.with_name(f"{file.name}.refused.csv")
        self._header = header
        self._opened: TextIO | None = None
        if not self.path.exists():
            return
        if durable_bytes:
            os.truncate(self.path, min(durable_bytes, self.path.stat().st_size))
        else:
            self.path.unlink()

    def add(self, line: int, problem: InvalidInput, cells: Sequence[str]) -> None:
        """Append a row with its line number and reason."""
        if self._opened is None:
            is_new = not self.path.exists()
            # Spreadsheets need the byte order mark to recognise UTF-8.
            encoding = "utf-8-sig" if is_new else "utf-8"
            self._opened = self.path.open("a", encoding=encoding, newline="")
            if is_new:
                csv.writer(self._opened).writerow([*REFUSED_COLUMNS, *self._header])
        where = f"{problem.path[-1]}: " if problem.path else ""
        reason = f"{where}{problem.rule}: {problem.message}"
        csv.writer(self._opened).writerow([line, reason, *cells])

    def sync(self) -> int:
        """Flush the file to disk; return its length."""
        if self._opened is not None:
            self._opened.flush()
            os.fsync(self._opened.fileno())
        return self.path.stat().st_size if self.path.exists() else 0

    def close(self) -> None:
        """Close the file."""
        if self._opened is not None:
            self._opened.close()
