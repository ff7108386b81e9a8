"""The table of alerts."""

from typing import ClassVar
from uuid import uuid4

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from core.alerts.states import AlertState
from core.log.models import Action
from core.paths import MAX_PATH_LENGTH
from core.storage.rows import Related


class Alert(Model):
    """A person's call for help."""

    id = fields.UUIDField(primary_key=True, default=uuid4)
    city = fields.CharField(max_length=MAX_PATH_LENGTH)
    place = fields.CharField(max_length=MAX_PATH_LENGTH)
    state = fields.CharEnumField(AlertState, max_length=20)
    note = fields.TextField()
    latitude = fields.FloatField(null=True)
    longitude = fields.FloatField(null=True)
    accuracy = fields.FloatField(null=True)
    battery: fields.Field[int | None] = fields.SmallIntField(null=True)
    located_at = fields.DatetimeField(null=True)
    assignee = fields.CharField(max_length=120, null=True)
    disposition = fields.CharField(max_length=64, null=True)
    route_reason = fields.CharField(max_length=200)
    escalated_to = fields.CharField(max_length=MAX_PATH_LENGTH, null=True)
    raised_at = fields.DatetimeField()
    updated_at = fields.DatetimeField()
    version: fields.Field[int] = fields.BigIntField(db_default=0)
    """The number of its last event in the log of its city."""
    ended_at = fields.DatetimeField(null=True)
    erased_at = fields.DatetimeField(null=True)
    secret_selector = fields.CharField(max_length=24, unique=True)
    secret_verifier = fields.CharField(max_length=64)
    watch_selector = fields.CharField(max_length=24, unique=True)
    watch_verifier = fields.CharField(max_length=64)

    related: ClassVar = {"actions": Related(Action, "subject_id", "number")}

    class Meta(Model.Meta):
        table = "alert"
        indexes = (
            Index(fields=("city", "raised_at", "id")),
            Index(fields=("place", "raised_at", "id")),
        )
