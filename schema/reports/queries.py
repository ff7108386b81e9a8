"""Root fields that read reports."""

from typing import Annotated

import strawberry

from core.identity.viewable import read_viewable
from core.reports import read
from core.reports.models import Report as ReportRow
from schema.base.bounds import CREDENTIAL, ID, argument
from schema.base.connection import DEFAULT_PAGE
from schema.base.context import Info
from schema.base.node import own_id_of, parse_uuid
from schema.base.pagination import (
    PAGE_PROBLEMS,
    AfterArgument,
    FirstArgument,
    PathArgument,
    requested_page_for_police,
)
from schema.base.problem import (
    InvalidCredentialProblem,
    InvalidInputProblem,
    NotFoundProblem,
    UnauthenticatedProblem,
)
from schema.base.results import refusable, result
from schema.base.selection import CACHED_BY, wanted
from schema.reports.inputs import ReportFilter
from schema.reports.types import Report, ReportConnection, TrackedReport

TrackedReportResult = result(
    "TrackedReportResult",
    "The report of a receipt, or a problem.",
    TrackedReport,
    InvalidCredentialProblem,
    NotFoundProblem,
)


ReportResult = result(
    "ReportResult",
    "A report, or a problem.",
    Report,
    UnauthenticatedProblem,
    NotFoundProblem,
    InvalidInputProblem,
)


ReportsResult = result(
    "ReportsResult",
    "A page of reports, or a problem.",
    ReportConnection,
    *PAGE_PROBLEMS,
)


@strawberry.type
class ReportQuery:
    """Reads of reports."""

    @strawberry.field(description="The report of a receipt.", graphql_type=TrackedReportResult)
    @refusable
    async def report_by_receipt(
        self,
        info: Info,
        receipt: Annotated[str, argument("The receipt.", CREDENTIAL)],
    ) -> object:
        """Return the report as its reporter sees it."""
        return await read.by_receipt(receipt, wanted(info, ReportRow))

    @strawberry.field(
        description="A report by its global ID; for police.", graphql_type=ReportResult
    )
    @refusable
    async def report(
        self, info: Info, id: Annotated[strawberry.ID, argument("Its global ID.", ID)]
    ) -> object:
        """Return the report."""
        own_id = own_id_of(id, "Report", ("id",))
        return await read_viewable(info.context.viewer, own_id, wanted(info, ReportRow))

    @strawberry.field(
        description="The reports of a place and everything below it, the newest first; for police.",
        graphql_type=ReportsResult,
        metadata={CACHED_BY: "place"},
    )
    @refusable
    async def reports(
        self,
        info: Info,
        place: PathArgument,
        filter: Annotated[
            ReportFilter | None, strawberry.argument(description="Conditions on the reports.")
        ] = None,
        first: FirstArgument = DEFAULT_PAGE,
        after: AfterArgument = None,
    ) -> object:
        """Return the page."""
        page = await requested_page_for_police(info, ReportRow, "received_at", place, first, after)
        given = filter or ReportFilter()
        filtered = read.ReportFilter(
            states=given.states,
            categories=given.categories,
            since=given.since,
            until=given.until,
        )
        page.rows = await read.page(
            page.path, filtered, page.start, page.fetch, wanted(info, ReportRow)
        )
        return page


async def report_node(info: Info, own_id: str) -> object:
    """Return a report by its own ID."""
    return await read_viewable(
        info.context.viewer, parse_uuid(own_id, ("id",)), wanted(info, ReportRow)
    )
