"""What reports add to `City`."""

from collections.abc import Sequence

import strawberry

from core.places.city import City
from core.reports.categories import CATEGORIES, Category
from schema.reports.categories import ReportCategory


@strawberry.type
class CityReports:
    """The categories of reports of a city."""

    @strawberry.field(
        description="The categories of reports that the city has; empty in a light city.",
        graphql_type=list[ReportCategory],
    )
    @staticmethod
    def report_categories(root: strawberry.Parent[City]) -> Sequence[Category]:
        """Return the categories in the order of their codes."""
        return [root[CATEGORIES][code] for code in sorted(root[CATEGORIES])]
