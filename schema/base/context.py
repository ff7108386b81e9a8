"""What every resolver gets: the viewer, and the parts of the server."""

import hashlib
import hmac
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import strawberry

from core.domain import Domain
from core.identity.people import ANYONE, Right, Viewer
from core.log.feed import Feed
from core.paths import Level, level, parse_path
from core.places.stations import STATIONS
from core.problems import UnknownPlace

LINK_LIFETIME = timedelta(hours=1)


class MediaLinks:
    """Signed links to media: a page can show them without a token, until they expire."""

    def __init__(self, key: bytes) -> None:
        self._key = hmac.digest(key, b"citizencop media link", "sha256")

    def link(self, media_id: object) -> str:
        """Return a link that is valid for one to two hours, and the same for the whole hour."""
        hours = int(datetime.now(UTC).timestamp() // LINK_LIFETIME.total_seconds()) + 2
        expires = hours * int(LINK_LIFETIME.total_seconds())
        return f"/media/{media_id}?expires={expires}&seal={self._seal(str(media_id), expires)}"

    def is_good(self, media_id: str, expires: str, seal: str) -> bool:
        """Return whether this server signed the link, and it has not expired."""
        if not (expires.isascii() and expires.isdigit() and len(expires) < 16):
            return False
        good = hmac.compare_digest(seal.encode(), self._seal(media_id, int(expires)).encode())
        return good and int(expires) > time.time()

    def _seal(self, media_id: str, expires: int) -> str:
        return hmac.new(self._key, f"{media_id} {expires}".encode(), hashlib.sha256).hexdigest()


@dataclass(slots=True)
class Context:
    """The context of one request, or of one socket with all its operations."""

    domain: Domain
    feed: Feed
    links: MediaLinks
    token: str | None = None
    viewer: Viewer = ANYONE
    retry_after: int | None = None
    """Seconds after which to retry, if a field could not be answered."""
    known_heads: dict[str, dict[str, int]] = field(default_factory=dict[str, dict[str, int]])

    async def heads(self, scope: str) -> dict[str, int]:
        """Return the last numbers of the logs in a scope; they are read once per request."""
        heads = self.known_heads.get(scope)
        if heads is None:
            heads = self.known_heads[scope] = await self.feed.heads(scope)
        return heads

    def viewable(self, path: str, right: Right, field: tuple[str, ...]) -> str:
        """Return the normal path of a known place where the viewer has a right.

        Raises `InvalidInput`, `Unauthenticated`, `Forbidden` or `UnknownPlace`.
        """
        place = parse_path(path, field)
        self.viewer.require(right, place, field)
        return self.known_place(place, field)

    def known_place(self, path: str, field: tuple[str, ...]) -> str:
        """Return the normal path of a known country, state, city or station.

        Raises `InvalidInput` or `UnknownPlace`.
        """
        place = parse_path(path, field)
        if level(place) is not Level.STATION:
            return self.domain.city(place, field).path
        parent, _, station = place.rpartition("/")
        city = self.domain.cities.get(parent)
        if city is None or station not in city[STATIONS]:
            raise UnknownPlace("Unknown station.", field)
        return place


Info = strawberry.Info[Context, None]
