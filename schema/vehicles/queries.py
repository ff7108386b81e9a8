"""Root fields that look vehicles up."""

from typing import Annotated

import strawberry

from core.vehicles.look_up import look_up
from core.vehicles.models import Vehicle as VehicleRow
from schema.base.bounds import argument
from schema.base.context import Info
from schema.base.pagination import PathArgument
from schema.base.problem import (
    FeatureUnavailableProblem,
    InvalidInputProblem,
    NotFoundProblem,
    TryLaterProblem,
    UnknownPlaceProblem,
)
from schema.base.results import refusable, result
from schema.base.selection import wanted
from schema.vehicles.bounds import PLATE
from schema.vehicles.towing import TowingQuery
from schema.vehicles.types import Vehicle

VehicleResult = result(
    "VehicleResult",
    "A vehicle, or a problem.",
    Vehicle,
    InvalidInputProblem,
    UnknownPlaceProblem,
    FeatureUnavailableProblem,
    NotFoundProblem,
    TryLaterProblem,
)


@strawberry.type
class VehicleQuery(TowingQuery):
    """Public look-ups of vehicles, and of towed vehicles."""

    @strawberry.field(
        description="A vehicle by its plate, with its public data. Look-ups are not recorded.",
        graphql_type=VehicleResult,
    )
    @refusable
    async def vehicle(
        self,
        info: Info,
        place: PathArgument,
        plate: Annotated[
            str, argument("The number plate; case, spaces and punctuation do not matter.", PLATE)
        ],
    ) -> object:
        """Return the vehicle from the city's service, or from the nearest register."""
        return await look_up(info.context.domain, place, plate, wanted(info, VehicleRow))
