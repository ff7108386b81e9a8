"""Tables of vehicles, look-ups, towings and imports."""

from typing import TYPE_CHECKING, ClassVar
from uuid import uuid4

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from core.paths import MAX_PATH_LENGTH
from core.places.formats import MAX_PLATE

if TYPE_CHECKING:
    from core.identity.models import Officer


class Vehicle(Model):
    """A vehicle in the imported register of a place, usually a state."""

    id = fields.BigIntField(primary_key=True)
    place = fields.CharField(max_length=MAX_PATH_LENGTH)
    plate = fields.CharField(max_length=MAX_PLATE)
    make = fields.CharField(max_length=60)
    model = fields.CharField(max_length=80)
    colour = fields.CharField(max_length=40)
    vehicle_class = fields.CharField(max_length=60)
    fuel = fields.CharField(max_length=40, null=True)
    valid_until = fields.DateField(null=True)
    stolen = fields.BooleanField(default=False)
    towed_to = fields.CharField(max_length=120, null=True)
    towed_at = fields.DatetimeField(null=True)
    owner = fields.CharField(max_length=200, null=True)

    class Meta(Model.Meta):
        table = "vehicle"
        unique_together = (("plate", "place"),)


class VehicleLookUp(Model):
    """An entry of the audit log: an officer's look-up and its reason."""

    id = fields.UUIDField(primary_key=True, default=uuid4)
    officer: fields.ForeignKeyRelation["Officer"] = fields.ForeignKeyField(
        "core.Officer", related_name="vehicle_look_ups", on_delete=fields.RESTRICT
    )
    place = fields.CharField(max_length=MAX_PATH_LENGTH)
    plate = fields.CharField(max_length=MAX_PLATE)
    reason = fields.TextField()
    at = fields.DatetimeField()

    class Meta(Model.Meta):
        table = "vehicle_look_up"
        indexes = (Index(fields=("place", "at")),)


class Towing(Model):
    """A vehicle towed to a yard, and its release."""

    id = fields.UUIDField(primary_key=True, default=uuid4)
    city = fields.CharField(max_length=MAX_PATH_LENGTH)
    place = fields.CharField(max_length=MAX_PATH_LENGTH)
    plate = fields.CharField(max_length=MAX_PLATE)
    yard = fields.CharField(max_length=120)
    note = fields.TextField()
    towed_at = fields.DatetimeField()
    officer: fields.ForeignKeyRelation["Officer"] = fields.ForeignKeyField(
        "core.Officer", related_name="towings", on_delete=fields.RESTRICT
    )
    released_at = fields.DatetimeField(null=True)
    released_by: fields.ForeignKeyNullableRelation["Officer"] = fields.ForeignKeyField(
        "core.Officer", related_name="releases", on_delete=fields.RESTRICT, null=True
    )

    pointed_to: ClassVar = ("officer.name", "released_by.name")

    class Meta(Model.Meta):
        table = "towing"
        indexes = (Index(fields=("plate", "towed_at")), Index(fields=("city", "towed_at", "id")))


class VehicleImport(Model):
    """The state of the import of a file into the register of a place."""

    id = fields.UUIDField(primary_key=True, default=uuid4)
    place = fields.CharField(max_length=MAX_PATH_LENGTH)
    fingerprint = fields.CharField(max_length=64)
    bytes_done: fields.Field[int] = fields.BigIntField()
    lines_done: fields.Field[int] = fields.BigIntField()
    rows_done: fields.Field[int] = fields.BigIntField()
    rows_refused: fields.Field[int] = fields.BigIntField()
    refused_bytes: fields.Field[int] = fields.BigIntField()
    at = fields.DatetimeField()

    class Meta(Model.Meta):
        table = "vehicle_import"
        unique_together = (("fingerprint", "place"),)
