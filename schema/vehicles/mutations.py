"""Root fields for look-ups of vehicles by officers."""

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


@strawberry.type(description="The vehicle; the look-up is recorded in the audit log.")
class LookUpVehicleSuccess:
    """The data of the register."""

    record: VehicleRecord = strawberry.field(description="All data that the register has about it.")


LookUpVehicleResult = result(
    "LookUpVehicleResult",
    "The vehicle, or a problem.",
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
    """Look-ups of vehicles by officers, and records of towings."""

    @strawberry.field(
        description="Look up a vehicle with all data of the register, as an officer. Each "
        "look-up is recorded with the officer and the reason, even if nothing is found.",
        graphql_type=LookUpVehicleResult,
    )
    @refusable
    async def look_up_vehicle(
        self, info: Info, input: Annotated[LookUpVehicleInput, described("The look-up.")]
    ) -> object:
        """Record the look-up, then return its result."""
        inquiry = look_up.Inquiry(place=input.place, plate=input.plate, reason=input.reason)
        context = info.context
        found = await look_up.look_up_as_officer(
            context.domain, context.viewer, inquiry, wanted(info, VehicleRow)
        )
        return LookUpVehicleSuccess(record=as_type(found))
