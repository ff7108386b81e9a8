"""Create, check, list and revoke officers' tokens."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID

from core.clock import now
from core.credentials import Purpose, hash_credential, new_credential
from core.identity.models import Officer, OfficerToken
from core.identity.people import ANYONE, Role, Viewer
from core.problems import InvalidCredential
from core.storage import rows
from core.storage.conditions import above
from core.storage.connection import current_database
from core.storage.database import transact
from core.storage.rows import Wanted

DEFAULT_LIFETIME = timedelta(days=90)
_TAKE_NUMBER: Final = (
    "INSERT INTO revocation_log (id, last_number) VALUES (1, 1) "
    "ON CONFLICT (id) DO UPDATE SET last_number = revocation_log.last_number + 1 "
    "RETURNING last_number"
)


@dataclass(frozen=True, slots=True)
class NewToken:
    """A new token, with its officer. The token is not stored."""

    token: str
    officer: Officer
    expires_at: datetime


async def create_token(
    name: str, role: Role, place: str, lifetime: timedelta = DEFAULT_LIFETIME
) -> NewToken:
    """Create an officer and a token for them."""
    at = now()
    token = new_credential()
    hashed = hash_credential(token, Purpose.OFFICER_SIGN_IN)
    officer = await Officer.create(name=name, role=role, place=place, created_at=at)
    await OfficerToken.create(
        officer=officer,
        selector=hashed.selector,
        verifier=hashed.verifier,
        created_at=at,
        expires_at=at + lifetime,
    )
    return NewToken(token, officer, at + lifetime)


async def authenticate(token: str | None) -> Viewer:
    """Return the officer with a token, or `ANYONE` if it is missing, unknown or no longer valid."""
    if not token:
        return ANYONE
    try:
        hashed = hash_credential(token, Purpose.OFFICER_SIGN_IN)
    except InvalidCredential:
        return ANYONE
    row = await OfficerToken.get_or_none(selector=hashed.selector).select_related("officer")
    if row is None or not hashed.matches(row.verifier):
        return ANYONE
    if row.revoked_at is not None or row.expires_at <= now():
        return ANYONE
    officer = row.officer
    return Viewer(officer.id, officer.name, officer.role, officer.place, row.id, row.expires_at)


async def revoked_after(number: int) -> dict[UUID, int]:
    """Return the tokens with revocation numbers above `number`, each with its number."""
    found = await rows.read(Wanted(OfficerToken, ("id", "revocation")), above("revocation", number))
    return {row.id: row.revocation for row in found}


async def list_tokens() -> list[OfficerToken]:
    """Return all token rows with their officers, the newest first."""
    return await OfficerToken.all().order_by("-created_at").select_related("officer")


async def revoke_token(token_id: str) -> bool:
    """Revoke a token now; return `False` if there is no unrevoked token with this ID."""
    return await transact(partial(_revoke, token_id))


async def _revoke(token_id: str) -> bool:
    """Revoke a token. Call inside a transaction.

    The transaction locks the counter until it ends, so revocations become visible in the order of
    their numbers, and a process that has read one has read all before it.
    """
    (taken,) = await current_database().execute_query_dict(_TAKE_NUMBER)
    changed = await OfficerToken.filter(id=token_id, revoked_at=None).update(
        revoked_at=now(), revocation=taken["last_number"]
    )
    return changed > 0
