"""Root fields about fares."""

from datetime import datetime
from typing import Annotated

import strawberry

from core.fares import estimate as fares
from core.paths import parse_path
from schema.base.bounds import CODE, argument
from schema.base.context import Info
from schema.base.pagination import PathArgument
from schema.base.problem import (
    InvalidInputProblem,
    NotFoundProblem,
    UnknownPlaceProblem,
)
from schema.base.results import refusable, result
from schema.fares.types import FareEstimate

FareResult = result(
    "FareResult",
    "What a ride may cost, or why it is not told.",
    FareEstimate,
    UnknownPlaceProblem,
    NotFoundProblem,
    InvalidInputProblem,
)


@strawberry.type
class FareQuery:
    """Fares."""

    @strawberry.field(
        description="What a ride may cost by a city's official tariff.", graphql_type=FareResult
    )
    @refusable
    async def fare_estimate(
        self,
        info: Info,
        place: PathArgument,
        tariff: Annotated[str, argument("A code of `city.tariffs`.", CODE)],
        metres: Annotated[float, strawberry.argument(description="How far the ride goes.")],
        minutes_waiting: Annotated[
            float, strawberry.argument(description="How long the driver waits.")
        ] = 0.0,
        at: Annotated[
            datetime | None,
            strawberry.argument(
                description="When it begins, without an offset in the city's own time; now, "
                "unless it is given."
            ),
        ] = None,
    ) -> object:
        """Reckon the fare at the city's own time."""
        city = info.context.domain.city(parse_path(place, ("place",)), ("place",))
        return fares.estimate_for(
            city, tariff, metres, minutes_waiting, at or info.context.domain.clock()
        )
