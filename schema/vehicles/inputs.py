"""Inputs about vehicles."""

import strawberry

from core.vehicles.look_up import MAX_REASON
from schema.base.bounds import (
    PATH,
    Limit,
    input_field,
)
from schema.vehicles.bounds import PLATE


@strawberry.input(description="A look-up of a vehicle by an officer.")
class LookUpVehicleInput:
    """The plate, and the reason for the look-up."""

    place: str = input_field(
        "The path of the officer's place; its register, and those of its state and country, are "
        "searched.",
        PATH,
    )
    plate: str = input_field("The number plate; case, spaces and punctuation do not matter.", PLATE)
    reason: str = input_field(
        "The reason: a case, or an observation. It is stored with the look-up.", Limit(MAX_REASON)
    )
