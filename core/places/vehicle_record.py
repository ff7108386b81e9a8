"""The entry of a vehicle in a register."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from annotated_types import Len, MaxLen

from core.places.formats import Mark


@dataclass(frozen=True, slots=True)
class VehicleRecord:
    """A vehicle's entry in a register; `valid_until` is the last day of its registration."""

    plate: Mark
    make: Annotated[str, Len(1, 60)]
    model: Annotated[str, MaxLen(80)]
    colour: Annotated[str, MaxLen(40)]
    vehicle_class: Annotated[str, MaxLen(60)]
    fuel: Annotated[str, MaxLen(40)] | None = None
    valid_until: date | None = None
    stolen: bool = False
    towed_to: Annotated[str, MaxLen(120)] | None = None
    towed_at: datetime | None = None
    owner: Annotated[str, MaxLen(200)] | None = None


class RegisterUnavailable(Exception):
    """A city's own vehicle service failed, so it is unknown whether it has the vehicle."""
