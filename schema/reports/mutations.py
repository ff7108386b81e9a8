"""Root fields that submit reports and add to them."""

from typing import Annotated

import strawberry

from core.log.transitions import ActionKind as ActionKindOfDomain
from core.reports.add import Addition, add
from core.reports.models import Report as ReportRow
from core.reports.submit import ReportDraft, submit
from schema.base.context import Info
from schema.base.inputs import described
from schema.base.problem import (
    ActionNotPossibleProblem,
    FeatureUnavailableProblem,
    IdempotencyKeyReusedProblem,
    InvalidCredentialProblem,
    InvalidInputProblem,
    MediaRefusedProblem,
    NotFoundProblem,
    UnknownPlaceProblem,
)
from schema.base.results import refusable, result
from schema.base.selection import wanted
from schema.reports.inputs import AddToReportInput, SubmitReportInput
from schema.reports.problems import CategoryRefusedProblem, UnknownCategoryProblem
from schema.reports.types import TrackedReport


@strawberry.type(description="The report was stored, and its station was notified.")
class SubmitReportSuccess:
    """What the reporter should keep."""

    reference: str = strawberry.field(
        description="The public number. It gives no access, so it can be shared."
    )
    receipt: str = strawberry.field(
        description="The secret that gives access to the report. It is shown once: the server "
        "stores only its hash, and cannot recover it."
    )
    report: TrackedReport = strawberry.field(description="The report.")


@strawberry.type(description="The addition was stored.")
class AddToReportSuccess:
    """The report with the addition."""

    report: TrackedReport = strawberry.field(description="The current state of the report.")


SubmitReportResult = result(
    "SubmitReportResult",
    "The report and its receipt, or a problem.",
    SubmitReportSuccess,
    InvalidInputProblem,
    UnknownPlaceProblem,
    FeatureUnavailableProblem,
    UnknownCategoryProblem,
    CategoryRefusedProblem,
    MediaRefusedProblem,
    IdempotencyKeyReusedProblem,
)


AddToReportResult = result(
    "AddToReportResult",
    "The report, or a problem.",
    AddToReportSuccess,
    InvalidCredentialProblem,
    NotFoundProblem,
    InvalidInputProblem,
    MediaRefusedProblem,
    ActionNotPossibleProblem,
    IdempotencyKeyReusedProblem,
)


@strawberry.type
class ReportMutation:
    """Changes of reports by reporters."""

    @strawberry.field(
        description="Report an incident anonymously. The responsible station is notified at once.",
        graphql_type=SubmitReportResult,
    )
    @refusable
    async def submit_report(
        self, info: Info, input: Annotated[SubmitReportInput, described("The report.")]
    ) -> object:
        """Store the report."""
        draft = ReportDraft(
            category=input.category,
            latitude=input.position.latitude,
            longitude=input.position.longitude,
            accuracy=input.position.accuracy,
            description=input.description,
            answers=[(answer.question, answer.values) for answer in input.answers],
            media=input.media,
            idempotency_key=input.idempotency_key,
        )
        submitted = await submit(info.context.domain, draft, wanted(info, ReportRow))
        return SubmitReportSuccess(
            reference=submitted.report.reference,
            receipt=submitted.receipt,
            report=submitted.report,
        )

    @strawberry.field(
        description="Add evidence to a report, answer a question of police, or reopen it.",
        graphql_type=AddToReportResult,
    )
    @refusable
    async def add_to_report(
        self, info: Info, input: Annotated[AddToReportInput, described("The addition.")]
    ) -> object:
        """Store the addition."""
        addition = Addition(
            receipt=input.receipt,
            kind=ActionKindOfDomain(input.kind.value),
            text=input.text,
            media=input.media,
            idempotency_key=input.idempotency_key,
        )
        report = await add(info.context.domain, addition, wanted(info, ReportRow))
        return AddToReportSuccess(report=report)
