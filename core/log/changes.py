"""Changes of subjects: each is one action and one event in the log."""

from asyncio import sleep
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from secrets import randbelow
from typing import Any, Final
from uuid import UUID, uuid4

from tortoise.models import Model

from core.log.models import Action, Event
from core.log.subjects import Subject
from core.log.transitions import ActionKind, Actor, Visibility
from core.media.models import Upload
from core.media.uploads import media_of
from core.position import Fix
from core.storage import append as storage
from core.storage import rows
from core.storage.append import (
    NUMBER,
    ChangedRow,
    ClaimedRows,
    Clash,
    DeletedRows,
    Entry,
    KeyUse,
    NewRow,
    Numbered,
    UpdatedRows,
)
from core.storage.rows import Row

ATTEMPTS: Final = 30
"""How many times a use case decides a change again after a concurrent change of its subject."""
_LONGEST_PAUSE: Final = 100
"""Upper limit of the random pause before a retry, in milliseconds."""


@dataclass(frozen=True, slots=True)
class Change:
    """An action: the state after it, and the columns of the subject that it sets."""

    kind: ActionKind
    actor: Actor
    at: datetime
    state: str
    sets: Mapping[str, object] = field(default_factory=dict[str, object])
    previous_place: str | None = None
    id: UUID = field(default_factory=uuid4)
    text: str = ""
    visibility: Visibility = Visibility.PUBLIC
    officer_id: UUID | None = None
    assignee: str | None = None
    disposition: str | None = None
    place: str | None = None
    fix: Fix | None = None
    battery: int | None = None


@dataclass(frozen=True, slots=True)
class ExtraRows:
    """Other rows written with a change: claimed uploads, timers, erased rows."""

    uploads: Sequence[Upload] = ()
    media_before: int = 0
    """How many files the subject already has."""
    new: Sequence[NewRow] = ()
    updated: Sequence[UpdatedRows] = ()
    deleted: Sequence[DeletedRows] = ()


NO_EXTRA_ROWS: Final = ExtraRows()


@dataclass(frozen=True, slots=True)
class Written:
    """The stored subject and action."""

    subject: Row
    action: Row


async def append_new(
    subject: Subject,
    row: Model,
    change: Change,
    extra: ExtraRows = NO_EXTRA_ROWS,
    *,
    key: KeyUse,
    numbered: Mapping[str, Numbered] | None = None,
    logs: Sequence[str] = (),
) -> Written | Clash:
    """Write a new subject, its first action, its event and the idempotency key in one statement.

    `numbered` names the columns that contain the number of the event. `logs` are the cities whose
    logs get the event, the subject's own first; by default only that one. Returns a `Clash` if
    nothing was written.
    """
    values = rows.values_of(row)
    numbered = {"version": NUMBER, **(numbered or {})}
    action, files = _action_of(subject, values, change, extra)
    entry = Entry(
        cities=logs or (str(values["city"]),),
        new=(
            NewRow(row, numbered),
            NewRow(action, {"number": NUMBER}),
            _line(subject, values, change, several=bool(logs)),
            *map(NewRow, files),
            *extra.new,
        ),
        key=key,
        claimed=_claimed(extra),
    )
    number = await storage.append(entry)
    if isinstance(number, Clash):
        return number
    made = values | {name: each.value(number) for name, each in numbered.items()}
    written = _written(subject, made, action, files, number)
    # A new subject has no other actions and files.
    for name, related in (("actions", [written.action]), ("media", written.action.media)):
        setattr(written.subject, name, related)
    return written


async def append_change(
    subject: Subject,
    row: Row,
    change: Change,
    extra: ExtraRows = NO_EXTRA_ROWS,
    *,
    key: KeyUse | None = None,
    logs: Sequence[str] = (),
) -> Written | Clash:
    """Change a subject, and write the action and its event.

    `row` must have all columns of the subject. Returns `Clash.CHANGED` if the subject has changed
    since `row` was read: read it and decide again.
    """
    sets = {**change.sets, "state": change.state, "updated_at": change.at}
    before = {name: getattr(row, name) for name in rows.everything(subject.model).columns}
    values = before | sets
    action, files = _action_of(subject, values, change, extra)
    entry = Entry(
        cities=logs or (row.city,),
        changed=ChangedRow(subject.model, row.id, row.version, sets),
        new=(
            NewRow(action, {"number": NUMBER}),
            _line(subject, values, change, several=bool(logs)),
            *map(NewRow, files),
            *extra.new,
        ),
        key=key,
        claimed=_claimed(extra),
        updated=extra.updated,
        deleted=extra.deleted,
    )
    number = await storage.append(entry)
    if isinstance(number, Clash):
        return number
    return _written(subject, values | {"version": number}, action, files, number)


def _action_of(
    subject: Subject, values: Mapping[str, Any], change: Change, extra: ExtraRows
) -> tuple[Action, list[Model]]:
    fix = change.fix
    action = Action(
        id=change.id,
        subject_type=subject.name,
        subject_id=values["id"],
        kind=change.kind,
        actor=change.actor,
        officer_id=change.officer_id,
        visibility=change.visibility,
        number=0,
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
    files: list[Model] = [
        media_of(upload, subject.name, values["id"], change.id, extra.media_before + index)
        for index, upload in enumerate(extra.uploads)
    ]
    return action, files


def _line(subject: Subject, values: Mapping[str, Any], change: Change, *, several: bool) -> NewRow:
    event = Event(
        city=values["city"],
        number=0,
        place=values["place"],
        previous_place=change.previous_place,
        action_id=change.id,
        subject_type=subject.name,
        subject_id=values["id"],
    )
    return NewRow(event, {"number": NUMBER}, in_each_log=several)


def _claimed(extra: ExtraRows) -> ClaimedRows | None:
    if not extra.uploads:
        return None
    return ClaimedRows(Upload, [upload.id for upload in extra.uploads])


def _written(
    subject: Subject, values: Mapping[str, object], action: Action, files: list[Model], number: int
) -> Written:
    stored = rows.written(Action, rows.values_of(action) | {"number": number, "officer_name": None})
    stored.media = [rows.written(type(each), rows.values_of(each)) for each in files]
    return Written(rows.written(subject.model, values), stored)


async def back_off(attempt: int) -> None:
    """Wait for a random time before a retry, with exponential backoff; attempt 0 does not wait.

    Otherwise concurrent changes of one subject would keep clashing.
    """
    if attempt:
        await sleep(randbelow(min(_LONGEST_PAUSE, 2**attempt)) / 1000)
