"""Rights while a stream is open: tokens that were revoked or have expired."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from core.domain import Domain
from core.identity import sign_in
from core.problems import Unauthenticated
from core.tasks.single_flight import SingleFlight
from schema.live.groups import Subscription


class LiveRights:
    """The revoked tokens, and the subscriptions of each token.

    Revocations are numbered by the database, so they do not depend on the clocks of hosts. A
    token expires by this host's clock, as in all requests.
    """

    def __init__(self, domain: Domain) -> None:
        self._domain = domain
        self._by_token: dict[UUID, dict[Subscription, None]] = {}
        self._revoked: set[UUID] = set()
        self._seen = 0
        """The number of the last known revocation."""
        self._next_expiry: datetime | None = None
        self._looking = SingleFlight(self._look)

    async def look(self) -> None:
        """Read the tokens that were revoked before this call; concurrent calls share one read."""
        await self._looking()

    async def _look(self) -> None:
        found = await sign_in.revoked_after(self._seen)
        self._revoked.update(found)
        self._seen = max(found.values(), default=self._seen)

    def require(self, member: Subscription) -> None:
        """Raise `Unauthenticated` if the token is known to be revoked or has expired."""
        expired = member.expires_at is not None and member.expires_at <= self._domain.clock()
        if expired or member.token_id in self._revoked:
            raise lost_right()

    def hold(self, member: Subscription) -> None:
        """Check a subscription from now on, which has gone live."""
        if member.token_id is not None:
            self._by_token.setdefault(member.token_id, {})[member] = None
        if member.expires_at is not None:
            self._next_expiry = min(self._next_expiry or member.expires_at, member.expires_at)

    def release(self, member: Subscription) -> None:
        """Stop checking a subscription."""
        if member.token_id is not None:
            others = self._by_token.get(member.token_id, {})
            others.pop(member, None)
            if not others:
                self._by_token.pop(member.token_id, None)

    async def lost(self) -> Sequence[Subscription]:
        """Return the live subscriptions whose token was revoked or has expired."""
        if not self._by_token:
            return ()
        await self.look()
        revoked = self._revoked & self._by_token.keys()
        lost = [member for token_id in revoked for member in self._by_token[token_id]]
        at = self._domain.clock()
        if self._next_expiry is not None and self._next_expiry <= at:
            lost += self._expired(at)
        return lost

    def _expired(self, at: datetime) -> list[Subscription]:
        members = [member for held in self._by_token.values() for member in held]
        self._next_expiry = min(
            (each.expires_at for each in members if each.expires_at and each.expires_at > at),
            default=None,
        )
        return [each for each in members if each.expires_at and each.expires_at <= at]


_LOST_RIGHT: Final = "The token was revoked or has expired. Sign in again."


def lost_right() -> Unauthenticated:
    """Return a new refusal: an exception that is reused would keep the frames of its traceback."""
    return Unauthenticated(_LOST_RIGHT, ("path",))
