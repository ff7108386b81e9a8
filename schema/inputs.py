"""Inputs: one object per mutation."""

from datetime import datetime
from enum import Enum

import strawberry

from core.city import MAX_CODE
from core.lifecycle import ActionKind as ActionKindOfDomain
from core.reports import MAX_CATEGORIES
from core.text import MAX_DESCRIPTION, MAX_NOTE
from core.vehicles.look_up import MAX_REASON
from schema.bounds import (
    CODE,
    CREDENTIAL,
    ID,
    KEY,
    MEDIA,
    MOST_ITEMS,
    NAME,
    NOTE,
    PATH,
    PLATE,
    Limit,
    input_field,
)
from schema.types.enums import ActionKind, AlertState, ReportState, Visibility
from schema.types.position import PositionInput

KEY_SAYS = (
    "A new random key for each thing to be done, such as a UUID of version 4. The same request "
    "with the same key is answered again and done once."
)


@strawberry.input(description="An answer to one of the category's questions.")
class AnswerInput:
    """Question and values, by their codes."""

    question: str = input_field("The code of the question.", CODE)
    values: list[str] = input_field(
        "The answer; several only where the question takes several.", Limit(MAX_NOTE, MOST_ITEMS)
    )


@strawberry.input(description="A report. Nothing of it tells who sends it.")
class SubmitReportInput:
    """What a citizen sends."""

    category: str = input_field("The code of the category.", CODE)
    position: PositionInput = strawberry.field(description="Where it happened, or happens.")
    description: str = input_field(
        "What happened, in the reporter's words.", Limit(MAX_DESCRIPTION), default=""
    )
    answers: list[AnswerInput] = input_field(
        "Answers to the category's questions.",
        Limit(items=MOST_ITEMS),
        default_factory=list[AnswerInput],
    )
    media: list[str] = input_field(
        "Tokens of photos, videos and voice notes sent to `/media` before.",
        MEDIA,
        default_factory=list[str],
    )
    idempotency_key: str = input_field(KEY_SAYS, KEY)


@strawberry.enum(description="What a reporter can do with a report that was submitted.")
class AdditionKind(Enum):
    """ADD evidence or words, ANSWER what police asked, REOPEN what they closed."""

    ADD = ActionKindOfDomain.ADD.value
    ANSWER = ActionKindOfDomain.ANSWER.value
    REOPEN = ActionKindOfDomain.REOPEN.value


@strawberry.input(description="What the reporter adds to a report.")
class AddToReportInput:
    """Words and evidence for a report that was submitted."""

    receipt: str = input_field("The receipt.", CREDENTIAL)
    kind: AdditionKind = strawberry.field(description="What this is.")
    text: str = input_field("Words.", NOTE, default="")
    media: list[str] = input_field(
        "Tokens of files sent to `/media` before.", MEDIA, default_factory=list[str]
    )
    idempotency_key: str = input_field(KEY_SAYS, KEY)


@strawberry.input(description="A call for help.")
class RaiseAlertInput:
    """What a person in danger sends."""

    position: PositionInput | None = strawberry.field(
        default=None, description="Where the person is; leave it out where the phone knows none."
    )
    place: str | None = input_field(
        "The path of the city, where there is no position.", PATH, default=None
    )
    battery: int | None = strawberry.field(
        default=None, description="Battery of the phone in percent."
    )
    note: str = input_field("Words.", NOTE, default="")
    idempotency_key: str = input_field(KEY_SAYS, KEY)


@strawberry.input(description="News of the person who raised an alert.")
class UpdateAlertInput:
    """Where the person is now."""

    secret: str = input_field("The secret that `raiseAlert` gave.", CREDENTIAL)
    position: PositionInput | None = strawberry.field(
        default=None, description="Where the person is now."
    )
    battery: int | None = strawberry.field(
        default=None, description="Battery of the phone in percent."
    )
    note: str = input_field("Words.", NOTE, default="")


@strawberry.enum(description="How the one who raised an alert ends it.")
class AlertOutcome(Enum):
    """CANCELLED: help is no longer wanted; FALSE_ALARM: it was raised by mistake."""

    CANCELLED = ActionKindOfDomain.CANCEL.value
    FALSE_ALARM = ActionKindOfDomain.FALSE_ALARM.value


@strawberry.input(description="The end of an alert.")
class EndAlertInput:
    """Ended by the one who raised it."""

    secret: str = input_field("The secret that `raiseAlert` gave.", CREDENTIAL)
    outcome: AlertOutcome = strawberry.field(description="How it ended.")
    note: str = input_field("Words.", NOTE, default="")


@strawberry.input(description="What an officer does about a report or an alert.")
class TakeActionInput:
    """One action; which fields it wants depends on its kind."""

    subject: strawberry.ID = input_field("The id of the report or alert.", ID)
    kind: ActionKind = strawberry.field(
        description="What is done; `possibleActions` of the subject lists what can be."
    )
    text: str = input_field("Words; wanted by ASK, NOTE and REJECT.", NOTE, default="")
    visibility: Visibility | None = strawberry.field(
        default=None, description="Who may read a NOTE; INTERNAL unless it says PUBLIC."
    )
    assignee: str | None = input_field(
        "Who is charged with it; wanted by ASSIGN.", NAME, default=None
    )
    disposition: str | None = input_field(
        "The code of what came of it; wanted by ACT.", CODE, default=None
    )
    place: str | None = input_field(
        "The path of the station or city; wanted by REFER.", PATH, default=None
    )
    idempotency_key: str = input_field(KEY_SAYS, KEY)


@strawberry.input(description="What an officer wants to know of a vehicle.")
class LookUpVehicleInput:
    """A plate, and why it is looked up."""

    place: str = input_field(
        "The path of the place for which the officer asks; its register, and those of the state "
        "and country above it, are looked into.",
        PATH,
    )
    plate: str = input_field("The number plate, however it is typed.", PLATE)
    reason: str = input_field(
        "Why: a case, or what was seen. It is kept with the look-up.", Limit(MAX_REASON)
    )


@strawberry.input(description="Which reports are wanted; every given condition must hold.")
class ReportFilter:
    """Conditions on reports."""

    states: list[ReportState] | None = input_field(
        "In one of these states.", Limit(items=len(ReportState)), default=None
    )
    categories: list[str] | None = input_field(
        "Of one of these categories, or of one below them.",
        Limit(MAX_CODE, MAX_CATEGORIES),
        default=None,
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

    states: list[AlertState] | None = input_field(
        "In one of these states.", Limit(items=len(AlertState)), default=None
    )
