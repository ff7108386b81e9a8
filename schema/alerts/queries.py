"""Root fields that read alerts."""

from typing import Annotated

import strawberry

from core.alerts import read
from core.alerts.models import Alert as AlertRow
from core.identity.viewable import read_viewable
from schema.alerts.inputs import AlertFilter
from schema.alerts.types import AlertConnection, TrackedAlert
from schema.base.bounds import CREDENTIAL, argument
from schema.base.connection import DEFAULT_PAGE
from schema.base.context import Info
from schema.base.node import parse_uuid
from schema.base.pagination import (
    PAGE_PROBLEMS,
    AfterArgument,
    FirstArgument,
    PathArgument,
    requested_page_for_police,
)
from schema.base.problem import (
    InvalidCredentialProblem,
    NotFoundProblem,
)
from schema.base.results import refusable, result
from schema.base.selection import CACHED_BY, wanted

TrackedAlertResult = result(
    "TrackedAlertResult",
    "The alert of a share link, or a problem.",
    TrackedAlert,
    InvalidCredentialProblem,
    NotFoundProblem,
)


AlertsResult = result(
    "AlertsResult",
    "A page of alerts, or a problem.",
    AlertConnection,
    *PAGE_PROBLEMS,
)


@strawberry.type
class AlertQuery:
    """Reads of alerts."""

    @strawberry.field(description="The alert of a share link.", graphql_type=TrackedAlertResult)
    @refusable
    async def alert(
        self,
        info: Info,
        token: Annotated[str, argument("The token of the share link.", CREDENTIAL)],
    ) -> object:
        """Return the alert as its followers see it."""
        return await read.by_share_token(token, wanted(info, AlertRow))

    @strawberry.field(
        description="The alerts of a place and everything below it, the newest first; for police.",
        graphql_type=AlertsResult,
        metadata={CACHED_BY: "place"},
    )
    @refusable
    async def alerts(
        self,
        info: Info,
        place: PathArgument,
        filter: Annotated[
            AlertFilter | None, strawberry.argument(description="Conditions on the alerts.")
        ] = None,
        first: FirstArgument = DEFAULT_PAGE,
        after: AfterArgument = None,
    ) -> object:
        """Return the page."""
        page = await requested_page_for_police(info, AlertRow, "raised_at", place, first, after)
        states = filter.states if filter is not None else None
        page.rows = await read.page(
            page.path, states, page.start, page.fetch, wanted(info, AlertRow)
        )
        return page


async def alert_node(info: Info, own_id: str) -> object:
    """Return an alert by its own ID."""
    return await read_viewable(
        info.context.viewer, parse_uuid(own_id, ("id",)), wanted(info, AlertRow)
    )
