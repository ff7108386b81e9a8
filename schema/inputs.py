"""Inputs: one object per mutation."""

from datetime import datetime
from enum import Enum

import strawberry

from core.lifecycle import ActionKind as ActionKindOfDomain
from schema.types.enums import ActionKind, AlertState, ReportState, Visibility
from schema.types.position import PositionInput

KEY = (
    "A new random key for each thing to be done, such as a UUID of version 4. The same request "
    "with the same key is answered again and done once."
)


@strawberry.input(description="An answer to one of the category's questions.")
class AnswerInput:
    """Question and values, by their codes."""

    question: str = strawberry.field(description="The code of the question.")
    values: list[str] = strawberry.field(
        description="The answer; several only where the question takes several."
    )


@strawberry.input(description="A report. Nothing of it tells who sends it.")
class SubmitReportInput:
    """What a citizen sends."""

    category: str = strawberry.field(description="The code of the category.")
    position: PositionInput = strawberry.field(description="Where it happened, or happens.")
    description: str = strawberry.field(
        default="", description="What happened, in the reporter's words; 5,000 characters."
    )
    answers: list[AnswerInput] = strawberry.field(
        default_factory=list[AnswerInput], description="Answers to the category's questions."
    )
    media: list[str] = strawberry.field(
        default_factory=list[str],
        description="Up to five tokens of photos, videos and voice notes sent to `/media` before.",
    )
    idempotency_key: str = strawberry.field(description=KEY)


@strawberry.enum(description="What a reporter can do with a report that was submitted.")
class AdditionKind(Enum):
    """ADD evidence or words, ANSWER what police asked, REOPEN what they closed."""

    ADD = ActionKindOfDomain.ADD.value
    ANSWER = ActionKindOfDomain.ANSWER.value
    REOPEN = ActionKindOfDomain.REOPEN.value


@strawberry.input(description="What the reporter adds to a report.")
class AddToReportInput:
    """Words and evidence for a report that was submitted."""

    receipt: str = strawberry.field(description="The receipt.")
    kind: AdditionKind = strawberry.field(description="What this is.")
    text: str = strawberry.field(default="", description="Words; 2,000 characters.")
    media: list[str] = strawberry.field(
        default_factory=list[str], description="Up to five tokens of files sent to `/media`."
    )
    idempotency_key: str = strawberry.field(description=KEY)


@strawberry.input(description="A call for help.")
class RaiseAlertInput:
    """What a person in danger sends."""

    position: PositionInput | None = strawberry.field(
        default=None, description="Where the person is; leave it out where the phone knows none."
    )
    place: str | None = strawberry.field(
        default=None, description="The path of the city, where there is no position."
    )
    battery: int | None = strawberry.field(
        default=None, description="Battery of the phone in percent."
    )
    note: str = strawberry.field(default="", description="Words; 2,000 characters.")
    idempotency_key: str = strawberry.field(description=KEY)


@strawberry.input(description="News of the person who raised an alert.")
class UpdateAlertInput:
    """Where the person is now."""

    secret: str = strawberry.field(description="The secret that `raiseAlert` gave.")
    position: PositionInput | None = strawberry.field(
        default=None, description="Where the person is now."
    )
    battery: int | None = strawberry.field(
        default=None, description="Battery of the phone in percent."
    )
    note: str = strawberry.field(default="", description="Words; 2,000 characters.")


@strawberry.enum(description="How the one who raised an alert ends it.")
class AlertOutcome(Enum):
    """CANCELLED: help is no longer wanted; FALSE_ALARM: it was raised by mistake."""

    CANCELLED = ActionKindOfDomain.CANCEL.value
    FALSE_ALARM = ActionKindOfDomain.FALSE_ALARM.value


@strawberry.input(description="The end of an alert.")
class EndAlertInput:
    """Ended by the one who raised it."""

    secret: str = strawberry.field(description="The secret that `raiseAlert` gave.")
    outcome: AlertOutcome = strawberry.field(description="How it ended.")
    note: str = strawberry.field(default="", description="Words; 2,000 characters.")


@strawberry.input(description="What an officer does about a report or an alert.")
class TakeActionInput:
    """One action; which fields it wants depends on its kind."""

    subject: strawberry.ID = strawberry.field(description="The id of the report or alert.")
    kind: ActionKind = strawberry.field(
        description="What is done; `possibleActions` of the subject lists what can be."
    )
    text: str = strawberry.field(
        default="", description="Words; wanted by ASK, NOTE and REJECT. 2,000 characters."
    )
    visibility: Visibility | None = strawberry.field(
        default=None, description="Who may read a NOTE; INTERNAL unless it says PUBLIC."
    )
    assignee: str | None = strawberry.field(
        default=None, description="Who is charged with it; wanted by ASSIGN."
    )
    disposition: str | None = strawberry.field(
        default=None, description="The code of what came of it; wanted by ACT."
    )
    place: str | None = strawberry.field(
        default=None, description="The path of the station or city; wanted by REFER."
    )
    idempotency_key: str = strawberry.field(description=KEY)


@strawberry.input(description="What an officer wants to know of a vehicle.")
class LookUpVehicleInput:
    """A plate, and why it is looked up."""

    place: str = strawberry.field(
        description="The path of the place for which the officer asks; its register, and those of "
        "the state and country above it, are looked into."
    )
    plate: str = strawberry.field(description="The number plate, however it is typed.")
    reason: str = strawberry.field(
        description="Why: a case, or what was seen. It is kept with the look-up; 500 characters."
    )


@strawberry.input(description="Which reports are wanted; every given condition must hold.")
class ReportFilter:
    """Conditions on reports."""

    states: list[ReportState] | None = strawberry.field(
        default=None, description="In one of these states."
    )
    categories: list[str] | None = strawberry.field(
        default=None, description="Of one of these categories, or of one below them."
    )
    since: datetime | None = strawberry.field(
        default=None, description="Received at this moment or later."
    )
    until: datetime | None = strawberry.field(
        default=None, description="Received before this moment."
    )


@strawberry.input(description="Which alerts are wanted.")
class AlertFilter:
    """Conditions on alerts."""

    states: list[AlertState] | None = strawberry.field(
        default=None, description="In one of these states."
    )
