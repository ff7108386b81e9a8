"""Actions: the one way in which the state of a report or an alert changes."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from core.actions.dispositions import DISPOSITIONS
from core.actions.models import Action
from core.advisories.models import Advisory
from core.alerts.models import Alert
from core.domain import Domain
from core.escalation import policy
from core.escalation.models import Timer
from core.identity.people import Right, Viewer
from core.log import events as log
from core.log.idempotency import IdempotentRequest
from core.log.models import Event
from core.log.transitions import (
    ALERT_MOVES,
    OPEN_ALERT_STATES,
    REPORT_MOVES,
    ActionKind,
    Actor,
    AlertState,
    Move,
    ReportState,
    State,
    Visibility,
    possible_actions,
)
from core.media import uploads as uploading
from core.media.models import Upload
from core.paths import Level, is_within, level, parse_path
from core.places.city import City
from core.places.stations import STATIONS
from core.position import Fix
from core.problems import ActionNotPossible, Forbidden, InvalidInput, NotFound
from core.reports.models import Report
from core.storage.insert import KeyUse, NewRow, Numbered, append_at_once
from core.text import MAX_NAME, MAX_NOTE, parse_text

INPUT = ("input",)
Subject = Report | Alert


@dataclass(slots=True)
class Change:
    """What an action says; `state` is the subject's state once it is done."""

    kind: ActionKind
    actor: Actor
    state: State
    at: datetime
    id: UUID = field(default_factory=uuid4)
    text: str = ""
    visibility: Visibility = Visibility.PUBLIC
    officer_id: UUID | None = None
    assignee: str | None = None
    disposition: str | None = None
    place: str | None = None
    previous_place: str | None = None
    fix: Fix | None = None
    battery: int | None = None


async def record(
    number: int,
    subject: Subject,
    change: Change,
    *,
    is_new: bool = False,
    uploads: Sequence[Upload] = (),
) -> Event:
    """Write the action, its media, the subject as it now stands, and the event, all or nothing.

    Runs inside the caller's transaction, which took `number` from the city's log.
    """
    subject.updated_at = change.at
    await subject.save(force_create=is_new)
    action = action_of(subject, change, number)
    await action.save(force_create=True)
    if isinstance(subject, Report):
        await uploading.attach(uploads, subject, action, (*INPUT, "media"))
    return await log.append(number, action, subject, previous_place=change.previous_place)


def action_of(subject: Subject | Advisory, change: Change, number: int = 0) -> Action:
    """Return the action that makes a change, numbered as its event in the subject's own city."""
    fix = change.fix
    return Action(
        id=change.id,
        report_id=subject.id if isinstance(subject, Report) else None,
        alert_id=subject.id if isinstance(subject, Alert) else None,
        advisory_id=subject.id if isinstance(subject, Advisory) else None,
        kind=change.kind,
        actor=change.actor,
        officer_id=change.officer_id,
        visibility=change.visibility,
        number=number,
        at=change.at,
        state=change.state,
        text=change.text,
        assignee=change.assignee,
        disposition=change.disposition,
        place=change.place,
        latitude=fix.position.latitude if fix else None,
        longitude=fix.position.longitude if fix else None,
        accuracy=fix.accuracy if fix else None,
        battery=change.battery,
    )


async def append_new(
    key: KeyUse,
    subject: Subject,
    change: Change,
    numbered: Mapping[str, Numbered],
    timer: Timer | None,
) -> int | None:
    """Write a new subject, its first action and their event, and use the key up, all at once.

    The timer, where the city's policy sets one, is on disk with the rest. Returns the number in the
    log, or `None` where the key was used before.
    """
    action = action_of(subject, change)
    new = (
        NewRow(subject, numbered),
        NewRow(action, {"number": Numbered()}),
        NewRow(log.event_of(0, action, subject), {"number": Numbered()}),
        *([NewRow(timer, {})] if timer is not None else []),
    )
    return await append_at_once(subject.city, key, new)


@dataclass(frozen=True, slots=True)
class ActionDraft:
    """What an officer wants to do."""

    subject_type: type[Subject]
    subject_id: UUID
    kind: ActionKind
    text: str
    visibility: Visibility | None
    assignee: str | None
    disposition: str | None
    place: str | None
    idempotency_key: str


async def take(domain: Domain, viewer: Viewer, draft: ActionDraft) -> UUID:
    """Do what the officer says, if the state and the officer's rights allow it.

    Returns the action's id.

    Raises `Unauthenticated`, `Forbidden`, `NotFound`, `InvalidInput`, `ActionNotPossible` or
    `IdempotencyKeyReused`.
    """
    viewer.require_sign_in((*INPUT, "subject"))
    subject = await _visible_subject(viewer, draft)
    city = domain.city(subject.city, (*INPUT, "subject"))
    moves = REPORT_MOVES if draft.subject_type is Report else ALERT_MOVES
    move = _move_of(moves, draft.kind)
    change = _check(domain, city, draft, move)
    change.officer_id = viewer.officer_id
    request = IdempotentRequest(
        "takeAction", draft.idempotency_key, asdict(draft), by=str(viewer.officer_id)
    )
    done = await request.recall()
    if done is None:
        done = await _perform(domain, request, viewer, draft, moves, change)
    return done


