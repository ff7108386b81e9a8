"""Inputs about alerts."""

from enum import Enum

import strawberry

from core.log.transitions import ActionKind as ActionKindOfDomain
from schema.base.bounds import (
    CREDENTIAL,
    KEY,
    NOTE,
    PATH,
    Limit,
    input_field,
)
from schema.base.enums import AlertState
from schema.base.inputs import KEY_SAYS
from schema.base.position import PositionInput


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


@strawberry.input(description="Which alerts are wanted.")
class AlertFilter:
    """Conditions on alerts."""

    states: list[AlertState] | None = input_field(
        "In one of these states.", Limit(items=len(AlertState)), default=None
    )
