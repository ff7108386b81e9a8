"""The file in which rows are set aside that could not be imported, each with the reason."""

import csv
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from core.problems import InvalidInput
from core.vehicles.columns import ASIDE


class RefusedRows:
    """Appends to `FILE.refused.csv`, which is made with its first row.

    `kept_bytes` is what was durable when the import was last on record: what stands after it was
    written just before a crash, and is written again.
    """

    def __init__(self, file: Path, header: Sequence[str], kept_bytes: int) -> None:
        self.path = file.with_name(f"{file.name}.refused.csv")
        self._header = header
        self._opened: TextIO | None = None
        if not self.path.exists():
            return
        if kept_bytes:
            os.truncate(self.path, min(kept_bytes, self.path.stat().st_size))
        else:
            self.path.unlink()

    def add(self, line: int, problem: InvalidInput, cells: Sequence[str]) -> None:
        """Set a row aside."""
        if self._opened is None:
            is_new = not self.path.exists()
            # With a byte order mark, without which spreadsheets take it for another encoding.
            encoding = "utf-8-sig" if is_new else "utf-8"
            self._opened = self.path.open("a", encoding=encoding, newline="")
            if is_new:
                csv.writer(self._opened).writerow([*ASIDE, *self._header])
        where = f"{problem.path[-1]}: " if problem.path else ""
        reason = f"{where}{problem.rule}: {problem.message}"
        csv.writer(self._opened).writerow([line, reason, *cells])

    def sync(self) -> int:
        """Bring what was set aside to the disk; return the file's length."""
        if self._opened is not None:
            self._opened.flush()
            os.fsync(self._opened.fileno())
        return self.path.stat().st_size if self.path.exists() else 0

    def close(self) -> None:
        """Close the file."""
        if self._opened is not None:
            self._opened.close()
