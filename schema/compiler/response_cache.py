"""Answers that are kept as bytes for as long as the log they rest on has not grown.

Everything that can be said about a city changes with an event of its log. So an answer about one
city that was made at a number of its log is right while the city's last number is the same, which
one small statement tells, shared by all who ask at that moment.
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
"""Room for 63 of the largest answers, or for thousands of pages of usual size."""
MAX_ANSWER: Final = 1024 * 1024
OVERHEAD: Final = 500
"""Bytes that an entry takes beside its answer and variables."""
LINKS_CHANGE_SECONDS: Final = 3600
"""Links to media in an answer are made anew each hour."""

Key = tuple[bytes, bytes, str | None, str | None, int]


@dataclass(frozen=True, slots=True)
class CachedResponse:
    """An answer, and the numbers of the log that it rests on."""

    scope: str
    heads: Mapping[str, int]
    answer: bytes


class ResponseCache:
    """The answers to what police ask of a city again and again, the least asked for first to go.

    Kept by operation, variables and rights: what one may see is never shown to another by mistake.
    """

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._answers: LRUCache[Key, tuple[CachedResponse, int]] = LRUCache(
            max(max_bytes, 0), getsizeof=itemgetter(1)
        )
        self.hits = 0
        """Answers that were sent from the cache."""
        self.misses = 0
        """Answers that could have been, but were not in the cache, or out of date."""

    @property
    def size(self) -> int:
        """How many bytes are kept."""
        return int(self._answers.currsize)

    def key(
        self, operation: Operation, variables: Mapping[str, Any] | None, viewer: Viewer
    ) -> Key | None:
        """Return under what an answer is kept; nothing where it is not to be kept."""
        if not operation.is_cacheable or viewer.role is None:
            return None
        try:
            given = orjson.dumps(variables, option=orjson.OPT_SORT_KEYS) if variables else b""
        except TypeError:
            # Nested deeper than the encoder goes: validation has the last word on it.
            return None
        hour = int(time.time() // LINKS_CHANGE_SECONDS)
        return operation.digest, given, viewer.role, viewer.place, hour

    def get(self, key: Key) -> CachedResponse | None:
        """Return what is kept, which may be out of date."""
        found = self._answers.get(key)
        return found[0] if found is not None else None

    def keep(self, key: Key, kept: CachedResponse) -> None:
        """Keep an answer in place of an older one."""
        size = len(kept.answer) + len(key[1]) + OVERHEAD
        if len(kept.answer) <= MAX_ANSWER and size <= self._answers.maxsize:
            self._answers[key] = kept, size


def scope_of(path: object, viewer: Viewer) -> str | None:
    """Return the city or station that an answer rests on, if the viewer may see it."""
    if not isinstance(path, str):
        return None
    try:
        scope = parse_path(path, ("place",))
    except InvalidInput:
        return None
    if level(scope) < Level.CITY or not viewer.may(Right.VIEW, scope):
        return None
    return scope
