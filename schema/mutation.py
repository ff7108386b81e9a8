"""Root fields that change something."""

from typing import Annotated, Any

import strawberry

from core import actions, alerts, reports, vehicles
from core.city import Deployment
from core.lifecycle import ActionKind as ActionKindOfDomain
from core.models import Action as ActionRow
from core.models import Alert as AlertRow
from core.models import Report as ReportRow
from core.models import Vehicle as VehicleRow
from core.problems import InvalidInput
from core.rows import existing
from schema.advisories import AdvisoryMutation
from schema.context import Info
from schema.inputs import (
    AddToReportInput,
    EndAlertInput,
    LookUpVehicleInput,
    RaiseAlertInput,
    SubmitReportInput,
    TakeActionInput,
    UpdateAlertInput,
)
from schema.refusals import refusable, result
from schema.selection import wanted
from schema.towing import TowingMutation
from schema.types.action import Action
from schema.types.alert import Alert, TrackedAlert
from schema.types.node import parse_global_id, parse_uuid
from schema.types.place import EmergencyNumber
from schema.types.position import PositionInput
from schema.types.problem import (
    ActionNotPossibleProblem,
    CategoryRefusedProblem,
    FeatureUnavailableProblem,
    ForbiddenProblem,
    IdempotencyKeyReusedProblem,
    InvalidCredentialProblem,
    InvalidInputProblem,
    MediaRefusedProblem,
    NotFoundProblem,
    TryLaterProblem,
    UnauthenticatedProblem,
    UnknownCategoryProblem,
    UnknownPlaceProblem,
)
from schema.types.report import Report, TrackedReport
from schema.types.vehicle import VehicleRecord


@strawberry.type(description="A report that is stored, and on its way to its station.")
class SubmitReportSuccess:
    """What the reporter writes down."""

    reference: str = strawberry.field(
        description="The public number; it opens nothing, so it can be told to anybody."
    )
    receipt: str = strawberry.field(
        description="The secret that opens the report. It is shown once; the server cannot find "
        "it again, and nobody can make another."
    )
    report: TrackedReport = strawberry.field(description="The report.")


@strawberry.type(description="The addition is stored.")
class AddToReportSuccess:
    """The report with what was added."""

    report: TrackedReport = strawberry.field(description="The report as it stands now.")


