"""Submitting a report."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

from core.credentials import CredentialHash, Purpose, derive_credential, hash_credential
from core.domain import Domain
from core.escalation import policy
from core.log.changes import Change, ExtraRows, append_new
from core.log.idempotency import IdempotentRequest
from core.log.transitions import ActionKind, Actor
from core.media import uploads
from core.places.city import City
from core.places.description import Feature
from core.places.routing import Route
from core.position import Fix, Position, parse_fix
from core.problems import (
    FeatureUnavailable,
    InvalidInput,
    MediaRefused,
    UnknownPlace,
)
from core.reports.answers import parse_answers
from core.reports.categories import CATEGORIES, Category
from core.reports.models import Report
from core.reports.problems import CategoryRefused, UnknownCategory
from core.reports.states import ReportState
from core.reports.subject import REPORTS
from core.storage import rows
from core.storage.append import Clash, Made, Numbered
from core.storage.rows import Row, Wanted
from core.text import MAX_DESCRIPTION, parse_text

INPUT = ("input",)


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
    """The stored report, and its receipt, which the server does not store."""

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
    """Store a report and notify its station; a retry with the same key gets the same answer.

    Raises `InvalidInput`, `UnknownPlace`, `FeatureUnavailable`, `UnknownCategory`,
    `CategoryRefused`, `MediaRefused` or `IdempotencyKeyReused`.
    """
    checked = _check(domain, draft)
    request = IdempotentRequest("submitReport", draft.idempotency_key, asdict(draft))
    receipt = derive_credential(domain.key, Purpose.RECEIPT, draft.idempotency_key)
    # With files, look for the key first: in a retry the uploads are already claimed.
    known = await request.recall() if checked.media else None
    if known is None:
        written = await _store(domain, request, checked, receipt)
        if written is not None:
            return Submitted(written, receipt)
        known = await request.recalled()
    return Submitted(await rows.existing(wanted.plus("reference"), known), receipt)


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
    """Return the city at a position; raises `UnknownPlace`, or `FeatureUnavailable`.

    `FeatureUnavailable` means that the city does not accept reports.
    """
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

    Raises `UnknownCategory`, or `CategoryRefused` if the city does not accept its reports.
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
) -> Row | None:
    """Store the report and return it; `None` if a concurrent request with the same key did.

    Raises `MediaRefused`.
    """
    city, at = checked.city, domain.clock()
    field = (*INPUT, "media")
    try:
        waiting = await uploads.check(checked.media, at, field)
    except MediaRefused:
        # A concurrent request with the same key may have claimed the files.
        if await request.recall() is None:
            raise
        return None
    route = await city.route_report(checked.category.code, checked.fix.position)
    report = _report(checked, route, hash_credential(receipt, Purpose.RECEIPT), at)
    written = await append_new(
        REPORTS,
        report,
        Change(ActionKind.SUBMIT, Actor.REPORTER, at, report.state),
        ExtraRows(uploads=waiting, new=policy.first_timer(city, REPORTS, report, at)),
        key=request.use(report.id, at, Made(report, "receipt_selector")),
        numbered={"reference": Numbered(f"{city.description.code}-")},
    )
    if written is Clash.CLAIMED and await request.recall() is None:
        raise uploads.unknown((*field, 0))
    if isinstance(written, Clash):
        return None
    domain.notifier.notify(city.path)
    return written.subject


def _report(
    checked: _Checked, route: Route | None, receipt: CredentialHash, at: datetime
) -> Report:
    city, fix = checked.city, checked.fix
    return Report(
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
        receipt_selector=receipt.selector,
        receipt_verifier=receipt.verifier,
    )
