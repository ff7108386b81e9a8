"""The root field with which police take actions."""

from typing import Annotated, Final

import strawberry

from core.actions.take import ActionDraft, take
from core.alerts.subject import ALERTS
from core.log.models import Action as ActionRow
from core.problems import InvalidInput
from core.reports.subject import REPORTS
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

_SUBJECTS: Final = {subject.name: subject for subject in (REPORTS, ALERTS)}


@strawberry.type(description="The action was taken.")
class TakeActionSuccess:
    """The action and its subject."""

    action: Action = strawberry.field(description="The action.")
    report: Report | None = strawberry.field(
        description="The current state of the report, if the action was on one."
    )
    alert: Alert | None = strawberry.field(
        description="The current state of the alert, if the action was on one."
    )


TakeActionResult = result(
    "TakeActionResult",
    "The action, or a problem.",
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
    """Actions of police."""

    @strawberry.field(
        description="Take an action on a report or an alert, as an officer.",
        graphql_type=TakeActionResult,
    )
    @refusable
    async def take_action(
        self, info: Info, input: Annotated[TakeActionInput, described("The action.")]
    ) -> object:
        """Take the action."""
        subject_type, subject_id = parse_global_id(input.subject, ("input", "subject"))
        if subject_type not in _SUBJECTS:
            raise InvalidInput(
                "MALFORMED", "The ID is not that of a report or an alert.", ("input", "subject")
            )
        draft = ActionDraft(
            subject_type=subject_type,
            subject_id=parse_uuid(subject_id, ("input", "subject")),
            kind=input.kind,
            text=input.text,
            visibility=input.visibility,
            assignee=input.assignee,
            disposition=input.disposition,
            place=input.place,
            idempotency_key=input.idempotency_key,
        )
        taken = await take(
            info.context.domain,
            info.context.viewer,
            draft,
            wanted(info, ActionRow),
            wanted(info, _SUBJECTS[subject_type].model),
        )
        return TakeActionSuccess(
            action=taken.action,
            report=taken.subject if subject_type == REPORTS.name else None,
            alert=taken.subject if subject_type == ALERTS.name else None,
        )
