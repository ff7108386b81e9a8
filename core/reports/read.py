"""Reading reports: one by its receipt, and the list of a place."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from core.clock import in_utc
from core.credentials import Purpose, hash_credential
from core.problems import InvalidInput, NotFound
from core.reports.states import ReportState
from core.storage import conditions, rows
from core.storage.rows import Row, Wanted

MAX_CATEGORIES = 100


async def by_receipt(
    receipt: str, wanted: Wanted, field: tuple[str | int, ...] = ("receipt",)
) -> Row:
    """Return the report with a receipt; raises `InvalidCredential` or `NotFound`."""
    hashed = hash_credential(receipt, Purpose.RECEIPT, field)
    report = await rows.read_by_credential(wanted, "receipt", hashed)
    if report is None:
        raise NotFound("No report has this receipt.", field)
    return report


@dataclass(frozen=True, slots=True)
class ReportFilter:
    """A filter for reports; all given conditions must match."""

    states: Sequence[ReportState] | None = None
    categories: Sequence[str] | None = None
    since: datetime | None = None
    until: datetime | None = None


async def page(
    place: str,
    filtered: ReportFilter,
    after: tuple[datetime, UUID] | None,
    limit: int,
    wanted: Wanted,
) -> list[Row]:
    """Return up to `limit` reports of a place, the newest first.

    `after` is the receipt time and ID of the last report of the previous page. Raises
    `InvalidInput`.
    """
    condition = conditions.in_place("report", place)
    if filtered.states is not None:
        condition &= conditions.one_of("report.state", filtered.states)
    if filtered.categories is not None:
        if len(filtered.categories) > MAX_CATEGORIES:
            raise InvalidInput(
                "TOO_MANY", f"At most {MAX_CATEGORIES} categories.", ("filter", "categories")
            )
        condition &= conditions.at_or_below("report.category", filtered.categories)
    if filtered.since is not None:
        since = in_utc(filtered.since, ("filter", "since"))
        condition &= conditions.at_least("report.received_at", since)
    if filtered.until is not None:
        until = in_utc(filtered.until, ("filter", "until"))
        condition &= conditions.below("report.received_at", until)
    if after is not None:
        condition &= conditions.past(("report.received_at", after[0]), ("report.id", after[1]))
    return await rows.read(
        wanted.plus("id", "received_at"),
        condition,
        "report.received_at DESC, report.id DESC",
        limit,
    )