@strawberry.type(description="The alert is stored, and on its way to police where they listen.")
class RaiseAlertSuccess:
    """What the person in danger needs."""

    alert: TrackedAlert = strawberry.field(description="The alert.")
    secret: str = strawberry.field(
        description="The secret with which it is updated and ended; not for anybody else."
    )
    watch_token: str = strawberry.field(
        description="The token of the watch link, for those who shall follow."
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


@strawberry.type(description="The action is taken.")
class TakeActionSuccess:
    """What was done, and to what."""

    action: Action = strawberry.field(description="The action.")
    report: Report | None = strawberry.field(
        description="The report as it stands now, where the action was about one."
    )
    alert: Alert | None = strawberry.field(
        description="The alert as it stands now, where the action was about one."
    )


@strawberry.type(description="The vehicle; the look-up is in the audit log.")
class LookUpVehicleSuccess:
    """What the register says."""

    record: VehicleRecord = strawberry.field(description="All that the register says of it.")


SubmitReportResult = result(
    "SubmitReportResult",
    "A receipt, or why there is none.",
    SubmitReportSuccess,
    InvalidInputProblem,
    UnknownPlaceProblem,
    FeatureUnavailableProblem,
    UnknownCategoryProblem,
    CategoryRefusedProblem,
    MediaRefusedProblem,
    IdempotencyKeyReusedProblem,
)
AddToReportResult = result(
    "AddToReportResult",
    "The report, or why nothing was added.",
    AddToReportSuccess,
    InvalidCredentialProblem,
    NotFoundProblem,
    InvalidInputProblem,
    MediaRefusedProblem,
    ActionNotPossibleProblem,
    IdempotencyKeyReusedProblem,
)
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
TakeActionResult = result(
    "TakeActionResult",
    "The action, or why it was not taken.",
    TakeActionSuccess,
    UnauthenticatedProblem,
    ForbiddenProblem,
    NotFoundProblem,
    InvalidInputProblem,
    UnknownPlaceProblem,
    ActionNotPossibleProblem,
    IdempotencyKeyReusedProblem,
)
LookUpVehicleResult = result(
    "LookUpVehicleResult",
    "The vehicle, or why it is not told.",
    LookUpVehicleSuccess,
    UnauthenticatedProblem,
    ForbiddenProblem,
    InvalidInputProblem,
    UnknownPlaceProblem,
    FeatureUnavailableProblem,
    NotFoundProblem,
    TryLaterProblem,
)


def _argument(description: str) -> Any:
    return strawberry.argument(description=description)


@strawberry.type(description="What can be done.")
class Mutation(AdvisoryMutation, TowingMutation):
    """Fields that change something; each writes all of it or nothing."""

    @strawberry.field(
        description="Report an incident, without a name. The city's station has it at once.",
        graphql_type=SubmitReportResult,
    )
    @refusable
    async def submit_report(
        self, info: Info, input: Annotated[SubmitReportInput, _argument("The report.")]
    ) -> object:
        """Store the report and return its receipt."""
        draft = reports.ReportDraft(
            category=input.category,
            latitude=input.position.latitude,
            longitude=input.position.longitude,
            accuracy=input.position.accuracy,
            description=input.description,
            answers=[(answer.question, answer.values) for answer in input.answers],
            media=input.media,
            idempotency_key=input.idempotency_key,
        )
        submitted = await reports.submit(info.context.domain, draft, wanted(info, ReportRow))
        return SubmitReportSuccess(
            reference=submitted.report.reference,
            receipt=submitted.receipt,
            report=submitted.report,
        )

    @strawberry.field(
        description="Add evidence to a report, answer what police asked, or reopen it.",
        graphql_type=AddToReportResult,
    )
    @refusable
    async def add_to_report(
        self, info: Info, input: Annotated[AddToReportInput, _argument("What is added.")]
    ) -> object:
        """Store the addition."""
        addition = reports.Addition(
            receipt=input.receipt,
            kind=ActionKindOfDomain(input.kind.value),
            text=input.text,
            media=input.media,
            idempotency_key=input.idempotency_key,
        )
        report = await reports.add(info.context.domain, addition, wanted(info, ReportRow))
        return AddToReportSuccess(report=report)

    @strawberry.field(
        description="Call for help. Anybody can, in every city.", graphql_type=RaiseAlertResult
    )
    @refusable
    async def raise_alert(
        self, info: Info, input: Annotated[RaiseAlertInput, _argument("The call.")]
    ) -> object:
        """Store the alert and return what its owner needs."""
        draft = alerts.AlertDraft(
            whereabouts=_whereabouts(input.position, input.battery),
            place=input.place,
            note=input.note,
            idempotency_key=input.idempotency_key,
        )
        raised = await alerts.raise_alert(info.context.domain, draft, wanted(info, AlertRow))
        return RaiseAlertSuccess(
            alert=raised.alert,
            secret=raised.secret,
            watch_token=raised.watch_token,
            reaches_police=raised.city.description.deployment is Deployment.FULL,
            call=_any(list(raised.city.emergency_numbers)),
        )

    @strawberry.field(
        description="Send the position and battery of the one who raised an alert.",
        graphql_type=UpdateAlertResult,
    )
    @refusable
    async def update_alert(
        self, info: Info, input: Annotated[UpdateAlertInput, _argument("The news.")]
    ) -> object:
        """Add to the alert's track."""
        alert = await alerts.update(
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
        self, info: Info, input: Annotated[EndAlertInput, _argument("The end.")]
    ) -> object:
        """End the alert."""
        alert = await alerts.end(
            info.context.domain,
            input.secret,
            ActionKindOfDomain(input.outcome.value),
            input.note,
            wanted(info, AlertRow),
        )
        return EndAlertSuccess(alert=alert)

    @strawberry.field(
        description="Act on a report or an alert, as an officer.", graphql_type=TakeActionResult
    )
    @refusable
    async def take_action(
        self, info: Info, input: Annotated[TakeActionInput, _argument("The action.")]
    ) -> object:
        """Take the action."""
        subject_type, subject_id = parse_global_id(input.subject, ("input", "subject"))
        if subject_type not in _SUBJECTS:
            raise InvalidInput(
                "MALFORMED", "This is no id of a report or an alert.", ("input", "subject")
            )
        draft = actions.ActionDraft(
            subject_type=_SUBJECTS[subject_type],
            subject_id=parse_uuid(subject_id, ("input", "subject")),
            kind=input.kind,
            text=input.text,
            visibility=input.visibility,
            assignee=input.assignee,
            disposition=input.disposition,
            place=input.place,
            idempotency_key=input.idempotency_key,
        )
        taken = await actions.take(info.context.domain, info.context.viewer, draft)
        model = draft.subject_type
        subject = await existing(wanted(info, model), draft.subject_id)
        return TakeActionSuccess(
            action=await existing(wanted(info, ActionRow), taken),
            report=subject if model is ReportRow else None,
            alert=subject if model is AlertRow else None,
        )

    @strawberry.field(
        description="Look a vehicle up with all that the register says, as an officer. Each time "
        "is kept, with who asked and why, also where nothing is found.",
        graphql_type=LookUpVehicleResult,
    )
    @refusable
    async def look_up_vehicle(
        self, info: Info, input: Annotated[LookUpVehicleInput, _argument("What is asked.")]
    ) -> object:
        """Put the look-up on record, then answer it."""
        inquiry = vehicles.Inquiry(place=input.place, plate=input.plate, reason=input.reason)
        context = info.context
        found = await vehicles.look_up_as_officer(
            context.domain, context.viewer, inquiry, wanted(info, VehicleRow)
        )
        return LookUpVehicleSuccess(record=_any(found))


_SUBJECTS: dict[str, type[ReportRow | AlertRow]] = {"Report": ReportRow, "Alert": AlertRow}


def _any(row: object) -> Any:
    """Pass a row off as the type that reads it."""
    return row


def _whereabouts(position: PositionInput | None, battery: int | None) -> alerts.Whereabouts:
    if position is None:
        return alerts.Whereabouts(battery=battery)
    return alerts.Whereabouts(
        latitude=position.latitude,
        longitude=position.longitude,
        accuracy=position.accuracy,
        battery=battery,
    )
