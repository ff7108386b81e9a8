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
    "An estimate, or a problem.",
    FareEstimate,
    UnknownPlaceProblem,
    NotFoundProblem,
    InvalidInputProblem,
)


@strawberry.type
class FareQuery:
    """Estimates of fares."""

    @strawberry.field(
        description="An estimate of a fare by a city's official tariff.", graphql_type=FareResult
    )
    @refusable
    async def fare_estimate(
        self,
        info: Info,
        place: PathArgument,
        tariff: Annotated[str, argument("A code of `city.tariffs`.", CODE)],
        metres: Annotated[float, strawberry.argument(description="Length of the ride in metres.")],
        minutes_waiting: Annotated[
            float, strawberry.argument(description="Minutes of waiting.")
        ] = 0.0,
        at: Annotated[
            datetime | None,
            strawberry.argument(
                description="When the ride begins; in the city's time zone if it has no "
                "offset. Now by default."
            ),
        ] = None,
    ) -> object:
        """Return the estimate."""
        city = info.context.domain.city(parse_path(place, ("place",)), ("place",))
        return fares.estimate_for(
            city, tariff, metres, minutes_waiting, at or info.context.domain.clock()
        )
