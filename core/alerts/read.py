"""Reading alerts: one by its share link, and the list of a place."""

from datetime import datetime
from uuid import UUID

from core.alerts.states import AlertState
from core.credentials import Purpose, hash_credential
from core.problems import NotFound
from core.storage import conditions, rows
from core.storage.rows import Row, Wanted


async def by_share_token(
    token: str, wanted: Wanted, field: tuple[str | int, ...] = ("token",)
) -> Row:
    """Return the alert with a share-link token; raises `InvalidCredential` or `NotFound`."""
    hashed = hash_credential(token, Purpose.SHARE_LINK, field)
    alert = await rows.read_by_credential(wanted, "watch", hashed)
    if alert is None:
        raise NotFound("No alert has this share link.", field)
    return alert


async def page(
    place: str,
    states: list[AlertState] | None,
    after: tuple[datetime, UUID] | None,
    limit: int,
    wanted: Wanted,
) -> list[Row]:
    """Return up to `limit` alerts of a place, the newest first.

    `after` is the time and ID of the last alert of the previous page.
    """
    condition = conditions.in_place("alert", place)
    if states is not None:
        condition &= conditions.one_of("alert.state", states)
    if after is not None:
        condition &= conditions.past(("alert.raised_at", after[0]), ("alert.id", after[1]))
    return await rows.read(
        wanted.plus("id", "raised_at"),
        condition,
        "alert.raised_at DESC, alert.id DESC",
        limit,
    )
