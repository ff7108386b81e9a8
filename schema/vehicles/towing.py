"""Root fields about towed vehicles: recorded by police, found by their owners."""

from datetime import datetime
from typing import Annotated

import strawberry

from core.storage.rows import existing
from core.vehicles import towing
from core.vehicles.models import Towing as TowingRow
from schema.base.bounds import ID, KEY, PATH, Limit, argument, input_field
from schema.base.connection import DEFAULT_PAGE
from schema.base.context import Info
from schema.base.inputs import KEY_SAYS
from schema.base.node import own_id_of
from schema.base.pagination import (
    PAGE_PROBLEMS,
    AfterArgument,
    FirstArgument,
    PathArgument,
    requested_page_for_police,
)
from schema.base.problem import (
    ActionNotPossibleProblem,
    FeatureUnavailableProblem,
    ForbiddenProblem,
    IdempotencyKeyReusedProblem,
    InvalidInputProblem,
    NotFoundProblem,
    UnauthenticatedProblem,
    UnknownPlaceProblem,
)
from schema.base.results import refusable, result
from schema.base.selection import wanted
from schema.vehicles.bounds import PLATE
from schema.vehicles.towing_types import TowedVehicle, Towing, TowingConnection


@strawberry.input(description="A towing: a vehicle is taken to a yard.")
class TowVehicleInput:
    """The data of a towing."""

    place: str = input_field("The path of the responsible city or station.", PATH)
    plate: str = input_field("The number plate; case, spaces and punctuation do not matter.", PLATE)
    yard: str = input_field("The yard where it is taken.", Limit(towing.MAX_YARD))
    towed_at: datetime | None = strawberry.field(
        default=None, description="When it was towed; now by default."
    )
    note: str = input_field(
        "The reason, visible to police only.", Limit(towing.MAX_NOTE), default=""
    )
    idempotency_key: str = input_field(KEY_SAYS, KEY)


@strawberry.input(description="The release of a towed vehicle.")
class ReleaseVehicleInput:
    """The end of a towing."""

    towing: strawberry.ID = input_field("The global ID of the towing.", ID)


@strawberry.type(description="The towing is recorded.")
class TowingSuccess:
    """The current state of the towing."""

    towing: Towing = strawberry.field(description="The towing.")


TowVehicleResult = result(
    "TowVehicleResult",
    "The towing, or a problem.",
    TowingSuccess,
    UnauthenticatedProblem,
    ForbiddenProblem,
    InvalidInputProblem,
    UnknownPlaceProblem,
    FeatureUnavailableProblem,
    ActionNotPossibleProblem,
    IdempotencyKeyReusedProblem,
)
ReleaseVehicleResult = result(
    "ReleaseVehicleResult",
    "The towing, or a problem.",
    TowingSuccess,
    UnauthenticatedProblem,
    ForbiddenProblem,
    NotFoundProblem,
    InvalidInputProblem,
)
TowedVehicleResult = result(
    "TowedVehicleResult",
    "Where the vehicle is, or a problem.",
    TowedVehicle,
    InvalidInputProblem,
    UnknownPlaceProblem,
    FeatureUnavailableProblem,
    NotFoundProblem,
)
TowingsResult = result(
    "TowingsResult",
    "A page of towings, or a problem.",
    TowingConnection,
    *PAGE_PROBLEMS,
)


@strawberry.type
class TowingQuery:
    """Searches for towed vehicles."""

    @strawberry.field(
        description="Where a vehicle was towed to, for its owner; the whole country is searched. "
        "Searches are not recorded.",
        graphql_type=TowedVehicleResult,
    )
    @refusable
    async def towed_vehicle(
        self,
        info: Info,
        place: Annotated[str, argument("The path of the caller's city.", PATH)],
        plate: Annotated[
            str, argument("The number plate; case, spaces and punctuation do not matter.", PLATE)
        ],
    ) -> object:
        """Return where it is."""
        return await towing.find(info.context.domain, place, plate, wanted(info, TowingRow))

    @strawberry.field(
        description="The towings of a place and everything below it, the newest first; for police.",
        graphql_type=TowingsResult,
    )
    @refusable
    async def towings(
        self,
        info: Info,
        place: PathArgument,
        standing: Annotated[
            bool, strawberry.argument(description="If false, released vehicles are included.")
        ] = True,
        first: FirstArgument = DEFAULT_PAGE,
        after: AfterArgument = None,
    ) -> object:
        """Return the page."""
        page = await requested_page_for_police(info, TowingRow, "towed_at", place, first, after)
        page.rows = await towing.page(
            page.path, standing, page.start, page.fetch, wanted(info, TowingRow)
        )
        return page


@strawberry.type
class TowingMutation:
    """Records of towings."""

    @strawberry.field(
        description="Record a towing, as an officer.",
        graphql_type=TowVehicleResult,
    )
    @refusable
    async def tow_vehicle(
        self,
        info: Info,
        input: Annotated[TowVehicleInput, strawberry.argument(description="The vehicle.")],
    ) -> object:
        """Record it."""
        draft = towing.TowingDraft(
            place=input.place,
            plate=input.plate,
            yard=input.yard,
            towed_at=input.towed_at,
            note=input.note,
            idempotency_key=input.idempotency_key,
        )
        done = await towing.tow(info.context.domain, info.context.viewer, draft)
        return TowingSuccess(towing=await existing(wanted(info, TowingRow), done))

    @strawberry.field(
        description="Record the release of a vehicle, as an officer.",
        graphql_type=ReleaseVehicleResult,
    )
    @refusable
    async def release_vehicle(
        self,
        info: Info,
        input: Annotated[ReleaseVehicleInput, strawberry.argument(description="The release.")],
    ) -> object:
        """Record it."""
        own_id = own_id_of(input.towing, "Towing", ("input", "towing"))
        await towing.release(info.context.domain, info.context.viewer, own_id)
        return TowingSuccess(towing=await existing(wanted(info, TowingRow), own_id))
