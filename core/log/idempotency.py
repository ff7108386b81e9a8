"""Idempotency keys: a repeated request gets the first one's answer and changes nothing."""

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
"""How long a retry is recognized; phones may have no network for hours."""
FIELD = ("input", "idempotencyKey")
MAX_KEY = 128
_KEY = re.compile(rf"[A-Za-z0-9_-]{{22,{MAX_KEY}}}")
_MIN_DISTINCT_CHARACTERS = 8

T = TypeVar("T")
_RECORD = Wanted(IdempotencyRecord, ("fingerprint", "subject_id"))


def parse_key(key: str) -> str:
    """Return the key; raises `InvalidInput` if others could guess it.

    Anyone who knows a key can get its answer, so it must be random: a version 4 UUID (36
    characters) or 128 bits in base64url (22 characters).
    """
    if _KEY.fullmatch(key) is None or len(set(key)) < _MIN_DISTINCT_CHARACTERS:
        raise InvalidInput(
            "MALFORMED",
            "Send a new random key for each request, such as a version 4 UUID.",
            FIELD,
        )
    return key


def _hash(*parts: str) -> str:
    return hashlib.sha256("\0".join(("citizencop idempotency", *parts)).encode()).hexdigest()


class IdempotentRequest:
    """One use of an idempotency key: operation, content, and the officer if one is signed in."""

    def __init__(self, operation: str, key: str, content: object, by: str = "") -> None:
        self.key_hash = _hash(operation, by, parse_key(key))
        # Includes the key, so that equal reports with different keys have different fingerprints.
        self.fingerprint = _hash("content", key, orjson.dumps(content, default=str).decode())

    async def recall(self) -> UUID | None:
        """Return the ID of what was created with this key, or `None` if it was not used yet.

        Raises `IdempotencyKeyReused` if it was used with other content.
        """
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
        """Return the ID of what a concurrent request with the same key created.

        Raises `IdempotencyKeyReused`.
        """
        subject_id = await self.recall()
        if subject_id is None:
            # The record has expired, but what was created with the key still exists.
            raise IdempotencyKeyReused("This key has expired. Send a new key.", FIELD)
        return subject_id

    def use(self, subject_id: UUID, at: datetime, made: Made | None = None) -> KeyUse:
        """Return the record that marks the key as used, to be written with the change.

        `made` is a column derived from the key. It identifies the use after the record expires.
        """
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
        """Run `work` in a transaction that marks the key as used.

        Returns `None`, without running it, if a concurrent request used the key first.
        """
        key = self.use(subject_id, at)

        async def once() -> tuple[T] | None:
            return (await work(),) if await use_up(key) else None

        done = await transact(once)
        if done is None:
            await self.recalled()
            return None
        return done[0]


async def forget_expired(at: datetime) -> int:
    """Delete expired keys; return how many."""
    return await IdempotencyRecord.filter(expires_at__lt=at).delete()