async def _visible_subject(viewer: Viewer, draft: ActionDraft) -> Subject:
    subject = await draft.subject_type.get_or_none(id=draft.subject_id)
    at = (*INPUT, "subject")
    if subject is None or not viewer.may(Right.VIEW, subject.place):
        raise NotFound("Unknown ID, or you have no rights to see it.", at)
    if not viewer.may(Right.ACT, subject.place):
        raise Forbidden("Your role allows reading in this place, but not actions.", at)
    return subject


def _move_of(moves: Mapping[ActionKind, Move], kind: ActionKind) -> Move:
    move = moves.get(kind)
    if move is None or move.actor is not Actor.POLICE:
        possible = [kind for kind, move in moves.items() if move.actor is Actor.POLICE]
        raise InvalidInput(
            "UNKNOWN_VALUE", f"Choose one of: {', '.join(possible)}.", (*INPUT, "kind")
        )
    return move


def _check(domain: Domain, city: City, draft: ActionDraft, move: Move) -> Change:
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
    default = Visibility.INTERNAL if move.internal else Visibility.PUBLIC
    return Change(
        kind=draft.kind,
        actor=Actor.POLICE,
        state=ReportState.RECEIVED,
        at=domain.clock(),
        text=parse_text(draft.text, (*INPUT, "text"), MAX_NOTE, required="text" in move.requires),
        visibility=draft.visibility or default,
        assignee=_assignee(draft.assignee),
        disposition=_disposition(city, draft.disposition),
        place=_destination(domain, city, draft),
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


def _destination(domain: Domain, city: City, draft: ActionDraft) -> str | None:
    if draft.place is None:
        return None
    at = (*INPUT, "place")
    place = parse_path(draft.place, at)
    inside = is_within(place, city.path)
    if inside and level(place) is Level.STATION and place.rpartition("/")[2] not in city[STATIONS]:
        raise InvalidInput("UNKNOWN_VALUE", "The city has no such station.", at)
    if not inside and draft.subject_type is Alert:
        raise InvalidInput("OUT_OF_RANGE", "An alert cannot leave its city. Name a station.", at)
    if not inside:
        domain.city(place, at)
    return place


async def _perform(
    domain: Domain,
    request: IdempotentRequest,
    viewer: Viewer,
    draft: ActionDraft,
    moves: Mapping[ActionKind, Move],
    change: Change,
) -> UUID:
    async def work() -> str:
        model = draft.subject_type
        subject = await model.filter(id=draft.subject_id).select_for_update().get()
        if not viewer.may(Right.ACT, subject.place):
            raise NotFound("It was referred to another place.", (*INPUT, "subject"))
        if subject.erased_at is not None:
            raise ActionNotPossible(
                "Erased: retention period ended. No action can be added.",
                state=subject.state,
                possible=(),
                path=(*INPUT, "subject"),
            )
        _apply(subject, change, moves)
        await record(await log.next_number(subject.city), subject, change)
        if change.kind is ActionKind.REFER:
            await policy.begin_again(domain.city(subject.city, INPUT), subject, change.at)
        return subject.city

    city = await request.perform(change.id, change.at, work)
    if city is None:
        return await request.recalled()
    domain.notifier.notify(city)
    return change.id


def _apply(subject: Subject, change: Change, moves: Mapping[ActionKind, Move]) -> None:
    move = moves[change.kind]
    if subject.state not in move.since:
        raise ActionNotPossible(
            f"This action is not possible in state {subject.state}.",
            state=subject.state,
            possible=possible_actions(moves, subject.state, Actor.POLICE),
            path=(*INPUT, "kind"),
        )
    change.state = move.after(subject.state)
    if isinstance(subject, Report):
        _apply_to_report(subject, change)
    else:
        _apply_to_alert(subject, change)


def _apply_to_report(report: Report, change: Change) -> None:
    report.assignee = change.assignee or report.assignee
    report.disposition = change.disposition or report.disposition
    if change.kind is ActionKind.ASK:
        report.awaits_answer = True
    if change.kind is ActionKind.ACT:
        report.acted_at = report.acted_at or change.at
    if change.place is not None and is_within(change.place, report.city):
        change.state = ReportState.RECEIVED
        change.previous_place, report.place = report.place, change.place
        report.route_reason = "referred by an officer"
        report.assignee = None
    elif change.place is not None:
        report.referred_to = change.place
    report.state = ReportState(change.state)


def _apply_to_alert(alert: Alert, change: Change) -> None:
    alert.assignee = change.assignee or alert.assignee
    alert.disposition = change.disposition or alert.disposition
    if change.place is not None:
        change.previous_place, alert.place = alert.place, change.place
        alert.route_reason = "referred by an officer"
    alert.state = AlertState(change.state)
    if alert.state not in OPEN_ALERT_STATES:
        alert.ended_at = alert.ended_at or change.at
