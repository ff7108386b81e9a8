"""Uploads: files that are sent before the report that they belong to."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast
from uuid import UUID, uuid4

from tortoise.functions import Sum

from core.credentials import CredentialHash, Purpose, hash_credential, new_credential
from core.media import MediaStore, StoredMedia
from core.media.models import Media, Upload
from core.problems import InvalidCredential, InvalidInput, MediaRefused

KEPT_FOR = timedelta(hours=6)
"""How long a file waits for its report."""
MAX_WAITING_BYTES = 20 * 1024**3
"""Total size of pending uploads; senders are anonymous, so there is no limit per sender."""
MAX_PER_REQUEST = 5
MAX_PER_SUBJECT = 20


@dataclass(frozen=True, slots=True)
class Prepared:
    """A cleaned file, and the token with which a report or an addition claims it."""

    token: str
    media: StoredMedia
    expires_at: datetime


async def receive(store: MediaStore, at: datetime, chunks: AsyncIterator[bytes]) -> Prepared:
    """Clean and store an uploaded file; raises `MediaRefused`."""
    await _require_room()
    media = await store.receive(chunks)
    token = new_credential()
    hashed = hash_credential(token, Purpose.UPLOAD)
    expires_at = at + KEPT_FOR
    await Upload.create(
        selector=hashed.selector,
        verifier=hashed.verifier,
        kind=media.kind,
        media_type=media.media_type,
        sha256=media.sha256,
        byte_length=media.byte_length,
        width=media.width,
        height=media.height,
        seconds=media.seconds,
        expires_at=expires_at,
    )
    return Prepared(token, media, expires_at)


async def _require_room() -> None:
    """Refuse uploads if too many are pending: a full disk would make alerts fail too."""
    totals = await Upload.annotate(total=Sum("byte_length")).values_list("total", flat=True)
    waiting = cast("int | None", totals[0])
    if (waiting or 0) > MAX_WAITING_BYTES:
        raise MediaRefused(
            "TRY_LATER", "Too many uploads are pending. Send the report now and the file later."
        )


def parse_tokens(tokens: Sequence[str], field: tuple[str | int, ...]) -> list[CredentialHash]:
    """Return the hashes of a request's tokens.

    Raises `InvalidInput` for too many or duplicate tokens, `MediaRefused` for a malformed one.
    """
    if len(tokens) > MAX_PER_REQUEST:
        raise InvalidInput("TOO_MANY", f"At most {MAX_PER_REQUEST} files per request.", field)
    hashes: list[CredentialHash] = []
    for index, token in enumerate(tokens):
        try:
            hashed = hash_credential(token, Purpose.UPLOAD)
        except InvalidCredential:
            raise unknown((*field, index)) from None
        if hashed in hashes:
            raise InvalidInput("DUPLICATE", "This file is in the list twice.", (*field, index))
        hashes.append(hashed)
    return hashes


async def check(
    hashes: Sequence[CredentialHash], at: datetime, field: tuple[str | int, ...]
) -> list[Upload]:
    """Return the pending uploads with these tokens; raises `MediaRefused` if one is unknown."""
    if not hashes:
        return []
    rows = await Upload.filter(selector__in=[hashed.selector for hashed in hashes])
    waiting = {row.selector: row for row in rows if row.expires_at > at}
    found: list[Upload] = []
    for index, hashed in enumerate(hashes):
        row = waiting.get(hashed.selector)
        if row is None or not hashed.matches(row.verifier):
            raise unknown((*field, index))
        found.append(row)
    return found


async def require_fit(subject_id: UUID, count: int, field: tuple[str | int, ...]) -> int:
    """Return how many files a subject has; raises `InvalidInput` if `count` more exceed the limit.

    Returns 0 if `count` is 0.
    """
    already = await Media.filter(subject_id=subject_id).count() if count else 0
    if already + count > MAX_PER_SUBJECT:
        raise InvalidInput("TOO_MANY", f"A report has at most {MAX_PER_SUBJECT} files.", field)
    return already


def media_of(
    upload: Upload, subject_type: str, subject_id: UUID, action_id: UUID, position: int
) -> Media:
    """Return the media row for an upload that a subject claims."""
    return Media(
        id=uuid4(),
        subject_type=subject_type,
        subject_id=subject_id,
        action_id=action_id,
        position=position,
        kind=upload.kind,
        media_type=upload.media_type,
        sha256=upload.sha256,
        byte_length=upload.byte_length,
        width=upload.width,
        height=upload.height,
        seconds=upload.seconds,
    )


async def forget_expired(at: datetime) -> int:
    """Delete expired uploads; the sweep then removes their files."""
    return await Upload.filter(expires_at__lt=at).delete()


async def known_hashes(hashes: Sequence[str]) -> set[str]:
    """Return those content hashes that a subject's media or a pending upload still uses."""
    known: set[str] = set()
    for model in (Media, Upload):
        rows = await model.filter(sha256__in=list(hashes)).values_list("sha256", flat=True)
        known.update(str(row) for row in rows)
    return known


def unknown(field: tuple[str | int, ...]) -> MediaRefused:
    """Return the problem for an unknown or expired upload token."""
    return MediaRefused(
        "UNKNOWN_UPLOAD", "Unknown or expired upload token. Upload the file again.", field
    )
