"""Cursors: positions of readers in the log, authenticated so that only this server makes them."""

import base64
import binascii
import hmac
import zlib
from collections.abc import Mapping
from typing import Any

import orjson

from core.problems import InvalidCursor

_SEAL_LENGTH = 12
MAX_CURSOR = 65_536
"""Characters; the cursor of a country contains one number for each of its cities."""


class CursorSeal:
    """Seals and opens cursors with the server's key.

    A cursor contains the last number read in each city of its scope, so a reader of a whole state
    resumes in each of its cities. The seal also covers `purpose` and `scope`, such as `place` and
    `india/goa`, so a cursor is valid for these only.
    """

    def __init__(self, key: bytes) -> None:
        self._key = hmac.digest(key, b"citizencop cursor", "sha256")

    def seal(self, purpose: str, scope: str, position: Mapping[str, int | str]) -> str:
        """Return the opaque cursor for a position."""
        body = zlib.compress(orjson.dumps(position, option=orjson.OPT_SORT_KEYS), 1)
        sealed = body + self._seal(purpose, scope, body)
        return base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()

    def open(
        self, purpose: str, scope: str, cursor: str, field: tuple[str | int, ...] = ("after",)
    ) -> dict[str, Any]:
        """Return the position; raises `InvalidCursor` if forged, or made for another scope."""
        try:
            if len(cursor) > MAX_CURSOR:
                raise ValueError
            sealed = base64.b64decode(
                cursor.encode() + b"=" * (-len(cursor) % 4), altchars=b"-_", validate=True
            )
            body, seal = sealed[:-_SEAL_LENGTH], sealed[-_SEAL_LENGTH:]
            if not hmac.compare_digest(seal, self._seal(purpose, scope, body)):
                raise ValueError
            return orjson.loads(zlib.decompress(body))
        except (ValueError, binascii.Error, zlib.error) as error:
            raise InvalidCursor(
                "The cursor is not valid for this field. Start again without it.", field
            ) from error

    def _seal(self, purpose: str, scope: str, body: bytes) -> bytes:
        message = b"\0".join((purpose.encode(), scope.encode(), body))
        return hmac.digest(self._key, message, "sha256")[:_SEAL_LENGTH]
