"""Decoding what a request sends, within what the loop has time for.

The decoder takes ten times as long for a list or object as for the same number of characters. So
they are counted first, names of fields with them; what stands in texts is counted too.
"""

from typing import Any, Final

import orjson

MAX_PARTS: Final = 20_000
"""Lists, objects and fields of a request, all told."""


class TooManyParts(ValueError):
    """A request of more lists, objects and fields than any operation takes."""


def decoded(text: bytes | bytearray) -> Any:
    """Return the value; raises `TooManyParts` or `orjson.JSONDecodeError`, a `ValueError` too."""
    if len(text) > MAX_PARTS:
        parts = text.count(b"[") + text.count(b"{") + text.count(b":")
        if parts > MAX_PARTS:
            raise TooManyParts
    return orjson.loads(text)
