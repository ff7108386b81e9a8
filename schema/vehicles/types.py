"""Vehicles: as anybody may know them, and as a register has them."""

from datetime import date, datetime

import strawberry

from core.storage.rows import Row
from core.vehicles.look_up import is_valid
from core.vehicles.models import Vehicle as VehicleRow
from core.vehicles.record import VehicleRecord as VehicleRecordOfDomain
from schema.base.context import Info
from schema.base.row import OfRow, reads
from schema.base.selection import DEPENDS_ON_CLOCK


class OfRegister(OfRow):
    """A type that is read from a row, or from what a city's own service answered."""

    model = VehicleRow

    @classmethod
    def is_type_of(cls, obj: object, _info: object) -> bool:
        """Recognise both."""
        return isinstance(obj, VehicleRecordOfDomain) or super().is_type_of(obj, _info)


@strawberry.type(description="That a vehicle was towed away.")
class Towed:
    """Where to fetch it."""

    yard: str = strawberry.field(description="The yard where it stands.")
    since: datetime | None = strawberry.field(description="When it was towed, where it is known.")


def _model(root: strawberry.Parent[Row]) -> str:
    return root.model


def _valid(root: strawberry.Parent[Row], info: Info) -> bool | None:
    return is_valid(root.valid_until, info.context.domain.clock())


def _towed(root: strawberry.Parent[Row]) -> Towed | None:
    return Towed(yard=root.towed_to, since=root.towed_at) if root.towed_to is not None else None


@strawberry.type(description="A vehicle, as anybody may know it: never whose it is.")
class Vehicle(OfRegister):
    """Read from `core.vehicles.models.Vehicle` or `core.vehicles.record.VehicleRecord`."""

    plate: str = strawberry.field(description="The plate in its normal form: `MP09AB1234`.")
    make: str = strawberry.field(description="Who makes it.")
    # In Python `model` is the table that the type is read from.
    model_name: str = strawberry.field(
        name="model", resolver=_model, description="The model.", metadata=reads("model")
    )
    colour: str = strawberry.field(description="Its colour.")
    vehicle_class: str = strawberry.field(description="Its class, such as `Motor Car`.")
    stolen: bool = strawberry.field(description="Whether it is reported stolen.")
    valid: bool | None = strawberry.field(
        resolver=_valid,
        description="Whether its registration holds today; null where that is not known.",
        metadata={**reads("valid_until"), DEPENDS_ON_CLOCK: True},
    )
    towed: Towed | None = strawberry.field(
        resolver=_towed,
        description="Where it was towed to, if it was.",
        metadata=reads("towed_to", "towed_at"),
    )


@strawberry.type(description="A vehicle, with all that the register says of it; for police.")
class VehicleRecord(Vehicle):
    """What only officers see beside it."""

    fuel: str | None = strawberry.field(description="What it runs on.")
    valid_until: date | None = strawberry.field(description="The last day of its registration.")
    owner: str | None = strawberry.field(description="Whose it is.")
