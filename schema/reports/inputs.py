"""Inputs about reports."""

from datetime import datetime
from enum import Enum

import strawberry

from core.formats import MAX_CODE
from core.log.transitions import ActionKind as ActionKindOfDomain
from core.reports.read import MAX_CATEGORIES
from core.text import MAX_DESCRIPTION, MAX_NOTE
from schema.base.bounds import (
    CODE,
    CREDENTIAL,
    KEY,
    MEDIA,
    MOST_ITEMS,
    NOTE,
    Limit,
    input_field,
)
from schema.base.enums import ReportState
from schema.base.inputs import KEY_SAYS
from schema.base.position import PositionInput


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
