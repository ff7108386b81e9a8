"""Statistics of a place."""

from datetime import date

import strawberry

from core.statistics import counts as domain
from schema.base.value import OfValue


@strawberry.type(
    description="Numbers of reports received, and of reports on which police have acted. For "
    "callers without rights to the place, a number is withheld (null, or not listed) if a number "
    "below ten could be calculated from it."
)
class Tally(OfValue):
    """Read from `core.statistics.counts.Tally`."""

    domain_class = domain.Tally

    key: str = strawberry.field(
        description="The group: the code of a category, the path of a station, or a day."
    )
    registered: int | None = strawberry.field(description="Reports received.")
    acted_upon: int | None = strawberry.field(
        description="Reports among them on which police have acted; for the public, before the "
        "month was closed."
    )


@strawberry.type(description="Numbers of the reports of a place in a range of days.")
class Statistics(OfValue):
    """Read from `core.statistics.counts.Statistics`."""

    domain_class = domain.Statistics

    place: str = strawberry.field(description="The path of the place.")
    since: date = strawberry.field(
        name="from", description="The first day, in the time zone of the place."
    )
    until: date = strawberry.field(
        name="to",
        description="The last day that is counted, inclusive; for the public, the last day of a "
        "closed month.",
    )
    total: Tally = strawberry.field(description="All reports together.")
    unresolved: int | None = strawberry.field(
        description="Reports that are still open; for officers only."
    )
    by_category: list[Tally] = strawberry.field(description="By category.")
    by_station: list[Tally] = strawberry.field(
        description="By station; for the public, within a city."
    )
    by_day: list[Tally] = strawberry.field(description="By day; for officers only.")
