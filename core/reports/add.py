"""Adding to a report, as its reporter."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Final

from core.domain import Domain
from core.escalation import policy
from core.log.changes import ATTEMPTS, Change, ExtraRows, append_change, back_off
from core.log.idempotency import IdempotentRequest
from core.log.transitions import ActionKind, Actor, possible_actions
from core.media import uploads
from core.problems import ActionNotPossible, MediaRefused, NotFound, Unavailable
from core.reports.read import by_receipt
from core.reports.states import REPORT_MOVES
from core.reports.subject import REPORTS
from core.storage import rows
from core.storage.append import Clash
from core.storage.rows import Row, Wanted
from core.text import MAX_NOTE, parse_text

INPUT: Final = ("input",)


@dataclass(frozen=True, slots=True)
class Addition:
    """What a reporter adds: an answer to a question, more evidence, or a request to reopen."""

    receipt: str
    kind: ActionKind
    text: str
    media: Sequence[str]
    idempotency_key: str


async def add(domain: Domain, addition: Addition, wanted: Wanted) -> Row:
    """Add to the report with this receipt; return the report.

    Raises `InvalidCredential`, `NotFound`, `InvalidInput`, `MediaRefused`, `ActionNotPossible` or
    `IdempotencyKeyReused`.
    """
    hashes = uploads.parse_tokens(addition.media, (*INPUT, "media"))
    request = IdempotentRequest("addToReport", addition.idempotency_key, asdict(addition))
    for attempt in range(ATTEMPTS):
        await back_off(attempt)
        report = await by_receipt(addition.receipt, REPORTS.columns(), (*INPUT, "receipt"))
        text = parse_text(
            addition.text,
            (*INPUT, "text"),
            MAX_NOTE,
            required=addition.kind is not ActionKind.ADD or not hashes,
        )
        if await request.recall() is not None:
            return await rows.existing(wanted, report.id)
        at = domain.clock()
        try:
            waiting = await uploads.check(hashes, at, (*INPUT, "media"))
        except MediaRefused:
            # A concurrent request with the same key may have claimed the files.
            if await request.recall() is None:
                raise
            return await rows.existing(wanted, report.id)
        change = _decide(report, addition.kind, text, at)
        already = await uploads.require_fit(report.id, len(waiting), (*INPUT, "media"))
        restarted = (
            policy.restarted(domain.cities.get(report.city), REPORTS, report, change.state, at)
            if change.kind is ActionKind.REOPEN
            else ExtraRows()
        )
        extra = replace(restarted, uploads=waiting, media_before=already)
        written = await append_change(
            REPORTS, report, change, extra, key=request.use(report.id, at)
        )
        if not isinstance(written, Clash):
            domain.notifier.notify(report.city)
            return await rows.complete(wanted, written.subject)
        # The report was changed, or a concurrent request used the key or claimed the files.
    raise Unavailable


def _decide(report: Row, kind: ActionKind, text: str, at: datetime) -> Change:
    if report.erased_at is not None:
        raise NotFound("No report has this receipt.", (*INPUT, "receipt"))
    move = REPORT_MOVES[kind]
    unanswered = kind is not ActionKind.ANSWER or report.awaits_answer
    if report.state not in move.since or not unanswered:
        possible = possible_actions(REPORT_MOVES, report.state, Actor.REPORTER)
        raise ActionNotPossible(
            f"{kind} is not possible for this report now.",
            state=report.state,
            possible=[
                each for each in possible if each is not ActionKind.ANSWER or report.awaits_answer
            ],
            path=(*INPUT, "kind"),
        )
    sets = {"awaits_answer": False} if kind is ActionKind.ANSWER else {}
    return Change(kind, Actor.REPORTER, at, move.after(report.state), sets=sets, text=text)
