"""Taking an action: the only way in which police change a report or an alert."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from core.actions.dispositions import DISPOSITIONS
from core.domain import Domain
from core.escalation import policy
from core.identity.people import Right, Viewer
from core.log.changes import ATTEMPTS, NO_EXTRA_ROWS, Change, Written, append_change, back_off
from core.log.idempotency import IdempotentRequest
from core.log.subjects import ActionInput, Subject
from core.log.transitions import ActionKind, Actor, Move, Visibility, possible_actions
from core.paths import Level, is_within, level, parse_path
from core.places.city import City
from core.places.stations import STATIONS
from core.problems import ActionNotPossible, Forbidden, InvalidInput, NotFound, Unavailable
from core.storage import rows
from core.storage.rows import Row, Wanted
from core.text import MAX_NAME, MAX_NOTE, parse_text

INPUT: Final = ("input",)
SUBJECT: Final = (*INPUT, "subject")


@dataclass(frozen=True, slots=True)
class ActionDraft:
    """An officer's action before it is checked; `subject_type` is the name of a `Subject`."""

    subject_type: str
    subject_id: UUID
    kind: ActionKind
    text: str
    visibility: Visibility | None
    assignee: str | None
    disposition: str | None
    place: str | None
    idempotency_key: str


@dataclass(frozen=True, slots=True)
class Taken:
    """The action that was taken, and its subject after it."""

    action: Row
    subject: Row


async def take(
    domain: Domain, viewer: Viewer, draft: ActionDraft, action: Wanted, wanted: Wanted
) -> Taken:
    """Take an action on a subject, if its state and the officer's rights allow it.

    Raises `Unauthenticated`, `Forbidden`, `NotFound`, `InvalidInput`, `UnknownPlace`,
    `ActionNotPossible` or `IdempotencyKeyReused`.
    """
    viewer.require_sign_in(SUBJECT)
    subject = domain.subjects[draft.subject_type]
    move = _move_of(subject.moves, draft.kind)
    request = IdempotentRequest(
        "takeAction", draft.idempotency_key, asdict(draft), by=str(viewer.officer_id)
    )
    for attempt in range(ATTEMPTS):
        await back_off(attempt)
        row = await _visible(viewer, subject, draft, changed=attempt > 0)
        checked = _check(domain, domain.city(row.city, SUBJECT), subject, draft, move)
        known = await request.recall()
        if known is not None:
            return Taken(
                await rows.existing(action, known), await rows.existing(wanted, draft.subject_id)
            )
        change = _decide(subject, row, draft, move, checked, domain.clock(), viewer)
        extra = NO_EXTRA_ROWS
        if draft.kind is ActionKind.REFER:
            city = domain.city(row.city, INPUT)
            extra = policy.restarted(city, subject, row, change.state, change.at)
        key = request.use(change.id, change.at)
        written = await append_change(subject, row, change, extra, key=key)
        if isinstance(written, Written):
            domain.notifier.notify(row.city)
            written.action.officer_name = viewer.name
            return Taken(written.action, await rows.complete(wanted, written.subject))
    raise Unavailable


async def _visible(viewer: Viewer, subject: Subject, draft: ActionDraft, *, changed: bool) -> Row:
    """Return the subject in its current state.

    Raises `NotFound` if the officer may not see it, `Forbidden` if the officer may not act on it.
    """
    row = await rows.read_by_id(subject.columns(), draft.subject_id)
    if row is None or not viewer.may(Right.VIEW, row.place):
        message = (
            "It was referred to another place."
            if changed and row is not None
            else "Unknown ID, or you have no rights to see it."
        )
        raise NotFound(message, SUBJECT)
    if not viewer.may(Right.ACT, row.place):
        raise Forbidden("Your role allows reading in this place, but not actions.", SUBJECT)
    return row


def _move_of(moves: Mapping[ActionKind, Move], kind: ActionKind) -> Move:
    move = moves.get(kind)
    if move is None or move.actor is not Actor.POLICE:
        possible = [kind for kind, move in moves.items() if move.actor is Actor.POLICE]
        raise InvalidInput(
            "UNKNOWN_VALUE", f"Choose one of: {', '.join(possible)}.", (*INPUT, "kind")
        )
    return move


def _check(
    domain: Domain, city: City, subject: Subject, draft: ActionDraft, move: Move
) -> ActionInput:
    given = {
        "text": draft.text,
        "visibility": draft.visibility,
        "assignee": draft.assignee,
        "disposition": draft.disposition,
        "place": draft.place,
    }
    for name, value in given.items():
        if value and name not in move.requires | move.allows:
            raise InvalidInput(
                "NOT_ALLOWED", f"{draft.kind} does not accept {name}.", (*INPUT, name)
            )
        if not value and name in move.requires:
            raise InvalidInput("REQUIRED", f"{draft.kind} requires {name}.", (*INPUT, name))
    return ActionInput(
        text=parse_text(draft.text, (*INPUT, "text"), MAX_NOTE, required="text" in move.requires),
        assignee=_assignee(draft.assignee),
        disposition=_disposition(city, draft.disposition),
        place=_destination(domain, city, subject, draft),
    )


def _assignee(name: str | None) -> str | None:
    if name is None:
        return None
    return parse_text(name, (*INPUT, "assignee"), MAX_NAME, required=True)


def _disposition(city: City, code: str | None) -> str | None:
    if code is not None and code not in city[DISPOSITIONS]:
        known = ", ".join(sorted(city[DISPOSITIONS]))
        raise InvalidInput("UNKNOWN_VALUE", f"Choose one of: {known}.", (*INPUT, "disposition"))
    return code


def _destination(domain: Domain, city: City, subject: Subject, draft: ActionDraft) -> str | None:
    if draft.place is None:
        return None
    at = (*INPUT, "place")
    place = parse_path(draft.place, at)
    inside = is_within(place, city.path)
    if inside and level(place) is Level.STATION and place.rpartition("/")[2] not in city[STATIONS]:
        raise InvalidInput("UNKNOWN_VALUE", "The city has no such station.", at)
    if not inside and not subject.leaves_city:
        raise InvalidInput(
            "OUT_OF_RANGE", "An alert cannot be referred to another city. Name a station.", at
        )
    if not inside:
        domain.city(place, at)
    return place


def _decide(
    subject: Subject,
    row: Row,
    draft: ActionDraft,
    move: Move,
    checked: ActionInput,
    at: datetime,
    viewer: Viewer,
) -> Change:
    if row.erased_at is not None:
        raise ActionNotPossible(
            "Erased: retention period ended. No action can be added.",
            state=row.state,
            possible=(),
            path=SUBJECT,
        )
    if row.state not in move.since:
        raise ActionNotPossible(
            f"This action is not possible in state {row.state}.",
            state=row.state,
            possible=possible_actions(subject.moves, row.state, Actor.POLICE),
            path=(*INPUT, "kind"),
        )
    after = subject.transition(row, draft.kind, checked, at)
    return Change(
        draft.kind,
        Actor.POLICE,
        at,
        after.state,
        sets=after.sets,
        previous_place=after.previous_place,
        text=checked.text,
        visibility=draft.visibility or _visibility(move),
        officer_id=viewer.officer_id,
        assignee=checked.assignee,
        disposition=checked.disposition,
        place=checked.place,
    )


def _visibility(move: Move) -> Visibility:
    return Visibility.INTERNAL if move.internal else Visibility.PUBLIC
