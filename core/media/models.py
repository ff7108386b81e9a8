"""The tables of media and of uploads that wait for what they belong to."""

from uuid import uuid4

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from core.media.kinds import MediaKind


class Media(Model):
    """A cleaned photo, video or voice note that belongs to a subject, such as a report."""

    id = fields.UUIDField(primary_key=True, default=uuid4)
    subject_type = fields.CharField(max_length=20)
    subject_id = fields.UUIDField()
    action: fields.ForeignKeyRelation[Model] = fields.ForeignKeyField(
        "core.Action", related_name="media"
    )
    position: fields.Field[int] = fields.SmallIntField()
    kind = fields.CharEnumField(MediaKind, max_length=10)
    media_type = fields.CharField(max_length=40)
    sha256 = fields.CharField(max_length=64, db_index=True)
    byte_length: fields.Field[int] = fields.BigIntField()
    width: fields.Field[int | None] = fields.IntField(null=True)
    height: fields.Field[int | None] = fields.IntField(null=True)
    seconds = fields.FloatField(null=True)

    class Meta(Model.Meta):
        table = "media"
        indexes = (Index(fields=("subject_id",)), Index(fields=("action_id",)))


class Upload(Model):
    """A cleaned file that was uploaded and is not claimed by a report yet."""

    id = fields.UUIDField(primary_key=True, default=uuid4)
    selector = fields.CharField(max_length=24, unique=True)
    verifier = fields.CharField(max_length=64)
    kind = fields.CharEnumField(MediaKind, max_length=10)
    media_type = fields.CharField(max_length=40)
    sha256 = fields.CharField(max_length=64, db_index=True)
    byte_length: fields.Field[int] = fields.BigIntField()
    width: fields.Field[int | None] = fields.IntField(null=True)
    height: fields.Field[int | None] = fields.IntField(null=True)
    seconds = fields.FloatField(null=True)
    expires_at = fields.DatetimeField(db_index=True)

    class Meta(Model.Meta):
        table = "upload"
