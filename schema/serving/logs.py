"""Logs that tell what broke and where, and nothing of what anybody sent."""

import logging
import sys
import time
import traceback
from collections.abc import Callable
from copy import copy
from threading import Lock
from types import TracebackType
from typing import Final

from cachetools import LRUCache

from core.problems import Problem

REPEAT_SECONDS: Final = 60.0
"""How often a fault that goes on is told again, with how often it came."""
KEPT_FAULTS: Final = 1_000
"""More than the lines that can log a warning; the same line counts again for another text."""


class PrivateFormatter(logging.Formatter):
    """Prints exceptions by kind and place; their own text could repeat a citizen's words."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, and never the text that another formatter left in the record."""
        record = copy(record)
        record.exc_text = None
        held_back = getattr(record, "held_back", 0)
        if held_back:
            record.msg = f"{record.getMessage()} (repeated {held_back} times since last told)"
            record.args = None
        return super().format(record)

    def formatException(  # noqa: N802 - logging's own name
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None]
        | tuple[None, None, None],
    ) -> str:
        """Return the kind of the exception and the lines it came through.

        A problem is no fault in a line: there its kind, and what caused it, say all.
        """
        kind, error, trace = ei
        if isinstance(error, Problem):
            cause = error.__cause__
            because = f" ({type(cause).__name__})" if cause is not None else ""
            return f"  {type(error).__name__}{because}"
        lines = [
            f"  {frame.filename}:{frame.lineno} in {frame.name}"
            for frame in traceback.extract_tb(trace)
        ]
        return "\n".join([kind.__name__ if kind is not None else "", *lines])


class Repeated(logging.Filter):
    """Lets the same warning or error through once in `REPEAT_SECONDS`, with a count of the others.

    What is the same: the line, and the kind of its exception with where it was raised.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._seen: LRUCache[object, tuple[float, int]] = LRUCache(KEPT_FAULTS)
        self._lock = Lock()

    def filter(self, record: logging.LogRecord) -> bool:
        """Tell whether the record is to be told; count in it how often it was held back."""
        if record.levelno < logging.WARNING:
            return True
        key, now = _identity(record), self._clock()
        # Plugins and work in threads log, too, and a handler filters before it takes its own lock.
        with self._lock:
            told_at, held_back = self._seen.get(key, (float("-inf"), 0))
            if now - told_at < REPEAT_SECONDS:
                self._seen[key] = told_at, held_back + 1
                return False
            self._seen[key] = now, 0
        record.held_back = held_back
        return True


def _identity(record: logging.LogRecord) -> object:
    kind, _, trace = record.exc_info or (None, None, None)
    raised = traceback.extract_tb(trace)[-1:]
    where = [(frame.filename, frame.lineno) for frame in raised]
    return record.name, record.getMessage(), kind, *where


def set_up_logs(level: str) -> None:
    """Send all logs to standard error; libraries only from warnings on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(Repeated())
    handler.setFormatter(PrivateFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("citizencop").setLevel(level.upper())
