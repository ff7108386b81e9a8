"""Decoding the JSON of requests, with limits that bound how long it takes.

The decoder takes ten times as long for a list or object as for a string of that length, and longer
for many short values than for one long value. So their delimiters are counted first, including
those inside strings.
"""

from typing import Any, Final

import orjson

MAX_REQUEST: Final = 2 * 1024 * 1024
"""Bytes of a request, whatever the transport; files go to `/media`, which has its own limits."""
MAX_PARTS: Final = 20_000
"""Lists, objects and fields of a request together."""
MAX_VALUES: Final = 300_000


class TooManyParts(ValueError):
    """A request with more values than any operation needs."""


def decoded(text: bytes | bytearray) -> Any:
    """Return the value; raises `TooManyParts` or `orjson.JSONDecodeError`, a `ValueError` too."""
    if len(text) > MAX_PARTS:
        parts = text.count(b"[") + text.count(b"{") + text.count(b":")
        if parts > MAX_PARTS or text.count(b",") > MAX_VALUES:
            raise TooManyParts
    return orjson.loads(text)
