"""Logs that tell what broke and where, and nothing of what anybody sent."""

import logging
import sys
import traceback
from copy import copy
from types import TracebackType


class PrivateFormatter(logging.Formatter):
    """Prints exceptions by kind and place; their own text could repeat a citizen's words."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, and never the text that another formatter left in the record."""
        record = copy(record)
        record.exc_text = None
        return super().format(record)

    def formatException(  # noqa: N802 - logging's own name
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None]
        | tuple[None, None, None],
    ) -> str:
        """Return the kind of the exception and the lines it came through."""
        kind, _, trace = ei
        lines = [
            f"  {frame.filename}:{frame.lineno} in {frame.name}"
            for frame in traceback.extract_tb(trace)
        ]
        return "\n".join([kind.__name__ if kind is not None else "", *lines])


def set_up_logs(level: str) -> None:
    """Send all logs to standard error; libraries only from warnings on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(PrivateFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("citizencop").setLevel(level.upper())
