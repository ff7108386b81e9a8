"""What alerts add to the result of an action."""

import strawberry

from core.actions.take import Taken
from core.alerts.models import Alert as AlertRow
from core.storage.rows import Row, is_row
from schema.alerts.types import Alert


@strawberry.type
class ActedOnAlert:
    """The alert that an action was on."""

    @strawberry.field(
        description="The current state of the alert, if the action was on one.",
        graphql_type=Alert | None,
    )
    @staticmethod
    def alert(root: strawberry.Parent[Taken]) -> Row | None:
        """Return the alert."""
        return root.subject if is_row(root.subject, AlertRow) else None
