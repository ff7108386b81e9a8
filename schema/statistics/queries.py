"""Root fields that count reports."""

from datetime import date
from typing import Annotated

import strawberry

from core.statistics import counts as statistics_of_domain
from schema.base.context import Info
from schema.base.pagination import PathArgument
from schema.base.problem import (
    InvalidInputProblem,
    UnknownPlaceProblem,
)
from schema.base.results import refusable, result
from schema.base.selection import selected_names
from schema.statistics.types import Statistics

StatisticsResult = result(
    "StatisticsResult",
    "The statistics of a place, or a problem.",
    Statistics,
    UnknownPlaceProblem,
    InvalidInputProblem,
)
_GROUP_OF_FIELD = {"byCategory": "category", "byStation": "place", "byDay": "received_on"}


@strawberry.type
class StatisticsQuery:
    """Counts of reports."""

    @strawberry.field(
        description="Numbers of reports received, and of reports on which police have acted. The "
        "public gets whole months that are closed: a month is closed one day after its end, and "
        "its numbers do not change later.",
        graphql_type=StatisticsResult,
    )
    @refusable
    async def statistics(
        self,
        info: Info,
        place: PathArgument,
        since: Annotated[date, strawberry.argument(name="from", description="The first day.")],
        until: Annotated[date, strawberry.argument(name="to", description="The last day.")],
    ) -> object:
        """Return the requested counts."""
        path = info.context.known_place(place, ("place",))
        names = selected_names(info)
        groups = frozenset(_GROUP_OF_FIELD[name] for name in names & _GROUP_OF_FIELD.keys())
        context = info.context
        return await statistics_of_domain.compute(
            context.domain, context.viewer, path, since, until, groups
        )
