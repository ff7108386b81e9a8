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


@strawberry.type(description="The alert is stored, and on its way to police where they listen.")
class RaiseAlertSuccess:
    """What the person in danger needs."""

    alert: TrackedAlert = strawberry.field(description="The alert.")
    secret: str = strawberry.field(
        description="The secret with which it is updated and ended; not for anybody else."
    )
    watch_token: str = strawberry.field(
        description="The token of the share link, for those who shall follow."
    )
    reaches_police: bool = strawberry.field(
        description="Whether a police portal of this place listens. If not, call."
    )
    call: list[EmergencyNumber] = strawberry.field(
        description="The numbers to call, the most important first."
    )


@strawberry.type(description="The alert as it stands now.")
class UpdateAlertSuccess:
    """The alert with its last position."""

    alert: TrackedAlert = strawberry.field(description="The alert.")


@strawberry.type(description="The alert has ended.")
class EndAlertSuccess:
    """The alert in its last state."""

    alert: TrackedAlert = strawberry.field(description="The alert.")


RaiseAlertResult = result(
    "RaiseAlertResult",
    "The alert, or why it could not be raised.",
    RaiseAlertSuccess,
    InvalidInputProblem,
    UnknownPlaceProblem,
    IdempotencyKeyReusedProblem,
)


UpdateAlertResult = result(
    "UpdateAlertResult",
    "The alert, or why it was not updated.",
    UpdateAlertSuccess,
    InvalidCredentialProblem,
    NotFoundProblem,
    InvalidInputProblem,
    ActionNotPossibleProblem,
)


EndAlertResult = result(
    "EndAlertResult",
    "The alert, or why it did not end.",
    EndAlertSuccess,
    InvalidCredentialProblem,
    NotFoundProblem,
    InvalidInputProblem,
    ActionNotPossibleProblem,
)


@strawberry.type
class AlertMutation:
    """What the owner of an alert writes."""

    @strawberry.field(
        description="Call for help. Anybody can, in every city.", graphql_type=RaiseAlertResult
    )
    @refusable
    async def raise_alert(
        self, info: Info, input: Annotated[RaiseAlertInput, described("The call.")]
    ) -> object:
        """Store the alert and return what its owner needs."""
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
        description="Send the position and battery of the one who raised an alert.",
        graphql_type=UpdateAlertResult,
    )
    @refusable
    async def update_alert(
        self, info: Info, input: Annotated[UpdateAlertInput, described("The news.")]
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

    @strawberry.field(
        description="End an alert, by the one who raised it.", graphql_type=EndAlertResult
    )
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
