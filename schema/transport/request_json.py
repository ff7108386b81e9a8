"""Decoding the JSON of requests, with limits that bound the time it takes.

For lists and objects the decoder takes ten times as long as for a string of the same length, and
for many short values longer than for one long value. So the delimiters are counted first, including
those inside strings.
"""

from typing import Any, Final

import orjson

MAX_REQUEST: Final = 2 * 1024 * 1024
"""Bytes of a request on any transport; `/media` has its own limits."""
MAX_PARTS: Final = 20_000
"""Lists, objects and fields of a request, in total."""
MAX_VALUES: Final = 300_000


class TooManyParts(ValueError):
    """The JSON has too many lists, objects, fields or values."""


def decoded(text: bytes | bytearray) -> Any:
    """Decode JSON; raises `TooManyParts` or `orjson.JSONDecodeError`, both `ValueError`s."""
    if len(text) > MAX_PARTS:
        parts = text.count(b"[") + text.count(b"{") + text.count(b":")
        if parts > MAX_PARTS or text.count(b",") > MAX_VALUES:
            raise TooManyParts
    return orjson.loads(text)
