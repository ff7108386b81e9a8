"""Logs with the kind and the location of errors, but without any content of requests."""

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
"""A repeated warning or error is logged at most once in this time, with a count."""
KEPT_FAULTS: Final = 1_000
"""Different warnings and errors that are remembered, to recognize repetitions."""


class PrivateFormatter(logging.Formatter):
    """Logs exceptions with type and location only; their messages could contain request content."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the log line; ignores exception text that another formatter has cached."""
        record = copy(record)
        record.exc_text = None
        held_back = getattr(record, "held_back", 0)
        if held_back:
            record.msg = f"{record.getMessage()} (repeated {held_back} times since last logged)"
            record.args = None
        return super().format(record)

    def formatException(  # noqa: N802 - logging's own name
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None]
        | tuple[None, None, None],
    ) -> str:
        """Return the type of the exception, and the locations of its traceback.

        A `Problem` is not a bug, so only its type and the type of its cause are logged.
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
    """Passes the same warning or error once in `REPEAT_SECONDS`, with a count of the repetitions.

    Records are the same if logger, message, type of the exception and its location are.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._seen: LRUCache[object, tuple[float, int]] = LRUCache(KEPT_FAULTS)
        self._lock = Lock()

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether to log the record; sets `held_back`, the number of repetitions."""
        if record.levelno < logging.WARNING:
            return True
        key, now = _identity(record), self._clock()
        # Other threads log too, and a handler filters before it takes its own lock.
        with self._lock:
            logged_at, held_back = self._seen.get(key, (float("-inf"), 0))
            if now - logged_at < REPEAT_SECONDS:
                self._seen[key] = logged_at, held_back + 1
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
    """Send all logs to standard error; from libraries only warnings and errors."""
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(Repeated())
    handler.setFormatter(PrivateFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("citizencop").setLevel(level.upper())
