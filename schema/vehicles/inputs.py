"""Inputs about vehicles."""

import strawberry

from core.vehicles.look_up import MAX_REASON
from schema.base.bounds import (
    PATH,
    PLATE,
    Limit,
    input_field,
)


@strawberry.input(description="What an officer wants to know of a vehicle.")
class LookUpVehicleInput:
    """A plate, and why it is looked up."""

    place: str = input_field(
        "The path of the place for which the officer asks; its register, and those of the state "
        "and country above it, are looked into.",
        PATH,
    )
    plate: str = input_field("The number plate, however it is typed.", PLATE)
    reason: str = input_field(
        "Why: a case, or what was seen. It is kept with the look-up.", Limit(MAX_REASON)
    )
