"""Root fields that look vehicles up."""

from typing import Annotated

import strawberry

from core.vehicles.look_up import look_up
from core.vehicles.models import Vehicle as VehicleRow
from schema.base.bounds import PLATE, argument
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
from schema.vehicles.towing import TowingQuery
from schema.vehicles.types import Vehicle

VehicleResult = result(
    "VehicleResult",
    "A vehicle, or why it is not told.",
    Vehicle,
    InvalidInputProblem,
    UnknownPlaceProblem,
    FeatureUnavailableProblem,
    NotFoundProblem,
    TryLaterProblem,
)


@strawberry.type
class VehicleQuery(TowingQuery):
    """Looking vehicles up, and finding towed ones."""

    @strawberry.field(
        description="A vehicle by its plate, as anybody may know it. Nobody keeps who asked.",
        graphql_type=VehicleResult,
    )
    @refusable
    async def vehicle(
        self,
        info: Info,
        place: PathArgument,
        plate: Annotated[str, argument("The number plate, however it is typed.", PLATE)],
    ) -> object:
        """Return what the city's service, or the nearest register, has."""
        return await look_up(info.context.domain, place, plate, wanted(info, VehicleRow))
