"""Root fields with which officers look vehicles up."""

from typing import Annotated

import strawberry

from core.vehicles import look_up
from core.vehicles.models import Vehicle as VehicleRow
from schema.base.context import Info
from schema.base.inputs import described
from schema.base.problem import (
    FeatureUnavailableProblem,
    ForbiddenProblem,
    InvalidInputProblem,
    NotFoundProblem,
    TryLaterProblem,
    UnauthenticatedProblem,
    UnknownPlaceProblem,
)
from schema.base.results import refusable, result
from schema.base.row import as_type
from schema.base.selection import wanted
from schema.vehicles.inputs import LookUpVehicleInput
from schema.vehicles.towing import TowingMutation
from schema.vehicles.types import VehicleRecord


@strawberry.type(description="The vehicle; the look-up is in the audit log.")
class LookUpVehicleSuccess:
    """What the register says."""

    record: VehicleRecord = strawberry.field(description="All that the register says of it.")


LookUpVehicleResult = result(
    "LookUpVehicleResult",
    "The vehicle, or why it is not told.",
    LookUpVehicleSuccess,
    UnauthenticatedProblem,
    ForbiddenProblem,
    InvalidInputProblem,
    UnknownPlaceProblem,
    FeatureUnavailableProblem,
    NotFoundProblem,
    TryLaterProblem,
)


@strawberry.type
class VehicleMutation(TowingMutation):
    """Looking vehicles up as an officer, and recording towings."""

    @strawberry.field(
        description="Look a vehicle up with all that the register says, as an officer. Each time "
        "is kept, with who asked and why, also where nothing is found.",
        graphql_type=LookUpVehicleResult,
    )
    @refusable
    async def look_up_vehicle(
        self, info: Info, input: Annotated[LookUpVehicleInput, described("What is asked.")]
    ) -> object:
        """Put the look-up on record, then answer it."""
        inquiry = look_up.Inquiry(place=input.place, plate=input.plate, reason=input.reason)
        context = info.context
        found = await look_up.look_up_as_officer(
            context.domain, context.viewer, inquiry, wanted(info, VehicleRow)
        )
        return LookUpVehicleSuccess(record=as_type(found))
