"""Inputs about actions."""

import strawberry

from schema.base.bounds import (
    CODE,
    ID,
    KEY,
    NAME,
    NOTE,
    PATH,
    input_field,
)
from schema.base.enums import ActionKind, Visibility
from schema.base.inputs import KEY_SAYS


@strawberry.input(description="An action of police on a report or an alert.")
class TakeActionInput:
    """The data of an action; its kind determines the required fields."""

    subject: strawberry.ID = input_field("The global ID of the report or alert.", ID)
    kind: ActionKind = strawberry.field(
        description="The kind of action; `possibleActions` of the subject lists those allowed."
    )
    text: str = input_field("A text; required for ASK, NOTE and REJECT.", NOTE, default="")
    visibility: Visibility | None = strawberry.field(
        default=None, description="Who may read a NOTE; INTERNAL by default."
    )
    assignee: str | None = input_field(
        "Who it is assigned to; required for ASSIGN.", NAME, default=None
    )
    disposition: str | None = input_field(
        "The code of the outcome; required for ACT.", CODE, default=None
    )
    place: str | None = input_field(
        "The path of the station or city; required for REFER.", PATH, default=None
    )
    idempotency_key: str = input_field(KEY_SAYS, KEY)
