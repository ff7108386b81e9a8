"""Root fields that raise, update and end alerts."""

from typing import Annotated

import strawberry

from core.alerts import owner
from core.alerts.models import Alert as AlertRow
from core.alerts.raising import AlertDraft, raise_alert
from core.alerts.whereabouts import Whereabouts
from core.log.transitions import ActionKind as ActionKindOfDomain
from core.places.description import Deployment
from core.places.numbers import NUMBERS
from schema.alerts.inputs import EndAlertInput, RaiseAlertInput, UpdateAlertInput
from schema.alerts.types import TrackedAlert
from schema.base.context import Info
from schema.base.emergency_number import EmergencyNumber
from schema.base.inputs import described
from schema.base.position import PositionInput
from schema.base.problem import (
    ActionNotPossibleProblem,
    IdempotencyKeyReusedProblem,
    InvalidCredentialProblem,
    InvalidInputProblem,
    NotFoundProblem,
    UnknownPlaceProblem,
)
from schema.base.results import refusable, result
from schema.base.row import as_type
from schema.base.selection import wanted


@strawberry.type(
    description="The alert was stored, and police were notified if the place has a portal."
)
class RaiseAlertSuccess:
    """What the person in danger needs next."""

    alert: TrackedAlert = strawberry.field(description="The alert.")
    secret: str = strawberry.field(
        description="The secret that updates and ends the alert; do not share it."
    )
    watch_token: str = strawberry.field(
        description="The token of the share link, for people who may follow the alert."
    )
    reaches_police: bool = strawberry.field(
        description="Whether the place has a police portal. If not, call."
    )
    call: list[EmergencyNumber] = strawberry.field(
        description="The numbers to call, the most important first."
    )


@strawberry.type(description="The current state of the alert.")
class UpdateAlertSuccess:
    """The alert with its last position."""

    alert: TrackedAlert = strawberry.field(description="The alert.")


@strawberry.type(description="The alert has ended.")
class EndAlertSuccess:
    """The alert in its last state."""

    alert: TrackedAlert = strawberry.field(description="The alert.")


RaiseAlertResult = result(
    "RaiseAlertResult",
    "The alert, or a problem.",
    RaiseAlertSuccess,
    InvalidInputProblem,
    UnknownPlaceProblem,
    IdempotencyKeyReusedProblem,
)


UpdateAlertResult = result(
    "UpdateAlertResult",
    "The alert, or a problem.",
    UpdateAlertSuccess,
    InvalidCredentialProblem,
    NotFoundProblem,
    InvalidInputProblem,
    ActionNotPossibleProblem,
)


EndAlertResult = result(
    "EndAlertResult",
    "The alert, or a problem.",
    EndAlertSuccess,
    InvalidCredentialProblem,
    NotFoundProblem,
    InvalidInputProblem,
    ActionNotPossibleProblem,
)


@strawberry.type
class AlertMutation:
    """Changes of alerts by their owners."""

    @strawberry.field(
        description="Call for help. Anyone can, in every city.", graphql_type=RaiseAlertResult
    )
    @refusable
    async def raise_alert(
        self, info: Info, input: Annotated[RaiseAlertInput, described("The call.")]
    ) -> object:
        """Store the alert."""
        draft = AlertDraft(
            whereabouts=_whereabouts(input.position, input.battery),
            place=input.place,
            note=input.note,
            idempotency_key=input.idempotency_key,
        )
        raised = await raise_alert(info.context.domain, draft, wanted(info, AlertRow))
        return RaiseAlertSuccess(
            alert=raised.alert,
            secret=raised.secret,
            watch_token=raised.watch_token,
            reaches_police=raised.city.description.deployment is Deployment.FULL,
            call=as_type(list(raised.city[NUMBERS])),
        )

    @strawberry.field(
        description="Send the current position and battery, as the owner of an alert.",
        graphql_type=UpdateAlertResult,
    )
    @refusable
    async def update_alert(
        self, info: Info, input: Annotated[UpdateAlertInput, described("The update.")]
    ) -> object:
        """Add to the alert's track."""
        alert = await owner.update(
            info.context.domain,
            input.secret,
            _whereabouts(input.position, input.battery),
            input.note,
            wanted(info, AlertRow),
        )
        return UpdateAlertSuccess(alert=alert)

    @strawberry.field(description="End an alert, as its owner.", graphql_type=EndAlertResult)
    @refusable
    async def end_alert(
        self, info: Info, input: Annotated[EndAlertInput, described("The end.")]
    ) -> object:
        """End the alert."""
        alert = await owner.end(
            info.context.domain,
            input.secret,
            ActionKindOfDomain(input.outcome.value),
            input.note,
            wanted(info, AlertRow),
        )
        return EndAlertSuccess(alert=alert)


def _whereabouts(position: PositionInput | None, battery: int | None) -> Whereabouts:
    if position is None:
        return Whereabouts(battery=battery)
    return Whereabouts(
        latitude=position.latitude,
        longitude=position.longitude,
        accuracy=position.accuracy,
        battery=battery,
    )
