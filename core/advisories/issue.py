"""Issuing, amending and withdrawing advisories, in terms of CAP 1.2.

An advisory of a state or country is one row, and one event in the log of each of its cities. So
every advisory that concerns a city is in its log, and invalidates cached answers about the city.
"""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from core.advisories.kinds import ADVISORY_KINDS, AdvisoryKind
from core.advisories.models import Advisory
from core.advisories.read import is_in_force
from core.advisories.states import ADVISORY_MOVES, AdvisoryState
from core.advisories.subject import ADVISORIES
from core.advisories.wording import INPUT, Times, Wording, parse_wording
from core.cap import CapStatus
from core.domain import Domain
from core.identity.people import Right, Viewer
from core.log.changes import ATTEMPTS, Change, append_change, append_new, back_off
from core.log.idempotency import IdempotentRequest
from core.log.transitions import ActionKind, Actor
from core.paths import parse_path
from core.places.city import City
from core.problems import ActionNotPossible, Forbidden, InvalidInput, NotFound, Unavailable
from core.storage import rows
from core.storage.append import Clash
from core.storage.rows import Row, Wanted
from core.text import MAX_NOTE, parse_text


@dataclass(frozen=True, slots=True)
class AdvisoryDraft:
    """A new advisory before it is checked."""

    place: str
    kind: str
    status: CapStatus
    wording: Wording
    idempotency_key: str


async def issue(domain: Domain, viewer: Viewer, draft: AdvisoryDraft, wanted: Wanted) -> Row:
    """Issue an advisory to the citizens and police of a place; return it.

    A retry with the same key gets the same advisory. Raises `Unauthenticated`, `Forbidden`,
    `InvalidInput`, `UnknownPlace` or `IdempotencyKeyReused`.
    """
    viewer.require_sign_in((*INPUT, "place"))
    place = parse_path(draft.place, (*INPUT, "place"))
    viewer.require(Right.ADVISE, place, (*INPUT, "place"))
    city = domain.city_of_known(place, (*INPUT, "place"))
    kind = _kind(city, draft.kind)
    if not draft.wording.texts:
        raise InvalidInput("REQUIRED", "Send the text in at least one language.", (*INPUT, "texts"))
    at = domain.clock()
    advisory = _advisory(city, place, kind, draft, at)
    request = IdempotentRequest(
        "issueAdvisory", draft.idempotency_key, asdict(draft), by=str(viewer.officer_id)
    )
    change = Change(
        ActionKind.ISSUE, Actor.POLICE, at, advisory.state, officer_id=viewer.officer_id
    )
    logs = domain.logs_of(ADVISORIES, advisory)
    written = await append_new(
        ADVISORIES, advisory, change, key=request.use(advisory.id, at), logs=logs
    )
    if isinstance(written, Clash):
        return await rows.existing(wanted, await request.recalled())
    domain.notify(logs)
    return written.subject


def _advisory(
    city: City, place: str, kind: AdvisoryKind, draft: AdvisoryDraft, at: datetime
) -> Advisory:
    times = Times(None, at + timedelta(hours=kind.hours))
    sets = {
        "urgency": kind.urgency,
        "severity": kind.severity,
        "certainty": kind.certainty,
        **parse_wording(draft.wording, times, at, city, kind),
    }
    return Advisory(
        id=uuid4(),
        city=city.path,
        place=place,
        kind=kind.code,
        category=kind.category,
        status=draft.status,
        state=AdvisoryState.ISSUED,
        issued_at=at,
        updated_at=at,
        **sets,
    )


