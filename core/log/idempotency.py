"""A key that the client makes, so that the same request sent again is answered, not done again."""

import hashlib
import re
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

import orjson

from core.log.models import IdempotencyRecord
from core.problems import IdempotencyKeyReused, InvalidInput
from core.storage import rows
from core.storage.append import KeyUse, Made, NewRow
from core.storage.conditions import equals
from core.storage.database import transact
from core.storage.keys import use_up
from core.storage.rows import Wanted

REMEMBERED_FOR = timedelta(days=2)
"""How long a retry is recognised: longer than a phone stays without a network."""
FIELD = ("input", "idempotencyKey")
MAX_KEY = 128
_KEY = re.compile(rf"[A-Za-z0-9_-]{{22,{MAX_KEY}}}")
_LEAST_DIFFERENT_LETTERS = 8

T = TypeVar("T")
_RECORD = Wanted(IdempotencyRecord, ("fingerprint", "subject_id"))


def parse_key(key: str) -> str:
    """Return the key, or raise `InvalidInput` for one that others could guess.

    Whoever knows a key can ask for its answer again, so it must carry 128 random bits: a UUID of
    version 4 (36 letters) or 22 letters of base64url.
    """
    if _KEY.fullmatch(key) is None or len(set(key)) < _LEAST_DIFFERENT_LETTERS:
        raise InvalidInput(
            "MALFORMED",
            "Send a new random key for each request, such as a version 4 UUID.",
            FIELD,
        )
    return key


def _hash(*parts: str) -> str:
    return hashlib.sha256("\0".join(("citizencop idempotency", *parts)).encode()).hexdigest()


class IdempotentRequest:
    """One use of an idempotency key: for an operation, by somebody, with certain content."""

    def __init__(self, operation: str, key: str, content: object, by: str = "") -> None:
        self.key_hash = _hash(operation, by, parse_key(key))
        # Bound to the key, so that equal reports under different keys have nothing in common.
        self.fingerprint = _hash("content", key, orjson.dumps(content, default=str).decode())

    async def recall(self) -> UUID | None:
        """Return what the key made before, or `None`; raise if it was used for something else."""
        found = await rows.read(_RECORD, equals("key_hash", self.key_hash))
        if not found:
            return None
        record = found[0]
        if record.fingerprint != self.fingerprint:
            raise IdempotencyKeyReused(
                "This key was used with different content. Send a new key.", FIELD
            )
        return record.subject_id

    async def recalled(self) -> UUID:
        """Return what a faster twin of this request made; raises `IdempotencyKeyReused`."""
        subject_id = await self.recall()
        if subject_id is None:
            # The key's record has expired, but what it once made is still there.
            raise IdempotencyKeyReused("This key has expired. Send a new key.", FIELD)
        return subject_id

    def use(self, subject_id: UUID, at: datetime, made: Made | None = None) -> KeyUse:
        """Return what uses the key up for something, together with what is written."""
        record = IdempotencyRecord(
            key_hash=self.key_hash,
            fingerprint=self.fingerprint,
            subject_id=subject_id,
            expires_at=at + REMEMBERED_FOR,
        )
        return KeyUse(NewRow(record), made)

    async def perform(
        self, subject_id: UUID, at: datetime, work: Callable[[], Awaitable[T]]
    ) -> T | None:
        """Run `work` in a transaction that also uses the key up; `None` if another was faster."""
        key = self.use(subject_id, at)

        async def once() -> tuple[T] | None:
            return (await work(),) if await use_up(key) else None

        done = await transact(once)
        if done is None:
            await self.recalled()
            return None
        return done[0]


async def forget_expired(at: datetime) -> int:
    """Delete the keys whose time is over; return how many."""
    return await IdempotencyRecord.filter(expires_at__lt=at).delete()
