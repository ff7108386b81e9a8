"""What reports add to the result of an action."""

import strawberry

from core.actions.take import Taken
from core.reports.models import Report as ReportRow
from core.storage.rows import Row, is_row
from schema.reports.types import Report


@strawberry.type
class ActedOnReport:
    """The report that an action was on."""

    @strawberry.field(
        description="The current state of the report, if the action was on one.",
        graphql_type=Report | None,
    )
    @staticmethod
    def report(root: strawberry.Parent[Taken]) -> Row | None:
        """Return the report."""
        return root.subject if is_row(root.subject, ReportRow) else None
