"""The root field with which police take actions."""

from typing import Annotated

import strawberry

from core.actions.take import ActionDraft, take
from core.log.models import Action as ActionRow
from core.problems import InvalidInput
from schema.actions.inputs import TakeActionInput
from schema.actions.types import TakeActionSuccess
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
        subject = info.context.domain.subjects.acted_on(subject_type)
        if subject is None:
            raise InvalidInput(
                "MALFORMED", "Police cannot take actions on what has this ID.", ("input", "subject")
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
        return await take(
            info.context.domain,
            info.context.viewer,
            draft,
            wanted(info, ActionRow),
            wanted(info, subject.model),
        )
