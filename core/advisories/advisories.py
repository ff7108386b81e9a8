"""Advisories: what police tell the citizens of a place, in terms of CAP 1.2.

An advisory of a state or country is one row, and a line in the log of each of its cities: whoever
reads a city's log, or an answer that rests on it, knows of every advisory that concerns the city.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from core.actions.actions import Change, action_of
from core.advisories.kinds import ADVISORY_KINDS, MAX_ADVISORY_HOURS, AdvisoryKind
from core.advisories.models import Advisory
from core.cap import CapStatus, Certainty, Severity, Urgency
from core.clock import in_utc
from core.domain import Domain
from core.identity.people import Right, Viewer
from core.languages import parse_language
from core.log import events as log
from core.log.idempotency import IdempotentRequest
from core.log.models import Event
from core.log.transitions import ActionKind, Actor, AdvisoryState
from core.paths import chain, is_within, parse_path
from core.places.city import City
from core.position import METRES_PER_DEGREE, Position, distance, parse_position
from core.problems import ActionNotPossible, Forbidden, InvalidInput, NotFound, UnknownPlace
from core.storage import conditions, rows
from core.storage.rows import Row, Wanted
from core.text import MAX_DESCRIPTION, MAX_NOTE, parse_text

INPUT: Final = ("input",)
MAX_LANGUAGES: Final = 20
MAX_HEADLINE: Final = 160
"""Characters; CAP 1.2, section 3.2.2, `headline`: for displays that show no more."""
MAX_CONTACT: Final = 200
MAX_WEB: Final = 300
RADII: Final = (50.0, 500_000.0)
"""Metres, least and most, of the circle that an advisory is about."""
LINES_AT_ONCE: Final = 500
"""Lines of logs in one statement: databases count their parameters."""
MAX_READ: Final = 2_000
MAX_AT_ONCE: Final = 100
"""Advisories that concern one position; more are not told at a time, the severest come first."""
_NEWEST_FIRST: Final = "advisory.issued_at DESC, advisory.id DESC"
_NEAR: Final = (
    "(advisory.radius IS NULL OR abs(advisory.latitude - ?) * ? <= advisory.radius * 1.01)"
)
_SEVEREST_FIRST: Final = {severity: rank for rank, severity in enumerate(Severity)}


@dataclass(frozen=True, slots=True)
class Text:
    """What is said in one language."""

    language: str
    headline: str
    description: str
    instruction: str


@dataclass(frozen=True, slots=True)
class Circle:
    """The part of the place that it is about: degrees, and metres around it."""

    latitude: float
    longitude: float
    radius: float


@dataclass(frozen=True, slots=True)
class Wording:
    """What an officer says; `None` keeps what the kind, or the advisory as it stands, says."""

    texts: Sequence[Text] | None = None
    urgency: Urgency | None = None
    severity: Severity | None = None
    certainty: Certainty | None = None
    circle: Circle | None = None
    onset_at: datetime | None = None
    expires_at: datetime | None = None
    web: str | None = None
    contact: str | None = None


@dataclass(frozen=True, slots=True)
class AdvisoryDraft:
    """A new advisory."""

    place: str
    kind: str
    status: CapStatus
    wording: Wording
    idempotency_key: str


async def issue(domain: Domain, viewer: Viewer, draft: AdvisoryDraft) -> UUID:
    """Tell the citizens of a place, and its police; the same key again tells them once.

    Returns the advisory's id. Raises `Unauthenticated`, `Forbidden`, `InvalidInput`,
    `UnknownPlace` or `IdempotencyKeyReused`.
    """
    viewer.require_sign_in((*INPUT, "place"))
    place = parse_path(draft.place, (*INPUT, "place"))
    viewer.require(Right.ADVISE, place, (*INPUT, "place"))
    city = domain.city_of_known(place, (*INPUT, "place"))
    kind = _kind(city, draft.kind)
    at = domain.clock()
    advisory = Advisory(
        id=uuid4(),
        city=city.path,
        place=place,
        kind=kind.code,
        category=kind.category,
        urgency=kind.urgency,
        severity=kind.severity,
        certainty=kind.certainty,
        status=draft.status,
        state=AdvisoryState.ISSUED,
        texts={},
        issued_at=at,
        expires_at=at + timedelta(hours=kind.hours),
        updated_at=at,
    )
    if not draft.wording.texts:
        raise InvalidInput("REQUIRED", "Send the text in at least one language.", (*INPUT, "texts"))
    _apply(advisory, draft.wording, at, city, kind)
    request = IdempotentRequest(
        "issueAdvisory", draft.idempotency_key, asdict(draft), by=str(viewer.officer_id)
    )
    change = Change(
        ActionKind.ISSUE, Actor.POLICE, advisory.state, at, officer_id=viewer.officer_id
    )

    async def work() -> list[str]:
        return await record(domain, advisory, change, is_new=True)

    told = await request.perform(advisory.id, at, work)
    if told is None:
        return await request.recalled()
    _notify(domain, told)
    return advisory.id


async def amend(
    domain: Domain, viewer: Viewer, advisory_id: UUID, wording: Wording, key: str
) -> None:
    """Say an advisory anew (CAP's `Update`); what is not given stays.

    Raises what `issue` raises, `NotFound` and `ActionNotPossible`.
    """
    content = {"advisory": str(advisory_id), "wording": asdict(wording)}
    if wording == Wording():
        raise InvalidInput("REQUIRED", "Send at least one field to change.", (*INPUT, "texts"))

    def apply(advisory: Advisory, change: Change) -> None:
        city = domain.cities.get(advisory.city)
        kind = city[ADVISORY_KINDS].get(advisory.kind) if city is not None else None
        _apply(advisory, wording, change.at, city, kind)

    request = IdempotentRequest("amendAdvisory", key, content, by=str(viewer.officer_id))
    await _change(domain, viewer, advisory_id, ActionKind.AMEND, request, apply)


async def withdraw(domain: Domain, viewer: Viewer, advisory_id: UUID, text: str, key: str) -> None:
    """Take an advisory back (CAP's `Cancel`), with a word why.

    Raises what `issue` raises, `NotFound` and `ActionNotPossible`.
    """
    why = parse_text(text, (*INPUT, "text"), MAX_NOTE, required=True)
    content = {"advisory": str(advisory_id), "text": text}

    def apply(advisory: Advisory, change: Change) -> None:
        advisory.state = AdvisoryState.WITHDRAWN
        change.text = why

    request = IdempotentRequest("withdrawAdvisory", key, content, by=str(viewer.officer_id))
    await _change(domain, viewer, advisory_id, ActionKind.WITHDRAW, request, apply)


async def _change(
    domain: Domain,
    viewer: Viewer,
    advisory_id: UUID,
    kind: ActionKind,
    request: IdempotentRequest,
    apply: Callable[[Advisory, Change], None],
) -> None:
    field = (*INPUT, "advisory")
    viewer.require_sign_in(field)
    found = await Advisory.get_or_none(id=advisory_id)
    if found is None:
        raise NotFound("No advisory has this ID.", field)
    if not viewer.may(Right.ADVISE, found.place):
        raise Forbidden("You have no rights for the place of this advisory.", field)
    if await request.recall() is not None:
        return
    change = Change(kind, Actor.POLICE, found.state, domain.clock(), officer_id=viewer.officer_id)

    async def work() -> list[str]:
        advisory = await Advisory.filter(id=advisory_id).select_for_update().get()
        _require_in_force(advisory, change.at)
        apply(advisory, change)
        change.state = advisory.state
        return await record(domain, advisory, change)

    _notify(domain, await request.perform(change.id, change.at, work) or [])


def _require_in_force(advisory: Advisory, at: datetime) -> None:
    if not is_in_force(advisory, at):
        raise ActionNotPossible(
            "The advisory is no longer in force. Issue a new one.",
            state=advisory.state,
            possible=[],
            path=(*INPUT, "advisory"),
        )


def is_in_force(advisory: Row, at: datetime) -> bool:
    """Tell whether people shall still heed an advisory."""
    return advisory.state == AdvisoryState.ISSUED and advisory.expires_at > at


def _kind(city: City, code: str) -> AdvisoryKind:
    kind = city[ADVISORY_KINDS].get(code)
    if kind is None:
        known = ", ".join(sorted(city[ADVISORY_KINDS]))
        raise InvalidInput("UNKNOWN_VALUE", f"Choose one of: {known}.", (*INPUT, "kind"))
    return kind


def _apply(
    advisory: Advisory,
    wording: Wording,
    at: datetime,
    city: City | None,
    kind: AdvisoryKind | None,
) -> None:
    """Say what is given; raises `InvalidInput` for what breaks a rule."""
    if wording.texts is not None:
        advisory.texts = _texts(wording.texts, kind)
    advisory.urgency = wording.urgency or advisory.urgency
    advisory.severity = wording.severity or advisory.severity
    advisory.certainty = wording.certainty or advisory.certainty
    if wording.circle is not None:
        _draw(advisory, wording.circle, city)
    if wording.web is not None:
        advisory.web = _web(wording.web) if wording.web else None
    if wording.contact is not None:
        field = (*INPUT, "contact")
        contact = parse_text(wording.contact, field, MAX_CONTACT, required=False)
        advisory.contact = contact or None
    _set_times(advisory, wording, at, kind, city.description.time_zone if city else None)


def _texts(texts: Sequence[Text], kind: AdvisoryKind | None) -> dict[str, dict[str, str]]:
    field = (*INPUT, "texts")
    if not texts:
        raise InvalidInput("REQUIRED", "Send the text in at least one language.", field)
    if len(texts) > MAX_LANGUAGES:
        raise InvalidInput("TOO_MANY", f"At most {MAX_LANGUAGES} languages.", field)
    said: dict[str, dict[str, str]] = {}
    for index, text in enumerate(texts):
        here = (*field, index)
        language = parse_language(text.language, (*here, "language"))
        if language in said:
            raise InvalidInput("DUPLICATE", "This language occurs twice.", (*here, "language"))
        usual = kind.instructions.get(language, "") if kind is not None else ""
        said[language] = {
            "headline": parse_text(text.headline, (*here, "headline"), MAX_HEADLINE, required=True),
            "description": parse_text(
                text.description, (*here, "description"), MAX_DESCRIPTION, required=False
            ),
            "instruction": parse_text(
                text.instruction, (*here, "instruction"), MAX_NOTE, required=False
            )
            or usual,
        }
    return said


def _draw(advisory: Advisory, circle: Circle, city: City | None) -> None:
    field = (*INPUT, "circle")
    centre = parse_position(circle.latitude, circle.longitude, (*field, "position"))
    least, most = RADII
    if not least <= circle.radius <= most:
        raise InvalidInput(
            "OUT_OF_RANGE", f"radius must be between {least:g} and {most:g} metres.",
            (*field, "radius"),
        )  # fmt: skip
    described = city.description if city is not None else None
    if described is not None and described.position is not None:
        away = distance(centre, described.position)
        if away > (described.radius or 0.0) + circle.radius:
            raise InvalidInput(
                "OUT_OF_RANGE",
                f"The circle lies {away / 1000:,.0f} km from the city. Send latitude first.",
                (*field, "position"),
            )
    advisory.latitude, advisory.longitude = centre.latitude, centre.longitude
    advisory.radius = circle.radius


def _web(text: str) -> str:
    field = (*INPUT, "web")
    web = parse_text(text, field, MAX_WEB, required=True)
    if not web.startswith("https://") or any(each.isspace() for each in web):
        raise InvalidInput("MALFORMED", "web must begin with https://.", field)
    return web


def _set_times(
    advisory: Advisory,
    wording: Wording,
    at: datetime,
    kind: AdvisoryKind | None,
    time_zone: str | None,
) -> None:
    if wording.expires_at is not None:
        field = (*INPUT, "expiresAt")
        advisory.expires_at = in_utc(wording.expires_at, field, time_zone)
        if not at < advisory.expires_at <= at + timedelta(hours=MAX_ADVISORY_HOURS):
            raise InvalidInput("OUT_OF_RANGE", "expiresAt must be within the next year.", field)
    if wording.onset_at is not None:
        field = (*INPUT, "onsetAt")
        advisory.onset_at = in_utc(wording.onset_at, field, time_zone)
        if abs(advisory.onset_at - at) > timedelta(hours=MAX_ADVISORY_HOURS):
            raise InvalidInput("OUT_OF_RANGE", "onsetAt must be within a year from now.", field)
        if wording.expires_at is None and kind is not None:
            advisory.expires_at = max(advisory.onset_at, at) + timedelta(hours=kind.hours)
    if advisory.onset_at is not None and advisory.onset_at >= advisory.expires_at:
        raise InvalidInput("OUT_OF_RANGE", "onsetAt must be before expiresAt.", (*INPUT, "onsetAt"))


async def record(
    domain: Domain, advisory: Advisory, change: Change, *, is_new: bool = False
) -> list[str]:
    """Write the advisory, the action, and a line in each log it concerns; return the logs.

    Runs inside the caller's transaction.
    """
    logs = _logs(domain, advisory)
    numbers = await log.next_numbers(logs)
    advisory.updated_at = change.at
    await advisory.save(force_create=is_new)
    action = action_of(advisory, change, numbers[advisory.city])
    await action.save(force_create=True)
    lines = [log.event_of(numbers[city], action, advisory, city=city) for city in logs]
    await Event.bulk_create(lines, batch_size=LINES_AT_ONCE)
    return logs


def _logs(domain: Domain, advisory: Advisory) -> list[str]:
    """Return the logs it is a line of: its own, and those of every state and city below it."""
    below = {
        path
        for city in domain.cities.all()
        for path in chain(city.path)
        if is_within(path, advisory.place)
    }
    return sorted({advisory.city, *below})


def _notify(domain: Domain, cities: Sequence[str]) -> None:
    for city in cities:
        domain.notifier.notify(city)


async def page(
    place: str,
    at: datetime | None,
    after: tuple[datetime, UUID] | None,
    limit: int,
    wanted: Wanted,
    *,
    withdrawn: bool = False,
) -> list[Row]:
    """Return up to `limit` advisories that concern a place, the newest first.

    Those of the place, of all below it and of all that it lies in; with `at` only those that are in
    force then, and the `withdrawn` ones whose time is not over.
    """
    condition = _concerning(place)
    if at is not None:
        condition &= conditions.above("advisory.expires_at", at) if withdrawn else _in_force(at)
    if after is not None:
        condition &= conditions.past(("advisory.issued_at", after[0]), ("advisory.id", after[1]))
    return await rows.read(wanted.plus("id", "issued_at"), condition, _NEWEST_FIRST, limit)


def _concerning(place: str) -> conditions.Condition:
    above = conditions.one_of("advisory.place", chain(place))
    return above | conditions.within("advisory.place", place)


def _in_force(at: datetime) -> conditions.Condition:
    return conditions.above("advisory.expires_at", at) & conditions.equals(
        "advisory.state", AdvisoryState.ISSUED
    )


async def at_position(domain: Domain, position: Position, wanted: Wanted) -> list[Row]:
    """Return the advisories in force that concern somebody at a position, the severest first.

    Those about a circle concern whoever is in it; the others all of their place. Raises
    `UnknownPlace`.
    """
    city = domain.cities.at(position)
    place = city or domain.cities.country_at(position)
    if place is None:
        raise UnknownPlace("No known place is near.", ("position",))
    # Outside of every city only those of the country as a whole concern anybody.
    concerning = (
        _concerning(place.path) if city else conditions.equals("advisory.place", place.path)
    )
    near = conditions.Condition(_NEAR, (position.latitude, METRES_PER_DEGREE))
    found = await rows.read(
        wanted.plus("id", "latitude", "longitude", "radius", "severity"),
        concerning & _in_force(domain.clock()) & near,
        _NEWEST_FIRST,
        MAX_READ,
    )
    here = [row for row in found if _is_inside(position, row)]
    return sorted(here, key=lambda row: _SEVEREST_FIRST[row.severity])[:MAX_AT_ONCE]


def _is_inside(position: Position, advisory: Row) -> bool:
    if advisory.radius is None:
        return True
    return distance(position, Position(advisory.latitude, advisory.longitude)) <= advisory.radius


async def for_viewer(
    domain: Domain, viewer: Viewer, advisory_id: UUID, wanted: Wanted, field: Sequence[str]
) -> Row:
    """Return an advisory: in force for anybody, else for police of its place.

    What was said of somebody who was missing is nobody else's business once it is over. Raises
    `NotFound`.
    """
    found = await by_id(advisory_id, wanted.plus("place", "state", "expires_at"), field)
    if not (is_in_force(found, domain.clock()) or viewer.may(Right.VIEW, found.place)):
        raise NotFound("No advisory in force has this ID.", field)
    return found


async def by_id(advisory_id: UUID, wanted: Wanted, field: Sequence[str]) -> Row:
    """Return an advisory, over or not; raises `NotFound`."""
    found = await rows.read_by_id(wanted, advisory_id)
    if found is None:
        raise NotFound("No advisory has this ID.", field)
    return found


def said(advisory: Row, part: str) -> Mapping[str, str]:
    """Return one part of the texts (`headline`, `description`, `instruction`) by language."""
    texts: Mapping[str, Mapping[str, str]] = advisory.texts
    return {language: text[part] for language, text in texts.items()}
