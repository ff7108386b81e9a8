"""The table of advisories."""

from typing import ClassVar
from uuid import uuid4

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from core.advisories.states import AdvisoryState
from core.cap import CapCategory, CapStatus, Certainty, Severity, Urgency
from core.log.models import Action
from core.paths import MAX_PATH_LENGTH
from core.storage.rows import Related


class Advisory(Model):
    """An advisory to the citizens of a place, in the terms of CAP 1.2; `texts` are by language."""

    id = fields.UUIDField(primary_key=True, default=uuid4)
    city = fields.CharField(max_length=MAX_PATH_LENGTH)
    place = fields.CharField(max_length=MAX_PATH_LENGTH)
    kind = fields.CharField(max_length=64)
    category = fields.CharEnumField(CapCategory, max_length=20)
    urgency = fields.CharEnumField(Urgency, max_length=20)
    severity = fields.CharEnumField(Severity, max_length=20)
    certainty = fields.CharEnumField(Certainty, max_length=20)
    status = fields.CharEnumField(CapStatus, max_length=20)
    state = fields.CharEnumField(AdvisoryState, max_length=20)
    texts = fields.JSONField[dict[str, dict[str, str]]]()
    latitude = fields.FloatField(null=True)
    longitude = fields.FloatField(null=True)
    radius = fields.FloatField(null=True)
    web = fields.CharField(max_length=300, null=True)
    contact = fields.CharField(max_length=200, null=True)
    issued_at = fields.DatetimeField()
    onset_at = fields.DatetimeField(null=True)
    expires_at = fields.DatetimeField()
    erased_at = fields.DatetimeField(null=True)
    updated_at = fields.DatetimeField()
    version: fields.Field[int] = fields.BigIntField(db_default=0)
    """The number of its last event in the log of its city."""

    related: ClassVar = {"actions": Related(Action, "subject_id", "number")}

    class Meta(Model.Meta):
        table = "advisory"
        indexes = (
            Index(fields=("place", "issued_at", "id")),
            Index(fields=("place", "expires_at")),
        )
