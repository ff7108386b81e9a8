"""Vehicles: their public data, and all data of a register."""

from datetime import date, datetime

import strawberry

from core.places.vehicle_record import VehicleRecord as VehicleRecordOfDomain
from core.storage.rows import Row
from core.vehicles.look_up import is_valid
from core.vehicles.models import Vehicle as VehicleRow
from schema.base.context import Info
from schema.base.row import OfRow, reads
from schema.base.selection import DEPENDS_ON_CLOCK


class OfRegister(OfRow):
    """A type that is read from a row, or from a record of a city's own service."""

    model = VehicleRow

    @classmethod
    def is_type_of(cls, obj: object, _info: object) -> bool:
        """Return whether it is one of both."""
        return isinstance(obj, VehicleRecordOfDomain) or super().is_type_of(obj, _info)


@strawberry.type(description="The towing of a vehicle.")
class Towed:
    """Where it can be collected."""

    yard: str = strawberry.field(description="The yard where it is.")
    since: datetime | None = strawberry.field(description="When it was towed, if known.")


def _model(root: strawberry.Parent[Row]) -> str:
    return root.model


def _valid(root: strawberry.Parent[Row], info: Info) -> bool | None:
    return is_valid(root.valid_until, info.context.domain.clock())


def _towed(root: strawberry.Parent[Row]) -> Towed | None:
    return Towed(yard=root.towed_to, since=root.towed_at) if root.towed_to is not None else None


@strawberry.type(description="A vehicle with its public data, which never include the owner.")
class Vehicle(OfRegister):
    """Read from `core.vehicles.models.Vehicle` or `core.places.vehicle_record.VehicleRecord`."""

    plate: str = strawberry.field(description="The plate in its normal form: `MP09AB1234`.")
    make: str = strawberry.field(description="The manufacturer.")
    # In Python `model` is the table that the type is read from.
    model_name: str = strawberry.field(
        name="model", resolver=_model, description="The model.", metadata=reads("model")
    )
    colour: str = strawberry.field(description="Its colour.")
    vehicle_class: str = strawberry.field(description="Its class, such as `Motor Car`.")
    stolen: bool = strawberry.field(description="Whether it was reported stolen.")
    valid: bool | None = strawberry.field(
        resolver=_valid,
        description="Whether its registration is valid today; null if unknown.",
        metadata={**reads("valid_until"), DEPENDS_ON_CLOCK: True},
    )
    towed: Towed | None = strawberry.field(
        resolver=_towed,
        description="Where it was towed to; null if it was not towed.",
        metadata=reads("towed_to", "towed_at"),
    )


@strawberry.type(description="A vehicle with all data of the register; for police.")
class VehicleRecord(Vehicle):
    """With the fields for officers only."""

    fuel: str | None = strawberry.field(description="Its fuel.")
    valid_until: date | None = strawberry.field(description="The last day of its registration.")
    owner: str | None = strawberry.field(description="The name of the owner.")
