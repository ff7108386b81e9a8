"""Tables of officers and their tokens."""

from uuid import uuid4

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from core.identity.people import Role
from core.paths import MAX_PATH_LENGTH


class Officer(Model):
    """A person or desk of the police."""

    id = fields.UUIDField(primary_key=True, default=uuid4)
    name = fields.CharField(max_length=120)
    role = fields.CharEnumField(Role, max_length=20)
    place = fields.CharField(max_length=MAX_PATH_LENGTH)
    created_at = fields.DatetimeField()

    class Meta(Model.Meta):
        table = "officer"


class OfficerToken(Model):
    """The hash of a token with which an officer signs in."""

    id = fields.UUIDField(primary_key=True, default=uuid4)
    officer: fields.ForeignKeyRelation["Officer"] = fields.ForeignKeyField(
        "core.Officer", related_name="tokens"
    )
    selector = fields.CharField(max_length=24, unique=True)
    verifier = fields.CharField(max_length=64)
    created_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()
    revoked_at = fields.DatetimeField(null=True)
    revocation: fields.Field[int | None] = fields.BigIntField(null=True)
    """The number of its revocation. Processes query for numbers above the last one they read."""

    class Meta(Model.Meta):
        table = "officer_token"
        indexes = (Index(fields=("revocation",)),)


class RevocationLog(Model):
    """The number of the last revocation: one row, which a revocation locks."""

    id = fields.SmallIntField(primary_key=True, generated=False)
    last_number: fields.Field[int] = fields.BigIntField()

    class Meta(Model.Meta):
        table = "revocation_log"
