"""The tables of the log. No column can identify who sent a report."""

from typing import TYPE_CHECKING, Any, ClassVar
from uuid import uuid4

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from core.log.transitions import ActionKind, Actor, Visibility
from core.media.models import Media
from core.paths import MAX_PATH_LENGTH
from core.storage.rows import Related

if TYPE_CHECKING:
    from core.identity.models import Officer

MAX_SUBJECT_TYPE = 20


class CityLog(Model):
    """The number of the last event of a city: one row to lock when its log grows."""

    city = fields.CharField(max_length=MAX_PATH_LENGTH, primary_key=True)
    last_number: fields.Field[int] = fields.BigIntField()

    class Meta(Model.Meta):
        table = "city_log"


class Action(Model):
    """An action on a subject: the only way to change its state.

    `subject_type` is the name of a `core.log.subjects.Subject`. `number` is that of its event in
    the log of the subject's city: actions are ordered by it, not by clocks.
    """

    id = fields.UUIDField(primary_key=True, default=uuid4)
    subject_type = fields.CharField(max_length=MAX_SUBJECT_TYPE)
    subject_id = fields.UUIDField()
    kind = fields.CharEnumField(ActionKind, max_length=20)
    actor = fields.CharEnumField(Actor, max_length=20)
    officer: fields.ForeignKeyNullableRelation["Officer"] = fields.ForeignKeyField(
        "core.Officer", related_name="actions", null=True
    )
    visibility = fields.CharEnumField(Visibility, max_length=20)
    number: fields.Field[int] = fields.BigIntField(db_default=0)
    at = fields.DatetimeField()
    state = fields.CharField(max_length=20)
    text = fields.TextField()
    assignee = fields.CharField(max_length=120, null=True)
    disposition = fields.CharField(max_length=64, null=True)
    place = fields.CharField(max_length=MAX_PATH_LENGTH, null=True)
    latitude = fields.FloatField(null=True)
    longitude = fields.FloatField(null=True)
    accuracy = fields.FloatField(null=True)
    battery: fields.Field[int | None] = fields.SmallIntField(null=True)

    related: ClassVar = {"media": Related(Media, "action_id", "position")}
    pointed_to: ClassVar = ("officer.name",)

    class Meta(Model.Meta):
        table = "action"
        indexes = (Index(fields=("subject_id", "number")),)


class Event(Model):
    """An event of a city's log, numbered per city without gaps."""

    id = fields.BigIntField(primary_key=True)
    city = fields.CharField(max_length=MAX_PATH_LENGTH)
    number: fields.Field[int] = fields.BigIntField()
    place = fields.CharField(max_length=MAX_PATH_LENGTH)
    previous_place = fields.CharField(max_length=MAX_PATH_LENGTH, null=True)
    action: fields.ForeignKeyRelation[Action] = fields.ForeignKeyField(
        "core.Action", related_name="events"
    )
    subject_type = fields.CharField(max_length=MAX_SUBJECT_TYPE)
    subject_id = fields.UUIDField()

    class Meta(Model.Meta):
        table = "event"
        unique_together = (("city", "number"),)
        indexes = (Index(fields=("subject_id", "number")),)


class RetentionRun(Model):
    """The time of the last retention run, and what it did not erase: one row."""

    name = fields.CharField(max_length=20, primary_key=True)
    at = fields.DatetimeField()
    held = fields.JSONField[list[dict[str, Any]]]()

    class Meta(Model.Meta):
        table = "retention_run"


class IdempotencyRecord(Model):
    """A used idempotency key and what it made, until it expires.

    A key belongs to one write, so no two rows show that two reports are from one person.
    """

    key_hash = fields.CharField(max_length=64, primary_key=True)
    fingerprint = fields.CharField(max_length=64)
    subject_id = fields.UUIDField()
    expires_at = fields.DatetimeField(db_index=True)

    class Meta(Model.Meta):
        table = "idempotency_record"
