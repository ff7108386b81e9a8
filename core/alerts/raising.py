"""Raising an alert: a person's call for help."""

import asyncio
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final
from uuid import uuid4

from core.alerts.models import Alert
from core.alerts.states import AlertState
from core.alerts.subject import ALERTS
from core.alerts.whereabouts import INPUT, Whereabouts, located
from core.credentials import CredentialHash, Purpose, derive_credential, hash_credential
from core.domain import Domain
from core.escalation import policy
from core.log.changes import Change, ExtraRows, append_new
from core.log.idempotency import IdempotentRequest
from core.log.transitions import ActionKind, Actor
from core.paths import parse_path
from core.places.city import City
from core.places.numbers import NUMBERS
from core.places.routing import Route
from core.position import Fix
from core.problems import InvalidInput, Unavailable, UnknownPlace
from core.storage import rows
from core.storage.append import Clash, Made
from core.storage.rows import Row, Wanted
from core.text import MAX_NOTE, parse_text

ANSWER_SECONDS: Final = 4.0
"""Time limit of the answer. After it, the client gets the numbers to call; the write continues."""


@dataclass(frozen=True, slots=True)
class AlertDraft:
    """An alert before it is checked; `place` is needed if there is no position."""

    whereabouts: Whereabouts
    place: str | None
    note: str
    idempotency_key: str


@dataclass(frozen=True, slots=True)
class Raised:
    """The stored alert, the secret with which its owner ends it, and its share-link token."""

    alert: Row
    city: City
    secret: str
    watch_token: str


async def raise_alert(domain: Domain, draft: AlertDraft, wanted: Wanted) -> Raised:
    """Store an alert and notify police; a retry with the same key gets the same answer.

    Outside every city, the alert belongs to the country, so that holders of the share link can
    still follow it. Raises `InvalidInput`, `UnknownPlace`, `IdempotencyKeyReused`, or
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
    at = domain.clock()
    alert = _alert(city, route, note, located(fix, draft.whereabouts.battery, at), hashes, at)
    change = Change(
        ActionKind.RAISE,
        Actor.OWNER,
        at,
        AlertState.RAISED,
        text=note,
        fix=fix,
        battery=draft.whereabouts.battery,
    )
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            stored = await _store(domain, request, city, alert, change, wanted)
    except (Unavailable, TimeoutError) as error:
        raise Unavailable(call=city[NUMBERS]) from error
    return Raised(stored, city, secret, watch)


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


def _alert(
    city: City,
    route: Route | None,
    note: str,
    located_at: Mapping[str, object],
    hashes: tuple[CredentialHash, CredentialHash],
    at: datetime,
) -> Alert:
    secret, watch = hashes
    return Alert(
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
        **located_at,
    )


async def _store(
    domain: Domain,
    request: IdempotentRequest,
    city: City,
    alert: Alert,
    change: Change,
    wanted: Wanted,
) -> Row:
    written = await append_new(
        ALERTS,
        alert,
        change,
        ExtraRows(new=policy.first_timer(city, ALERTS, alert, change.at)),
        key=request.use(alert.id, change.at, Made(alert, "secret_selector")),
    )
    if isinstance(written, Clash):
        return await rows.existing(wanted, await request.recalled())
    domain.notifier.notify(city.path)
    return written.subject
