"""Alerts: a person's call for help, her live track, and its end."""

import asyncio
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID, uuid4

from core.actions.actions import Change, append_new, record
from core.alerts.models import Alert
from core.credentials import CredentialHash, Purpose, derive_credential, hash_credential
from core.domain import Domain
from core.escalation import policy
from core.identity.people import Right, Viewer
from core.log import events as log
from core.log.idempotency import IdempotentRequest
from core.log.transitions import (
    ALERT_MOVES,
    OPEN_ALERT_STATES,
    ActionKind,
    Actor,
    AlertState,
    possible_actions,
)
from core.paths import parse_path
from core.places.city import City
from core.places.numbers import NUMBERS
from core.places.routing import Route
from core.position import Fix, parse_fix
from core.problems import ActionNotPossible, InvalidInput, NotFound, Unavailable, UnknownPlace
from core.storage import conditions, rows
from core.storage.database import transact
from core.storage.insert import KeyUse, Made
from core.storage.rows import Row, Wanted
from core.text import MAX_NOTE, parse_text

INPUT = ("input",)
ANSWER_SECONDS = 4.0
"""After so long the caller is told whom to call; what is being written is written all the same."""


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """What a phone says of itself: degrees, metres, and battery in percent."""

    latitude: float | None = None
    longitude: float | None = None
    accuracy: float | None = None
    battery: int | None = None

    def parse(self) -> Fix | None:
        """Return the position, if there is one; raises `InvalidInput`."""
        if self.battery is not None and not 0 <= self.battery <= 100:
            raise InvalidInput(
                "OUT_OF_RANGE", "battery must be a percentage, 0 to 100.", (*INPUT, "battery")
            )
        if self.latitude is None or self.longitude is None:
            return None
        return parse_fix(self.latitude, self.longitude, self.accuracy, (*INPUT, "position"))


@dataclass(frozen=True, slots=True)
class AlertDraft:
    """A call for help; a place is named where the phone knows no position."""

    whereabouts: Whereabouts
    place: str | None
    note: str
    idempotency_key: str


@dataclass(frozen=True, slots=True)
class Raised:
    """An alert that is stored, the secret that ends it, and the token of its share link."""

    alert: Row
    city: City
    secret: str
    watch_token: str


async def raise_alert(domain: Domain, draft: AlertDraft, wanted: Wanted) -> Raised:
    """Store a call for help and tell police where they listen; the same key gives the same answer.

    Outside of every city the alert belongs to the country, so that those who hold the share link
    can follow all the same. Raises `InvalidInput`, `UnknownPlace`, `IdempotencyKeyReused`, or
    `Unavailable` with the numbers to call.
    """
    fix = draft.whereabouts.parse()
    note = parse_text(draft.note, (*INPUT, "note"), MAX_NOTE, required=False)
    city = _city_of(domain, draft, fix)
    request = IdempotentRequest("raiseAlert", draft.idempotency_key, asdict(draft))
    secret = derive_credential(domain.key, Purpose.ALERT_SECRET, draft.idempotency_key)
    watch = derive_credential(domain.key, Purpose.SHARE_LINK, draft.idempotency_key)
    hashes = (
        hash_credential(secret, Purpose.ALERT_SECRET),
        hash_credential(watch, Purpose.SHARE_LINK),
    )
    route = await city.route_alert(fix.position if fix else None)
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            stored = await _store(domain, request, city, route, draft, fix, note, hashes)
            alert = await rows.existing(wanted, stored)
    except (Unavailable, TimeoutError) as error:
        raise Unavailable(call=city[NUMBERS]) from error
    return Raised(alert, city, secret, watch)


def _city_of(domain: Domain, draft: AlertDraft, fix: Fix | None) -> City:
    if draft.place is not None:
        return domain.city(parse_path(draft.place, (*INPUT, "place")), (*INPUT, "place"))
    if fix is None:
        raise InvalidInput(
            "REQUIRED", "Send a position, or the path of the place.", (*INPUT, "position")
        )
    city = domain.cities.at(fix.position) or domain.cities.country_at(fix.position)
    if city is None:
        raise UnknownPlace(
            "No known place is near. Call 112, which works from any mobile phone.",
            (*INPUT, "position"),
        )
    return city


async def _store(
    domain: Domain,
    request: IdempotentRequest,
    city: City,
    route: Route | None,
    draft: AlertDraft,
    fix: Fix | None,
    note: str,
    hashes: tuple[CredentialHash, CredentialHash],
) -> UUID:
    at = domain.clock()
    secret, watch = hashes
    alert = Alert(
        id=uuid4(),
        city=city.path,
        place=f"{city.path}/{route.station}" if route else city.path,
        state=AlertState.RAISED,
        note=note,
        route_reason=route.reason if route else "the place as a whole",
        raised_at=at,
        updated_at=at,
        secret_selector=secret.selector,
        secret_verifier=secret.verifier,
        watch_selector=watch.selector,
        watch_verifier=watch.verifier,
    )
    _locate(alert, fix, draft.whereabouts.battery, at)
    change = Change(
        ActionKind.RAISE,
        Actor.OWNER,
        AlertState.RAISED,
        at,
        text=note,
        fix=fix,
        battery=draft.whereabouts.battery,
    )

    async def write(key: KeyUse) -> int | None:
        return await append_new(key, alert, change, {}, policy.first_timer(city, alert, at))

    stored = await request.append(alert.id, at, write, Made(alert, "secret_selector"))
    if stored is None:
        return await request.recalled()
    domain.notifier.notify(city.path)
    return stored


