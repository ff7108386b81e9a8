"""The holder of a token, cached for a second."""

import asyncio
import hashlib
import time
from typing import Final

from cachetools import LRUCache

from core.identity.people import ANYONE, Viewer
from core.identity.sign_in import authenticate
from core.problems import Unavailable

KEPT_SECONDS: Final = 1.0
"""How long rights that one request looked up are valid for others."""
KEPT_TOKENS: Final = 10_000
"""More than one process serves in a second; they take 7 MB."""
SIGN_IN_SECONDS = 5.0
"""How long a request or socket waits for the database."""


class SignIn:
    """Looks up the holder of a token, at most once per second and token."""

    def __init__(self) -> None:
        self._known: LRUCache[bytes, tuple[float, Viewer]] = LRUCache(KEPT_TOKENS)

    async def viewer(self, token: str | None) -> Viewer:
        """Return the holder of the token; a citizen if the token is missing or invalid.

        Raises `Unavailable` if the database does not answer in time.
        """
        if not token:
            return ANYONE
        # The token itself is not kept, not even in memory.
        key = hashlib.blake2b(token.encode("utf-8", "replace"), digest_size=16).digest()
        known = self._known.get(key)
        now = time.monotonic()
        if known is not None and now - known[0] < KEPT_SECONDS:
            return known[1]
        try:
            async with asyncio.timeout(SIGN_IN_SECONDS):
                viewer = await authenticate(token)
        except TimeoutError:
            raise Unavailable from None
        if viewer is not ANYONE:
            # By the moment of asking: TTLCache would count the second from the answer.
            self._known[key] = now, viewer
        return viewer


def bearer_token(header: str | None) -> str | None:
    """Return the token of an `Authorization` header with the scheme Bearer (RFC 6750)."""
    scheme, _, token = (header or "").partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None
