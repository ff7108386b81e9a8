"""Inputs about alerts."""

from enum import Enum

import strawberry

from core.log.transitions import ActionKind as ActionKindOfDomain
from schema.alerts.enums import AlertState
from schema.base.bounds import (
    CREDENTIAL,
    KEY,
    NOTE,
    PATH,
    Limit,
    input_field,
)
from schema.base.inputs import KEY_SAYS
from schema.base.position import PositionInput


@strawberry.input(description="A call for help.")
class RaiseAlertInput:
    """The data of a call for help."""

    position: PositionInput | None = strawberry.field(
        default=None, description="The position of the person; omit it if the phone has none."
    )
    place: str | None = input_field(
        "The path of the city, if there is no position.", PATH, default=None
    )
    battery: int | None = strawberry.field(
        default=None, description="Battery of the phone in percent."
    )
    note: str = input_field("Words.", NOTE, default="")
    idempotency_key: str = input_field(KEY_SAYS, KEY)


@strawberry.input(description="An update by the owner of an alert.")
class UpdateAlertInput:
    """The current position and battery."""

    secret: str = input_field("The secret that `raiseAlert` returned.", CREDENTIAL)
    position: PositionInput | None = strawberry.field(
        default=None, description="The current position of the person."
    )
    battery: int | None = strawberry.field(
        default=None, description="Battery of the phone in percent."
    )
    note: str = input_field("Words.", NOTE, default="")


@strawberry.enum(description="How the owner of an alert ends it.")
class AlertOutcome(Enum):
    """CANCELLED: help is no longer wanted; FALSE_ALARM: it was raised by mistake."""

    CANCELLED = ActionKindOfDomain.CANCEL.value
    FALSE_ALARM = ActionKindOfDomain.FALSE_ALARM.value


@strawberry.input(description="The end of an alert.")
class EndAlertInput:
    """The end, as its owner gives it."""

    secret: str = input_field("The secret that `raiseAlert` returned.", CREDENTIAL)
    outcome: AlertOutcome = strawberry.field(description="How it ended.")
    note: str = input_field("Words.", NOTE, default="")


@strawberry.input(description="Conditions on alerts; all given conditions must be met.")
class AlertFilter:
    """Conditions on alerts."""

    states: list[AlertState] | None = input_field(
        "In one of these states.", Limit(items=len(AlertState)), default=None
    )
