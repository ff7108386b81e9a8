"""A cache of encoded answers, each valid until the log that it depends on grows.

All data about a city changes only with an event in its log. So an answer about a city is valid
while the city's last number is the same. One small statement reads that number, shared by
concurrent requests.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Final

import orjson
from cachetools import LRUCache

from core.identity.people import Right, Viewer
from core.paths import Level, level, parse_path
from core.problems import InvalidInput
from schema.compiler.documents import Operation

MAX_BYTES: Final = 64 * 1024 * 1024
"""Enough for 63 answers of the largest size, or thousands of typical pages."""
MAX_ANSWER: Final = 1024 * 1024
"""Bytes; larger answers are not cached."""
OVERHEAD: Final = 500
"""Bytes of an entry beside its answer and variables."""
LINKS_CHANGE_SECONDS: Final = 3600
"""Links to media are renewed each hour, so a cached answer is used only in the hour of its key."""

Key = tuple[bytes, bytes, str | None, str | None, int]


@dataclass(frozen=True, slots=True)
class CachedResponse:
    """An answer, and the last numbers of the logs that it depends on."""

    scope: str
    heads: Mapping[str, int]
    answer: bytes


class ResponseCache:
    """Cached answers to queries of police; evicts the least recently used ones first.

    The key contains operation, variables and rights, so nobody gets an answer made for other
    rights.
    """

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._answers: LRUCache[Key, tuple[CachedResponse, int]] = LRUCache(
            max(max_bytes, 0), getsizeof=itemgetter(1)
        )
        self.hits = 0
        """Answers that came from the cache."""
        self.misses = 0
        """Cacheable answers that were missing or out of date."""

    @property
    def size(self) -> int:
        """Bytes in the cache."""
        return int(self._answers.currsize)

    def key(
        self, operation: Operation, variables: Mapping[str, Any] | None, viewer: Viewer
    ) -> Key | None:
        """Return the cache key of an answer, or `None` if it must not be cached."""
        if not operation.is_cacheable or viewer.role is None:
            return None
        try:
            given = orjson.dumps(variables, option=orjson.OPT_SORT_KEYS) if variables else b""
        except TypeError:
            # Nested too deeply for the encoder; validation will refuse it.
            return None
        hour = int(time.time() // LINKS_CHANGE_SECONDS)
        return operation.digest, given, viewer.role, viewer.place, hour

    def get(self, key: Key) -> CachedResponse | None:
        """Return the cached answer, or `None`; the answer may be out of date."""
        found = self._answers.get(key)
        return found[0] if found is not None else None

    def store(self, key: Key, response: CachedResponse) -> None:
        """Cache an answer, replacing an older one, unless it is too large."""
        size = len(response.answer) + len(key[1]) + OVERHEAD
        if len(response.answer) <= MAX_ANSWER and size <= self._answers.maxsize:
            self._answers[key] = response, size


def scope_of(path: object, viewer: Viewer) -> str | None:
    """Return the city or station that an answer depends on; `None` if the viewer may not see it."""
    if not isinstance(path, str):
        return None
    try:
        scope = parse_path(path, ("place",))
    except InvalidInput:
        return None
    if level(scope) < Level.CITY or not viewer.may(Right.VIEW, scope):
        return None
    return scope