def _locate(alert: Alert, fix: Fix | None, battery: int | None, at: datetime) -> None:
    if fix is not None:
        alert.latitude = fix.position.latitude
        alert.longitude = fix.position.longitude
        alert.accuracy = fix.accuracy
        alert.located_at = at
    if battery is not None:
        alert.battery = battery


async def by_secret(secret: str) -> Alert:
    """Return the alert that its owner's secret opens; raises `InvalidCredential` or `NotFound`."""
    field = (*INPUT, "secret")
    hashed = hash_credential(secret, Purpose.ALERT_SECRET, field)
    alert = await Alert.get_or_none(secret_selector=hashed.selector)
    if alert is None or not hashed.matches(alert.secret_verifier):
        raise NotFound("No alert has this secret.", field)
    return alert


async def by_share_token(
    token: str, wanted: Wanted, field: tuple[str | int, ...] = ("token",)
) -> Row:
    """Return the alert that a share link opens; raises `InvalidCredential` or `NotFound`."""
    hashed = hash_credential(token, Purpose.SHARE_LINK, field)
    found = await rows.read(
        wanted.plus("watch_verifier"), conditions.equals("alert.watch_selector", hashed.selector)
    )
    if not found or not hashed.matches(found[0].watch_verifier):
        raise NotFound("No alert has this share link.", field)
    return found[0]


async def update(
    domain: Domain, secret: str, whereabouts: Whereabouts, note: str, wanted: Wanted
) -> Row:
    """Add to the live track of an alert, as its owner.

    Raises `InvalidCredential`, `NotFound`, `InvalidInput` or `ActionNotPossible`.
    """
    alert = await by_secret(secret)
    fix = whereabouts.parse()
    note = parse_text(note, (*INPUT, "note"), MAX_NOTE, required=False)
    if fix is None and whereabouts.battery is None and not note:
        raise InvalidInput("REQUIRED", "Send a position, battery or note.", (*INPUT, "position"))
    change = Change(
        ActionKind.LOCATE,
        Actor.OWNER,
        alert.state,
        domain.clock(),
        text=note,
        fix=fix,
        battery=whereabouts.battery,
    )
    await _as_owner(domain, alert, change)
    return await rows.existing(wanted, alert.id)


async def end(domain: Domain, secret: str, kind: ActionKind, note: str, wanted: Wanted) -> Row:
    """End an alert as its owner (`CANCEL` or `FALSE_ALARM`); ending it so again changes nothing.

    Raises `InvalidCredential`, `NotFound`, `InvalidInput` or `ActionNotPossible`.
    """
    alert = await by_secret(secret)
    note = parse_text(note, (*INPUT, "note"), MAX_NOTE, required=False)
    if alert.state is not ALERT_MOVES[kind].to:
        change = Change(kind, Actor.OWNER, alert.state, domain.clock(), text=note)
        await _as_owner(domain, alert, change)
    return await rows.existing(wanted, alert.id)


async def _as_owner(domain: Domain, alert: Alert, change: Change) -> None:
    async def work() -> None:
        locked = await Alert.filter(id=alert.id).select_for_update().get()
        if locked.erased_at is not None:
            raise NotFound("No alert has this secret.", (*INPUT, "secret"))
        move = ALERT_MOVES[change.kind]
        if locked.state not in move.since:
            raise ActionNotPossible(
                f"The alert has ended: it is {locked.state}.",
                state=locked.state,
                possible=possible_actions(ALERT_MOVES, locked.state, Actor.OWNER),
                path=(*INPUT, "secret"),
            )
        locked.state = AlertState(move.after(locked.state))
        change.state = locked.state
        if locked.state not in OPEN_ALERT_STATES:
            locked.ended_at = change.at
        _locate(locked, change.fix, change.battery, change.at)
        await record(await log.next_number(locked.city), locked, change)

    await transact(work)
    domain.notifier.notify(alert.city)


async def for_viewer(
    viewer: Viewer, alert_id: UUID, wanted: Wanted, field: tuple[str | int, ...] = ("id",)
) -> Row:
    """Return an alert that the viewer may see; raises `Unauthenticated` or `NotFound`."""
    viewer.require_sign_in(field)
    alert = await rows.read_by_id(wanted.plus("place"), alert_id)
    if alert is None or not viewer.may(Right.VIEW, alert.place):
        raise NotFound("Unknown ID, or you have no rights to see it.", field)
    return alert


async def page(
    place: str,
    states: list[AlertState] | None,
    after: tuple[datetime, UUID] | None,
    limit: int,
    wanted: Wanted,
) -> list[Row]:
    """Return up to `limit` alerts of a place, the newest first, past a point in that order."""
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
