"""Reports: submitting, following by receipt, adding to them, and listing them for police."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from core.actions.actions import Change, append_new, record
from core.clock import in_utc
from core.credentials import CredentialHash, Purpose, derive_credential, hash_credential
from core.domain import Domain
from core.escalation import policy
from core.identity.people import Right, Viewer
from core.log import events as log
from core.log.idempotency import IdempotentRequest
from core.log.transitions import REPORT_MOVES, ActionKind, Actor, ReportState, possible_actions
from core.media import uploads
from core.places.city import City
from core.places.description import Feature
from core.position import Fix, Position, parse_fix
from core.problems import (
    ActionNotPossible,
    CategoryRefused,
    FeatureUnavailable,
    InvalidInput,
    MediaRefused,
    NotFound,
    UnknownCategory,
    UnknownPlace,
)
from core.reports.answers import parse_answers
from core.reports.categories import CATEGORIES, Category
from core.reports.models import Report
from core.storage import conditions, rows
from core.storage.insert import KeyUse, Made, Numbered
from core.storage.rows import Row, Wanted
from core.text import MAX_DESCRIPTION, MAX_NOTE, parse_text

INPUT = ("input",)
MAX_CATEGORIES = 100
_OWN = Wanted(Report, ("id", "city"))


@dataclass(frozen=True, slots=True)
class ReportDraft:
    """What a citizen sends; positions in degrees, accuracy in metres."""

    category: str
    latitude: float
    longitude: float
    accuracy: float | None
    description: str
    answers: Sequence[tuple[str, Sequence[str]]]
    media: Sequence[str]
    idempotency_key: str


@dataclass(frozen=True, slots=True)
class Submitted:
    """A report that is stored, and the receipt that only its reporter holds."""

    report: Row
    receipt: str


@dataclass(frozen=True, slots=True)
class _Checked:
    city: City
    category: Category
    fix: Fix
    description: str
    answers: Mapping[str, list[str]]
    media: Sequence[CredentialHash]


async def submit(domain: Domain, draft: ReportDraft, wanted: Wanted) -> Submitted:
    """Store a report and tell its station; the same key again gives the same answer.

    Raises `InvalidInput`, `UnknownPlace`, `FeatureUnavailable`, `UnknownCategory`,
    `CategoryRefused`, `MediaRefused` or `IdempotencyKeyReused`.
    """
    checked = _check(domain, draft)
    request = IdempotentRequest("submitReport", draft.idempotency_key, asdict(draft))
    receipt = derive_credential(domain.key, Purpose.RECEIPT, draft.idempotency_key)
    # What came with files is asked for first: a retry would not find its files waiting any more.
    existing = await request.recall() if checked.media else None
    if existing is None:
        try:
            existing = await _store(domain, request, checked, receipt)
        except MediaRefused:
            # A faster twin of this request may just have taken the files.
            existing = await request.recall()
            if existing is None:
                raise
    return Submitted(await rows.existing(wanted.plus("reference"), existing), receipt)


def _check(domain: Domain, draft: ReportDraft) -> _Checked:
    at = (*INPUT, "position")
    fix = parse_fix(draft.latitude, draft.longitude, draft.accuracy, at)
    description = parse_text(
        draft.description, (*INPUT, "description"), MAX_DESCRIPTION, required=False
    )
    media = uploads.parse_tokens(draft.media, (*INPUT, "media"))
    city = city_that_reports(domain, fix.position, at)
    category = category_of(city, draft.category, (*INPUT, "category"))
    answers = parse_answers(category, draft.answers, (*INPUT, "answers"))
    if not (description or media or answers):
        raise InvalidInput(
            "REQUIRED", "Describe what happened, or add a photo.", (*INPUT, "description")
        )
    return _Checked(city, category, fix, description, answers, media)


def city_that_reports(domain: Domain, position: Position, field: tuple[str | int, ...]) -> City:
    """Return the city that covers the position, if it takes reports."""
    city = domain.cities.at(position)
    if city is None:
        raise UnknownPlace("No known city covers this position.", field)
    if Feature.REPORTS not in city.features:
        name = city.description.names.get("en", city.path)
        raise FeatureUnavailable(
            f"{name} does not accept reports here yet. Call its emergency numbers instead.",
            feature=Feature.REPORTS,
            place=city.path,
            available=sorted(city.features),
            path=field,
        )
    return city


def category_of(city: City, code: str, field: tuple[str | int, ...]) -> Category:
    """Return the city's category with this code.

    Raises `UnknownCategory`, or `CategoryRefused` where the city takes none of this kind.
    """
    category = city[CATEGORIES].get(code)
    if category is None:
        raise UnknownCategory(
            "The city has no such category; `city.reportCategories` lists them.",
            sorted(city[CATEGORIES]),
            field,
        )
    if category.instead is not None:
        raise CategoryRefused(
            "The city does not accept this category here. `category.instead` says whom to contact.",
            category,
            field,
        )
    return category


async def _store(
    domain: Domain, request: IdempotentRequest, checked: _Checked, receipt: str
) -> UUID:
    city, fix, at = checked.city, checked.fix, domain.clock()
    waiting = await uploads.check(checked.media, at, (*INPUT, "media"))
    route = await city.route_report(checked.category.code, fix.position)
    hashed = hash_credential(receipt, Purpose.RECEIPT)
    report = Report(
        id=uuid4(),
        city=city.path,
        place=f"{city.path}/{route.station}" if route else city.path,
        category=checked.category.code,
        urgency=checked.category.urgency,
        description=checked.description,
        answers=checked.answers,
        latitude=fix.position.latitude,
        longitude=fix.position.longitude,
        accuracy=fix.accuracy,
        state=ReportState.RECEIVED,
        route_reason=route.reason if route else "the city as a whole",
        received_at=at,
        received_on=at.astimezone(ZoneInfo(city.description.time_zone or "UTC")).date(),
        updated_at=at,
        receipt_selector=hashed.selector,
        receipt_verifier=hashed.verifier,
    )

    change = Change(ActionKind.SUBMIT, Actor.REPORTER, report.state, at)
    prefix = f"{city.description.code}-"
    timer = policy.first_timer(city, report, at)

    async def work() -> UUID:
        number = await log.next_number(city.path)
        report.reference = f"{prefix}{number}"
        await record(number, report, change, is_new=True, uploads=waiting)
        if timer is not None:
            await timer.save(force_create=True)
        return report.id

    async def write(key: KeyUse) -> int | None:
        return await append_new(key, report, change, {"reference": Numbered(prefix)}, timer)

    made = Made(report, "receipt_selector")
    stored = await (
        request.perform(report.id, at, work, made)
        if waiting
        else request.append(report.id, at, write, made)
    )
    if stored is None:
        return await request.recalled()
    domain.notifier.notify(city.path)
    return stored


async def by_receipt(
    receipt: str, wanted: Wanted, field: tuple[str | int, ...] = ("receipt",)
) -> Row:
    """Return the report that a receipt opens; raises `InvalidCredential` or `NotFound`."""
    hashed = hash_credential(receipt, Purpose.RECEIPT, field)
    found = await rows.read(
        wanted.plus("receipt_verifier"),
        conditions.equals("report.receipt_selector", hashed.selector),
    )
    if not found or not hashed.matches(found[0].receipt_verifier):
        raise NotFound("No report has this receipt.", field)
    return found[0]


@dataclass(frozen=True, slots=True)
class Addition:
    """What a reporter adds: an answer to a question, more evidence, or a wish to reopen."""

    receipt: str
    kind: ActionKind
    text: str
    media: Sequence[str]
    idempotency_key: str


async def add(domain: Domain, addition: Addition, wanted: Wanted) -> Row:
    """Add to the report that the receipt opens, as its reporter; return the report.

    Raises `InvalidCredential`, `NotFound`, `InvalidInput`, `MediaRefused`, `ActionNotPossible` or
    `IdempotencyKeyReused`.
    """
    report = await by_receipt(addition.receipt, _OWN, (*INPUT, "receipt"))
    hashes = uploads.parse_tokens(addition.media, (*INPUT, "media"))
    text = parse_text(
        addition.text,
        (*INPUT, "text"),
        MAX_NOTE,
        required=addition.kind is not ActionKind.ADD or not hashes,
    )
    request = IdempotentRequest("addToReport", addition.idempotency_key, asdict(addition))
    if await request.recall() is None:
        at = domain.clock()
        try:
            waiting = await uploads.check(hashes, at, (*INPUT, "media"))
        except MediaRefused:
            if await request.recall() is None:
                raise
            return await rows.existing(wanted, report.id)

        async def work() -> None:
            locked = await Report.filter(id=report.id).select_for_update().get()
            if locked.erased_at is not None:
                raise NotFound("No report has this receipt.", (*INPUT, "receipt"))
            change = Change(addition.kind, Actor.REPORTER, locked.state, at, text=text)
            _move(locked, change)
            await record(await log.next_number(locked.city), locked, change, uploads=waiting)
            if change.kind is ActionKind.REOPEN:
                await policy.begin_again(domain.cities.get(locked.city), locked, at)

        await request.perform(report.id, at, work)
        domain.notifier.notify(report.city)
    return await rows.existing(wanted, report.id)


def _move(report: Report, change: Change) -> None:
    move = REPORT_MOVES[change.kind]
    unanswered = change.kind is not ActionKind.ANSWER or report.awaits_answer
    if report.state not in move.since or not unanswered:
        possible = possible_actions(REPORT_MOVES, report.state, Actor.REPORTER)
        raise ActionNotPossible(
            "The report is not waiting for this.",
            state=report.state,
            possible=[
                kind for kind in possible if kind is not ActionKind.ANSWER or report.awaits_answer
            ],
            path=(*INPUT, "kind"),
        )
    report.state = ReportState(move.after(report.state))
    change.state = report.state
    if change.kind is ActionKind.ANSWER:
        report.awaits_answer = False


async def for_viewer(
    viewer: Viewer, report_id: UUID, wanted: Wanted, field: tuple[str | int, ...] = ("id",)
) -> Row:
    """Return a report that the viewer may see; raises `Unauthenticated` or `NotFound`."""
    viewer.require_sign_in(field)
    report = await rows.read_by_id(wanted.plus("place"), report_id)
    if report is None or not viewer.may(Right.VIEW, report.place):
        raise NotFound("Unknown ID, or you have no rights to see it.", field)
    return report


@dataclass(frozen=True, slots=True)
class ReportFilter:
    """Which reports of a place are wanted; every given condition must hold."""

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
    """Return up to `limit` reports of a place, the newest first, past a point in that order."""
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
