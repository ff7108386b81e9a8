"""Root fields with which police act."""

from typing import Annotated

import strawberry

from core.actions import actions
from core.actions.models import Action as ActionRow
from core.alerts.models import Alert as AlertRow
from core.problems import InvalidInput
from core.reports.models import Report as ReportRow
from core.storage.rows import existing
from schema.actions.inputs import TakeActionInput
from schema.actions.types import Action
from schema.alerts.types import Alert
from schema.base.context import Info
from schema.base.inputs import described
from schema.base.node import parse_global_id, parse_uuid
from schema.base.problem import (
    ActionNotPossibleProblem,
    ForbiddenProblem,
    IdempotencyKeyReusedProblem,
    InvalidInputProblem,
    NotFoundProblem,
    UnauthenticatedProblem,
    UnknownPlaceProblem,
)
from schema.base.results import refusable, result
from schema.base.selection import wanted
from schema.reports.types import Report

_SUBJECTS: dict[str, type[ReportRow | AlertRow]] = {"Report": ReportRow, "Alert": AlertRow}


@strawberry.type(description="The action is taken.")
class TakeActionSuccess:
    """What was done, and to what."""

    action: Action = strawberry.field(description="The action.")
    report: Report | None = strawberry.field(
        description="The report as it stands now, where the action was about one."
    )
    alert: Alert | None = strawberry.field(
        description="The alert as it stands now, where the action was about one."
    )


TakeActionResult = result(
    "TakeActionResult",
    "The action, or why it was not taken.",
    TakeActionSuccess,
    UnauthenticatedProblem,
    ForbiddenProblem,
    NotFoundProblem,
    InvalidInputProblem,
    UnknownPlaceProblem,
    ActionNotPossibleProblem,
    IdempotencyKeyReusedProblem,
)


@strawberry.type
class ActionMutation:
    """What police do."""

    @strawberry.field(
        description="Act on a report or an alert, as an officer.", graphql_type=TakeActionResult
    )
    @refusable
    async def take_action(
        self, info: Info, input: Annotated[TakeActionInput, described("The action.")]
    ) -> object:
        """Take the action."""
        subject_type, subject_id = parse_global_id(input.subject, ("input", "subject"))
        if subject_type not in _SUBJECTS:
            raise InvalidInput(
                "MALFORMED", "This is no id of a report or an alert.", ("input", "subject")
            )
        draft = actions.ActionDraft(
            subject_type=_SUBJECTS[subject_type],
            subject_id=parse_uuid(subject_id, ("input", "subject")),
            kind=input.kind,
            text=input.text,
            visibility=input.visibility,
            assignee=input.assignee,
            disposition=input.disposition,
            place=input.place,
            idempotency_key=input.idempotency_key,
        )
        taken = await actions.take(info.context.domain, info.context.viewer, draft)
        model = draft.subject_type
        subject = await existing(wanted(info, model), draft.subject_id)
        return TakeActionSuccess(
            action=await existing(wanted(info, ActionRow), taken),
            report=subject if model is ReportRow else None,
            alert=subject if model is AlertRow else None,
        )
