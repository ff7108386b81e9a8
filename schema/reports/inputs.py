"""Inputs about reports."""

from datetime import datetime
from enum import Enum

import strawberry

from core.log.transitions import ActionKind as ActionKindOfDomain
from core.places.formats import MAX_CODE
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
from schema.base.inputs import KEY_SAYS
from schema.base.position import PositionInput
from schema.reports.enums import ReportState


@strawberry.input(description="An answer to one of the category's questions.")
class AnswerInput:
    """Question and values, by their codes."""

    question: str = input_field("The code of the question.", CODE)
    values: list[str] = input_field(
        "The answer; several values only if the question allows them.", Limit(MAX_NOTE, MOST_ITEMS)
    )


@strawberry.input(description="A report. It contains nothing that identifies its sender.")
class SubmitReportInput:
    """The data of a report."""

    category: str = input_field("The code of the category.", CODE)
    position: PositionInput = strawberry.field(description="Where it happened or is happening.")
    description: str = input_field(
        "What happened, as free text.", Limit(MAX_DESCRIPTION), default=""
    )
    answers: list[AnswerInput] = input_field(
        "Answers to the category's questions.",
        Limit(items=MOST_ITEMS),
        default_factory=list[AnswerInput],
    )
    media: list[str] = input_field(
        "Tokens of photos, videos and voice notes that were uploaded to `/media`.",
        MEDIA,
        default_factory=list[str],
    )
    idempotency_key: str = input_field(KEY_SAYS, KEY)


@strawberry.enum(description="What a reporter can do with a submitted report.")
class AdditionKind(Enum):
    """ADD text or files, ANSWER a question of police, REOPEN a closed report."""

    ADD = ActionKindOfDomain.ADD.value
    ANSWER = ActionKindOfDomain.ANSWER.value
    REOPEN = ActionKindOfDomain.REOPEN.value


@strawberry.input(description="An addition to a report by its reporter.")
class AddToReportInput:
    """Text and files for a submitted report."""

    receipt: str = input_field("The receipt.", CREDENTIAL)
    kind: AdditionKind = strawberry.field(description="The kind of addition.")
    text: str = input_field("Free text.", NOTE, default="")
    media: list[str] = input_field(
        "Tokens of files that were uploaded to `/media`.", MEDIA, default_factory=list[str]
    )
    idempotency_key: str = input_field(KEY_SAYS, KEY)


@strawberry.input(description="Conditions on reports; all given conditions must be met.")
class ReportFilter:
    """Conditions on reports."""

    states: list[ReportState] | None = input_field(
        "In one of these states.", Limit(items=len(ReportState)), default=None
    )
    categories: list[str] | None = input_field(
        "In one of these categories, or in one below them.",
        Limit(MAX_CODE, MAX_CATEGORIES),
        default=None,
    )
    since: datetime | None = strawberry.field(
        default=None, description="Received at or after this time."
    )
    until: datetime | None = strawberry.field(
        default=None, description="Received before this time."
    )
