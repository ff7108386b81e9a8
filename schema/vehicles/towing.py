"""Root fields about towed vehicles: put on record by police, found by whoever misses one."""

from datetime import datetime
from typing import Annotated

import strawberry

from core.storage.rows import existing
from core.vehicles import towing
from core.vehicles.models import Towing as TowingRow
from schema.base.bounds import ID, KEY, PATH, PLATE, Limit, argument, input_field
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
from schema.vehicles.towing_types import TowedVehicle, Towing, TowingConnection


@strawberry.input(description="A vehicle that is taken to a yard.")
class TowVehicleInput:
    """What an officer puts on record."""

    place: str = input_field("The path of the city, or station, that has it.", PATH)
    plate: str = input_field("The number plate, however it is typed.", PLATE)
    yard: str = input_field("Where it is taken.", Limit(towing.MAX_YARD))
    towed_at: datetime | None = strawberry.field(
        default=None, description="When; now, unless it is given."
    )
    note: str = input_field("Why, for police.", Limit(towing.MAX_NOTE), default="")
    idempotency_key: str = input_field(KEY_SAYS, KEY)


@strawberry.input(description="A vehicle that is handed back.")
class ReleaseVehicleInput:
    """The end of a towing."""

    towing: strawberry.ID = input_field("The id of the towing.", ID)


@strawberry.type(description="It is on record.")
class TowingSuccess:
    """The towing as it stands now."""

    towing: Towing = strawberry.field(description="The towing.")


TowVehicleResult = result(
    "TowVehicleResult",
    "The towing, or why it is not on record.",
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
    "The towing, or why it is not over.",
    TowingSuccess,
    UnauthenticatedProblem,
    ForbiddenProblem,
    NotFoundProblem,
    InvalidInputProblem,
)
TowedVehicleResult = result(
    "TowedVehicleResult",
    "Where the vehicle stands, or why that is not told.",
    TowedVehicle,
    InvalidInputProblem,
    UnknownPlaceProblem,
    FeatureUnavailableProblem,
    NotFoundProblem,
)
TowingsResult = result(
    "TowingsResult",
    "A page of towings, or why it is not shown.",
    TowingConnection,
    *PAGE_PROBLEMS,
)


@strawberry.type
class TowingQuery:
    """Finding towed vehicles."""

    @strawberry.field(
        description="Where a vehicle was towed to, for whoever misses it; looked for in the whole "
        "country. Nobody keeps who asked.",
        graphql_type=TowedVehicleResult,
    )
    @refusable
    async def towed_vehicle(
        self,
        info: Info,
        place: Annotated[str, argument("The path of the city in which one asks.", PATH)],
        plate: Annotated[str, argument("The number plate, however it is typed.", PLATE)],
    ) -> object:
        """Return where it stands."""
        return await towing.find(info.context.domain, place, plate, wanted(info, TowingRow))

    @strawberry.field(
        description="The vehicles that a place and all below it had towed, the newest first; for "
        "police.",
        graphql_type=TowingsResult,
    )
    @refusable
    async def towings(
        self,
        info: Info,
        place: PathArgument,
        standing: Annotated[
            bool, strawberry.argument(description="False: also those that were handed back.")
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
    """Putting towings on record."""

    @strawberry.field(
        description="Put on record that a vehicle was towed, as an officer.",
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
        description="Put on record that a vehicle was handed back, as an officer.",
        graphql_type=ReleaseVehicleResult,
    )
    @refusable
    async def release_vehicle(
        self,
        info: Info,
        input: Annotated[ReleaseVehicleInput, strawberry.argument(description="Which.")],
    ) -> object:
        """Record it."""
        own_id = own_id_of(input.towing, "Towing", ("input", "towing"))
        await towing.release(info.context.domain, info.context.viewer, own_id)
        return TowingSuccess(towing=await existing(wanted(info, TowingRow), own_id))
