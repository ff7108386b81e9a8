"""Files that were sent ahead of the report they belong to."""

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
"""All files that may wait at a time; whoever sends them is not known, so the limit is for all."""
MAX_PER_REQUEST = 5
MAX_PER_SUBJECT = 20


@dataclass(frozen=True, slots=True)
class Prepared:
    """A cleaned file, and the token with which one report or addition claims it."""

    token: str
    media: StoredMedia
    expires_at: datetime


async def receive(store: MediaStore, at: datetime, chunks: AsyncIterator[bytes]) -> Prepared:
    """Clean and keep a file as it arrives; raises `MediaRefused`."""
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
    """Refuse more while too much waits: a full disk would cost the alerts too."""
    totals = await Upload.annotate(total=Sum("byte_length")).values_list("total", flat=True)
    waiting = cast("int | None", totals[0])
    if (waiting or 0) > MAX_WAITING_BYTES:
        raise MediaRefused(
            "TRY_LATER", "Too many uploads are pending. Send the report now and the file later."
        )


def parse_tokens(tokens: Sequence[str], field: tuple[str | int, ...]) -> list[CredentialHash]:
    """Hash the tokens of one request; raises `InvalidInput` for a sixth, or one given twice."""
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
    """Return the uploads that wait under these tokens; raises `MediaRefused`."""
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
    """Return how many files a subject has; raises `InvalidInput` where `count` more do not fit."""
    already = await Media.filter(subject_id=subject_id).count() if count else 0
    if already + count > MAX_PER_SUBJECT:
        raise InvalidInput("TOO_MANY", f"A report has at most {MAX_PER_SUBJECT} files.", field)
    return already


def media_of(
    upload: Upload, subject_type: str, subject_id: UUID, action_id: UUID, position: int
) -> Media:
    """Return the file that an upload becomes once a subject claims it."""
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
    """Delete the uploads that nobody claimed in time; the sweep then removes their files."""
    return await Upload.filter(expires_at__lt=at).delete()


async def known_hashes(hashes: Sequence[str]) -> set[str]:
    """Return those content hashes that a report or a waiting upload still names."""
    known: set[str] = set()
    for model in (Media, Upload):
        rows = await model.filter(sha256__in=list(hashes)).values_list("sha256", flat=True)
        known.update(str(row) for row in rows)
    return known


def unknown(field: tuple[str | int, ...]) -> MediaRefused:
    """Return the refusal of a token under which nothing waits."""
    return MediaRefused(
        "UNKNOWN_UPLOAD", "Unknown or expired upload token. Upload the file again.", field
    )
