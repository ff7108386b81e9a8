"""Officers and the tokens with which they sign in."""

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
    """A token that is shown once and never again, and whose it is."""

    token: str
    officer: Officer
    expires_at: datetime


async def create_token(
    name: str, role: Role, place: str, lifetime: timedelta = DEFAULT_LIFETIME
) -> NewToken:
    """Make an officer and a token for them."""
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
    """Return the officer whose token this is, or `ANYONE` where it is none or no longer good."""
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
    """Return the tokens that were revoked after a revocation, each with its own number."""
    found = await rows.read(Wanted(OfficerToken, ("id", "revocation")), above("revocation", number))
    return {row.id: row.revocation for row in found}


async def list_tokens() -> list[OfficerToken]:
    """Return every token's record, the newest first; none of them holds the token itself."""
    return await OfficerToken.all().order_by("-created_at").select_related("officer")


async def revoke_token(token_id: str) -> bool:
    """End a token now; tell whether there was one to end."""
    return await transact(partial(_revoke, token_id))


async def _revoke(token_id: str) -> bool:
    """End a token, inside a transaction.

    The lock on the counter lasts as long: so revocations become visible in the order of their
    numbers, and a process that knows one knows all before it.
    """
    (taken,) = await current_database().execute_query_dict(_TAKE_NUMBER)
    changed = await OfficerToken.filter(id=token_id, revoked_at=None).update(
        revoked_at=now(), revocation=taken["last_number"]
    )
    return changed > 0
