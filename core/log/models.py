"""The tables of the log. No column can identify who sent a report."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from core.paths import MAX_PATH_LENGTH

if TYPE_CHECKING:
    from core.actions.models import Action
    from core.advisories.models import Advisory
    from core.alerts.models import Alert
    from core.reports.models import Report


class CityLog(Model):
    """The number of the last event of a city: one row to lock when its log grows."""

    city = fields.CharField(max_length=MAX_PATH_LENGTH, primary_key=True)
    last_number: fields.Field[int] = fields.BigIntField()

    class Meta(Model.Meta):
        table = "city_log"


class Event(Model):
    """One line of a city's log, numbered per city without gaps."""

    id = fields.BigIntField(primary_key=True)
    city = fields.CharField(max_length=MAX_PATH_LENGTH)
    number: fields.Field[int] = fields.BigIntField()
    place = fields.CharField(max_length=MAX_PATH_LENGTH)
    previous_place = fields.CharField(max_length=MAX_PATH_LENGTH, null=True)
    action: fields.ForeignKeyRelation["Action"] = fields.ForeignKeyField(
        "core.Action", related_name="events"
    )
    report: fields.ForeignKeyNullableRelation["Report"] = fields.ForeignKeyField(
        "core.Report", related_name="events", null=True
    )
    alert: fields.ForeignKeyNullableRelation["Alert"] = fields.ForeignKeyField(
        "core.Alert", related_name="events", null=True
    )
    advisory: fields.ForeignKeyNullableRelation["Advisory"] = fields.ForeignKeyField(
        "core.Advisory", related_name="events", null=True
    )

    report_id: UUID | None
    alert_id: UUID | None
    advisory_id: UUID | None

    class Meta(Model.Meta):
        table = "event"
        unique_together = (("city", "number"),)
        indexes = (Index(fields=("report_id", "number")), Index(fields=("alert_id", "number")))


class RetentionRun(Model):
    """When retention last ran, by its own clock, and what it held back: one row."""

    name = fields.CharField(max_length=20, primary_key=True)
    at = fields.DatetimeField()
    held = fields.JSONField[list[dict[str, Any]]]()

    class Meta(Model.Meta):
        table = "retention_run"


class IdempotencyRecord(Model):
    """That a key was used, for what and with which outcome, until its time is over.

    A key belongs to one write, so two rows never tell that two reports are of one person.
    """

    key_hash = fields.CharField(max_length=64, primary_key=True)
    fingerprint = fields.CharField(max_length=64)
    subject_id = fields.UUIDField()
    expires_at = fields.DatetimeField(db_index=True)

    class Meta(Model.Meta):
        table = "idempotency_record"
