"""The table of actions."""

from typing import TYPE_CHECKING
from uuid import uuid4

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from core.log.transitions import ActionKind, Actor, Visibility
from core.paths import MAX_PATH_LENGTH

if TYPE_CHECKING:
    from core.advisories.models import Advisory
    from core.alerts.models import Alert
    from core.identity.models import Officer
    from core.media.models import Media
    from core.reports.models import Report


class Action(Model):
    """What somebody did about a report, alert or advisory: the only way that states change.

    `number` is that of its event in the log of the subject's city: clocks do not order actions.
    """

    id = fields.UUIDField(primary_key=True, default=uuid4)
    report: fields.ForeignKeyNullableRelation["Report"] = fields.ForeignKeyField(
        "core.Report", related_name="actions", null=True
    )
    alert: fields.ForeignKeyNullableRelation["Alert"] = fields.ForeignKeyField(
        "core.Alert", related_name="actions", null=True
    )
    advisory: fields.ForeignKeyNullableRelation["Advisory"] = fields.ForeignKeyField(
        "core.Advisory", related_name="actions", null=True
    )
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
    media: fields.ReverseRelation["Media"]

    class Meta(Model.Meta):
        table = "action"
        indexes = (
            Index(fields=("report_id", "number")),
            Index(fields=("alert_id", "number")),
            Index(fields=("advisory_id", "number")),
        )
