"""The table of timers."""

from uuid import uuid4

from tortoise import fields
from tortoise.models import Model

from core.escalation.steps import EscalationSubject
from core.paths import MAX_PATH_LENGTH


class Timer(Model):
    """The time of the next escalation step of a report or an alert; it survives a restart."""

    id = fields.UUIDField(primary_key=True, default=uuid4)
    city = fields.CharField(max_length=MAX_PATH_LENGTH)
    subject = fields.CharEnumField(EscalationSubject, max_length=10)
    subject_id = fields.UUIDField(unique=True)
    since = fields.DatetimeField()
    done: fields.Field[int] = fields.IntField()
    due_at = fields.DatetimeField(db_index=True)

    class Meta(Model.Meta):
        table = "timer"
