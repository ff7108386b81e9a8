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
