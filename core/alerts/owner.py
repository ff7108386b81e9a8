"""What the owner of an alert can do: add to its live track, and end it."""

from datetime import datetime

from core.alerts.states import ALERT_MOVES, OPEN_ALERT_STATES
from core.alerts.subject import ALERTS
from core.alerts.whereabouts import INPUT, Whereabouts, located
from core.credentials import Purpose, hash_credential
from core.domain import Domain
from core.log.changes import ATTEMPTS, Change, append_change, back_off
from core.log.transitions import ActionKind, Actor, possible_actions
from core.position import Fix
from core.problems import ActionNotPossible, InvalidInput, NotFound, Unavailable
from core.storage import rows
from core.storage.append import Clash
from core.storage.rows import Row, Wanted
from core.text import MAX_NOTE, parse_text


async def by_secret(secret: str) -> Row:
    """Return the alert with an owner's secret; raises `InvalidCredential` or `NotFound`."""
    field = (*INPUT, "secret")
    hashed = hash_credential(secret, Purpose.ALERT_SECRET, field)
    alert = await rows.read_by_credential(ALERTS.columns(), "secret", hashed)
    if alert is None:
        raise NotFound("No alert has this secret.", field)
    return alert


async def update(
    domain: Domain, secret: str, whereabouts: Whereabouts, note: str, wanted: Wanted
) -> Row:
    """Add to the live track of an alert, as its owner.

    Raises `InvalidCredential`, `NotFound`, `InvalidInput` or `ActionNotPossible`.
    """
    for attempt in range(ATTEMPTS):
        await back_off(attempt)
        alert = await by_secret(secret)
        fix, battery = whereabouts.parse(), whereabouts.battery
        note = parse_text(note, (*INPUT, "note"), MAX_NOTE, required=False)
        if fix is None and battery is None and not note:
            raise InvalidInput("REQUIRED", "Send a position, battery or note.", _POSITION)
        change = _decide(alert, ActionKind.LOCATE, domain.clock(), note, fix, battery)
        changed = await _append(domain, alert, change, wanted)
        if changed is not None:
            return changed
    raise Unavailable


async def end(domain: Domain, secret: str, kind: ActionKind, note: str, wanted: Wanted) -> Row:
    """End an alert as its owner: `CANCEL` or `FALSE_ALARM`. Repeating it changes nothing.

    Raises `InvalidCredential`, `NotFound`, `InvalidInput` or `ActionNotPossible`.
    """
    for attempt in range(ATTEMPTS):
        await back_off(attempt)
        alert = await by_secret(secret)
        note = parse_text(note, (*INPUT, "note"), MAX_NOTE, required=False)
        if alert.state == ALERT_MOVES[kind].to:
            return await rows.existing(wanted, alert.id)
        change = _decide(alert, kind, domain.clock(), note)
        changed = await _append(domain, alert, change, wanted)
        if changed is not None:
            return changed
    raise Unavailable


_POSITION = (*INPUT, "position")


async def _append(domain: Domain, alert: Row, change: Change, wanted: Wanted) -> Row | None:
    """Write a change; return the alert, or `None` if it was changed concurrently."""
    written = await append_change(ALERTS, alert, change)
    if isinstance(written, Clash):
        return None
    domain.notifier.notify(alert.city)
    return await rows.complete(wanted, written.subject)


def _decide(
    alert: Row,
    kind: ActionKind,
    at: datetime,
    note: str,
    fix: Fix | None = None,
    battery: int | None = None,
) -> Change:
    if alert.erased_at is not None:
        raise NotFound("No alert has this secret.", (*INPUT, "secret"))
    move = ALERT_MOVES[kind]
    if alert.state not in move.since:
        raise ActionNotPossible(
            f"The alert has already ended, in state {alert.state}.",
            state=alert.state,
            possible=possible_actions(ALERT_MOVES, alert.state, Actor.OWNER),
            path=(*INPUT, "secret"),
        )
    state = move.after(alert.state)
    sets = located(fix, battery, at)
    if state not in OPEN_ALERT_STATES:
        sets["ended_at"] = at
    return Change(kind, Actor.OWNER, at, state, sets=sets, text=note, fix=fix, battery=battery)