async def amend(
    domain: Domain, viewer: Viewer, advisory_id: UUID, wording: Wording, key: str, wanted: Wanted
) -> Row:
    """Change an advisory (CAP's `Update`); fields that are not given stay.

    Raises `NotFound`, `ActionNotPossible`, and what `issue` raises.
    """
    content = {"advisory": str(advisory_id), "wording": asdict(wording)}
    if wording == Wording():
        raise InvalidInput("REQUIRED", "Send at least one field to change.", (*INPUT, "texts"))
    request = IdempotentRequest("amendAdvisory", key, content, by=str(viewer.officer_id))
    for attempt in range(ATTEMPTS):
        await back_off(attempt)
        advisory = await _changeable(viewer, advisory_id)
        if await request.recall() is not None:
            return await rows.existing(wanted, advisory_id)
        at = domain.clock()
        _require_in_force(advisory, at)
        city = domain.cities.get(advisory.city)
        kind = city[ADVISORY_KINDS].get(advisory.kind) if city is not None else None
        times = Times(advisory.onset_at, advisory.expires_at)
        change = Change(
            ActionKind.AMEND,
            Actor.POLICE,
            at,
            advisory.state,
            sets=parse_wording(wording, times, at, city, kind),
            officer_id=viewer.officer_id,
        )
        row = await _append(domain, advisory, change, request, wanted)
        if row is not None:
            return row
    raise Unavailable


async def withdraw(
    domain: Domain, viewer: Viewer, advisory_id: UUID, text: str, key: str, wanted: Wanted
) -> Row:
    """Withdraw an advisory (CAP's `Cancel`); `text` is the reason.

    Raises `NotFound`, `ActionNotPossible`, and what `issue` raises.
    """
    why = parse_text(text, (*INPUT, "text"), MAX_NOTE, required=True)
    content = {"advisory": str(advisory_id), "text": text}
    request = IdempotentRequest("withdrawAdvisory", key, content, by=str(viewer.officer_id))
    for attempt in range(ATTEMPTS):
        await back_off(attempt)
        advisory = await _changeable(viewer, advisory_id)
        if await request.recall() is not None:
            return await rows.existing(wanted, advisory_id)
        at = domain.clock()
        _require_in_force(advisory, at)
        change = Change(
            ActionKind.WITHDRAW,
            Actor.POLICE,
            at,
            ADVISORY_MOVES[ActionKind.WITHDRAW].after(advisory.state),
            officer_id=viewer.officer_id,
            text=why,
        )
        row = await _append(domain, advisory, change, request, wanted)
        if row is not None:
            return row
    raise Unavailable


async def _changeable(viewer: Viewer, advisory_id: UUID) -> Row:
    """Return the advisory; raises `NotFound`, or `Forbidden` if the officer may not change it."""
    field = (*INPUT, "advisory")
    viewer.require_sign_in(field)
    found = await rows.read_by_id(ADVISORIES.columns(), advisory_id)
    if found is None:
        raise NotFound("No advisory has this ID.", field)
    if not viewer.may(Right.ADVISE, found.place):
        raise Forbidden("You have no rights for the place of this advisory.", field)
    return found


def _require_in_force(advisory: Row, at: datetime) -> None:
    if not is_in_force(advisory, at):
        raise ActionNotPossible(
            "The advisory is no longer in force. Issue a new one.",
            state=advisory.state,
            possible=[],
            path=(*INPUT, "advisory"),
        )


async def _append(
    domain: Domain, advisory: Row, change: Change, request: IdempotentRequest, wanted: Wanted
) -> Row | None:
    """Write a change; return the advisory, or `None` if it was changed concurrently."""
    logs = domain.logs_of(ADVISORIES, advisory)
    key = request.use(change.id, change.at)
    written = await append_change(ADVISORIES, advisory, change, key=key, logs=logs)
    if isinstance(written, Clash):
        return None
    domain.notify(logs)
    return await rows.complete(wanted, written.subject)


def _kind(city: City, code: str) -> AdvisoryKind:
    kind = city[ADVISORY_KINDS].get(code)
    if kind is None:
        known = ", ".join(sorted(city[ADVISORY_KINDS]))
        raise InvalidInput("UNKNOWN_VALUE", f"Choose one of: {known}.", (*INPUT, "kind"))
    return kind
