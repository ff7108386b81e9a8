"""Statistics of a place."""

from datetime import date

import strawberry

from core.statistics import counts as domain


@strawberry.type(
    description="Reports registered and acted upon. Counts from which one below ten could be "
    "worked out are withheld (null, or not listed) from those without a right to the place."
)
class Tally:
    """Read from `core.statistics.counts.Tally`."""

    @classmethod
    def is_type_of(cls, obj: object, _info: object) -> bool:
        """Recognise the domain's tally."""
        return isinstance(obj, domain.Tally)

    key: str = strawberry.field(
        description="What is counted: the code of a category, the path of a station, a day."
    )
    registered: int | None = strawberry.field(description="Reports that came in.")
    acted_upon: int | None = strawberry.field(
        description="Those of them on which police have acted; for the public, by the time the "
        "month was closed."
    )


@strawberry.type(description="Reports of a place from one day to another, both included.")
class Statistics:
    """Read from `core.statistics.counts.Statistics`."""

    @classmethod
    def is_type_of(cls, obj: object, _info: object) -> bool:
        """Recognise the domain's statistics."""
        return isinstance(obj, domain.Statistics)

    place: str = strawberry.field(description="The path of the place.")
    since: date = strawberry.field(
        name="from", description="The first day, by the place's own calendar."
    )
    until: date = strawberry.field(
        name="to",
        description="The last day that is counted: for the public, of a month that is over.",
    )
    total: Tally = strawberry.field(description="All reports together.")
    unresolved: int | None = strawberry.field(description="Reports still open; for officers only.")
    by_category: list[Tally] = strawberry.field(description="By category.")
    by_station: list[Tally] = strawberry.field(description="By station; for the public, of a city.")
    by_day: list[Tally] = strawberry.field(description="By day; for officers only.")
