"""The table of reports. No column can identify who sent one."""

from typing import ClassVar
from uuid import uuid4

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from core.cap import Urgency
from core.log.models import Action
from core.media.models import Media
from core.paths import MAX_PATH_LENGTH
from core.reports.states import ReportState
from core.storage.rows import Related


class Report(Model):
    """A report of an incident, without its sender."""

    id = fields.UUIDField(primary_key=True, default=uuid4)
    city = fields.CharField(max_length=MAX_PATH_LENGTH)
    place = fields.CharField(max_length=MAX_PATH_LENGTH)
    reference = fields.CharField(max_length=24, unique=True)
    category = fields.CharField(max_length=64)
    urgency = fields.CharEnumField(Urgency, max_length=20)
    description = fields.TextField()
    answers = fields.JSONField[dict[str, list[str]]]()
    latitude = fields.FloatField()
    longitude = fields.FloatField()
    accuracy = fields.FloatField(null=True)
    state = fields.CharEnumField(ReportState, max_length=20)
    assignee = fields.CharField(max_length=120, null=True)
    disposition = fields.CharField(max_length=64, null=True)
    referred_to = fields.CharField(max_length=MAX_PATH_LENGTH, null=True)
    route_reason = fields.CharField(max_length=200)
    escalated_to = fields.CharField(max_length=MAX_PATH_LENGTH, null=True)
    awaits_answer = fields.BooleanField(default=False)
    received_at = fields.DatetimeField()
    received_on = fields.DateField()
    updated_at = fields.DatetimeField()
    version: fields.Field[int] = fields.BigIntField(db_default=0)
    """The number of its last event in the log of its city."""
    acted_at = fields.DatetimeField(null=True)
    erased_at = fields.DatetimeField(null=True)
    receipt_selector = fields.CharField(max_length=24, unique=True)
    receipt_verifier = fields.CharField(max_length=64)

    related: ClassVar = {
        "actions": Related(Action, "subject_id", "number"),
        "media": Related(Media, "subject_id", "position"),
    }

    class Meta(Model.Meta):
        table = "report"
        indexes = (
            Index(fields=("city", "received_at", "id")),
            Index(fields=("place", "received_at", "id")),
            Index(fields=("city", "received_on")),
        )
