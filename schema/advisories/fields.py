"""Root fields about advisories: issued by police, read and followed by anyone."""

from datetime import datetime
from typing import Annotated

import strawberry

from core.advisories import read
from core.advisories.issue import AdvisoryDraft, amend, issue, withdraw
from core.advisories.models import Advisory as AdvisoryRow
from core.advisories.wording import (
    MAX_CONTACT,
    MAX_HEADLINE,
    MAX_LANGUAGES,
    MAX_WEB,
    Circle,
    Text,
    Wording,
)
from core.identity.people import Right
from core.position import parse_position
from core.text import MAX_DESCRIPTION
from schema.advisories.events import PublicAdvisoryEvent
from schema.advisories.streams import advisory_stream
from schema.advisories.types import AdvisoriesHere, Advisory, AdvisoryConnection
from schema.base.bounds import CODE, ID, KEY, LANGUAGE, NOTE, PATH, Limit, input_field
from schema.base.connection import DEFAULT_PAGE
from schema.base.context import Info
from schema.base.enums import CapStatus, Certainty, Severity, Urgency
from schema.base.inputs import KEY_SAYS
from schema.base.node import own_id_of
from schema.base.pagination import (
    PAGE_PROBLEMS,
    AfterArgument,
    FirstArgument,
    PathArgument,
    requested_page,
)
from schema.base.position import PositionInput
from schema.base.problem import (
    ActionNotPossibleProblem,
    ForbiddenProblem,
    IdempotencyKeyReusedProblem,
    InvalidCursorProblem,
    InvalidInputProblem,
    NotFoundProblem,
    UnauthenticatedProblem,
    UnknownPlaceProblem,
)
from schema.base.results import refusable, result
from schema.base.selection import wanted
from schema.live.events import CaughtUp, ComeBack
from schema.live.fields import stream_field


@strawberry.input(description="An advisory in one language.")
class AdvisoryTextInput:
    """The texts in this language."""

    language: str = input_field("The language (BCP 47), such as `hi`.", LANGUAGE)
    headline: str = input_field("A summary in one line.", Limit(MAX_HEADLINE))
    description: str = input_field("What happened.", Limit(MAX_DESCRIPTION), default="")
    instruction: str = input_field(
        "What to do. If empty, the instruction of the kind is used.", NOTE, default=""
    )


@strawberry.input(description="The affected part of the place.")
class CircleInput:
    """A centre and a radius."""

    position: PositionInput = strawberry.field(description="Its centre.")
    radius: float = strawberry.field(description="The radius in metres, 50 to 500,000.")


@strawberry.input(
    description="The content of an advisory except its texts; every field is optional."
)
class _Wording:
    urgency: Urgency | None = strawberry.field(
        default=None, description="How soon people should act."
    )
    severity: Severity | None = strawberry.field(
        default=None, description="The severity of the threat."
    )
    certainty: Certainty | None = strawberry.field(
        default=None, description="The certainty of the threat."
    )
    circle: CircleInput | None = strawberry.field(
        default=None, description="The affected part of the place; the whole place by default."
    )
    onset_at: datetime | None = strawberry.field(
        default=None, description="When the event that it warns of begins."
    )
    expires_at: datetime | None = strawberry.field(
        default=None, description="When it expires; by default, after the hours of its kind."
    )
    web: str | None = input_field("A web page with more information.", Limit(MAX_WEB), default=None)
    contact: str | None = input_field("A contact for questions.", Limit(MAX_CONTACT), default=None)


@strawberry.input(description="A new advisory, for the citizens of a place.")
class IssueAdvisoryInput(_Wording):
    """The data of a new advisory."""

    place: str = input_field(
        "The path of the country, state, city or station for which it is issued.", PATH
    )
    kind: str = input_field("A code of `city.advisoryKinds`.", CODE)
    texts: list[AdvisoryTextInput] = input_field(
        "The texts in each language; at least one language.", Limit(items=MAX_LANGUAGES)
    )
    status: CapStatus = strawberry.field(
        default=CapStatus.ACTUAL,
        description="Whether it is an actual advisory, an exercise or a test.",
    )
    idempotency_key: str = input_field(KEY_SAYS, KEY)


@strawberry.input(description="New content of an advisory; fields that are omitted do not change.")
class AmendAdvisoryInput(_Wording):
    """CAP's `Update`."""

    advisory: strawberry.ID = input_field("The global ID of the advisory.", ID)
    texts: list[AdvisoryTextInput] | None = input_field(
        "All its texts; they replace the current ones.",
        Limit(items=MAX_LANGUAGES),
        default=None,
    )
    idempotency_key: str = input_field(KEY_SAYS, KEY)


@strawberry.input(description="The withdrawal of an advisory.")
class WithdrawAdvisoryInput:
    """CAP's `Cancel`."""

    advisory: strawberry.ID = input_field("The global ID of the advisory.", ID)
    text: str = input_field("The reason, visible to everyone.", NOTE)
    idempotency_key: str = input_field(KEY_SAYS, KEY)


@strawberry.type(description="The current state of the advisory; it is published.")
class AdvisorySuccess:
    """The advisory."""

    advisory: Advisory = strawberry.field(description="The advisory.")


IssueAdvisoryResult = result(
    "IssueAdvisoryResult",
    "The advisory, or a problem.",
    AdvisorySuccess,
    UnauthenticatedProblem,
    ForbiddenProblem,
    InvalidInputProblem,
    UnknownPlaceProblem,
    IdempotencyKeyReusedProblem,
)
ChangeAdvisoryResult = result(
    "ChangeAdvisoryResult",
    "The advisory, or a problem.",
    AdvisorySuccess,
    UnauthenticatedProblem,
    ForbiddenProblem,
    NotFoundProblem,
    InvalidInputProblem,
    ActionNotPossibleProblem,
    IdempotencyKeyReusedProblem,
)
AdvisoriesResult = result(
    "AdvisoriesResult",
    "A page of advisories, or a problem.",
    AdvisoryConnection,
    *PAGE_PROBLEMS,
)
AdvisoriesAtResult = result(
    "AdvisoriesAtResult",
    "The advisories for a position, or a problem.",
    AdvisoriesHere,
    UnknownPlaceProblem,
    InvalidInputProblem,
)
AdvisoryEventsResult = result(
    "AdvisoryEventsResult",
    "Events of advisories, live. A problem is sent once and ends the stream.",
    PublicAdvisoryEvent,
    CaughtUp,
    ComeBack,
    UnknownPlaceProblem,
    InvalidInputProblem,
    InvalidCursorProblem,
)


@strawberry.type
class AdvisoryQuery:
    """Reads of advisories."""

    @strawberry.field(
        description="The advisories for a place, the newest first: its own, those of all places "
        "below it, and those of its state and country.",
        graphql_type=AdvisoriesResult,
    )
    @refusable
    async def advisories(
        self,
        info: Info,
        place: PathArgument,
        in_force: Annotated[
            bool,
            strawberry.argument(
                description="If false, expired and withdrawn ones are included; for police only."
            ),
        ] = True,
        first: FirstArgument = DEFAULT_PAGE,
        after: AfterArgument = None,
    ) -> object:
        """Return the page."""
        path = (
            info.context.known_place(place, ("place",))
            if in_force
            else info.context.viewable(place, Right.VIEW, ("place",))
        )
        page = await requested_page(
            info, AdvisoryRow, "issued_at", path, first, after, stream="advisories"
        )
        at = info.context.domain.clock() if in_force else None
        page.rows = await read.page(path, at, page.start, page.fetch, wanted(info, AdvisoryRow))
        return page

    @strawberry.field(
        description="The advisories in force for a position. Requests are not recorded.",
        graphql_type=AdvisoriesAtResult,
    )
    @refusable
    async def advisories_at(
        self,
        info: Info,
        position: Annotated[PositionInput, strawberry.argument(description="The position.")],
    ) -> object:
        """Return the advisories."""
        point = parse_position(position.latitude, position.longitude, ("position",))
        found = await read.at_position(info.context.domain, point, wanted(info, AdvisoryRow))
        return AdvisoriesHere(advisories=found)


@strawberry.type
class AdvisoryMutation:
    """Changes of advisories."""

    @strawberry.field(
        description="Issue an advisory to the citizens of a place, as an officer.",
        graphql_type=IssueAdvisoryResult,
    )
    @refusable
    async def issue_advisory(
        self,
        info: Info,
        input: Annotated[IssueAdvisoryInput, strawberry.argument(description="The advisory.")],
    ) -> object:
        """Issue the advisory."""
        draft = AdvisoryDraft(
            place=input.place,
            kind=input.kind,
            status=input.status,
            wording=_wording(input, input.texts),
            idempotency_key=input.idempotency_key,
        )
        advisory = await issue(
            info.context.domain, info.context.viewer, draft, wanted(info, AdvisoryRow)
        )
        return AdvisorySuccess(advisory=advisory)

    @strawberry.field(
        description="Change the content of an advisory, as an officer of its place.",
        graphql_type=ChangeAdvisoryResult,
    )
    @refusable
    async def amend_advisory(
        self,
        info: Info,
        input: Annotated[AmendAdvisoryInput, strawberry.argument(description="The changes.")],
    ) -> object:
        """Amend the advisory."""
        own_id = own_id_of(input.advisory, "Advisory", ("input", "advisory"))
        advisory = await amend(
            info.context.domain,
            info.context.viewer,
            own_id,
            _wording(input, input.texts),
            input.idempotency_key,
            wanted(info, AdvisoryRow),
        )
        return AdvisorySuccess(advisory=advisory)

    @strawberry.field(
        description="Withdraw an advisory, as an officer of its place.",
        graphql_type=ChangeAdvisoryResult,
    )
    @refusable
    async def withdraw_advisory(
        self,
        info: Info,
        input: Annotated[WithdrawAdvisoryInput, strawberry.argument(description="The withdrawal.")],
    ) -> object:
        """Withdraw the advisory."""
        own_id = own_id_of(input.advisory, "Advisory", ("input", "advisory"))
        advisory = await withdraw(
            info.context.domain,
            info.context.viewer,
            own_id,
            input.text,
            input.idempotency_key,
            wanted(info, AdvisoryRow),
        )
        return AdvisorySuccess(advisory=advisory)


@strawberry.type
class AdvisorySubscription:
    """Live events of advisories."""

    advisory_events = stream_field(
        advisory_stream,
        description="Events of the advisories for a city, live: its own, and those of its state "
        "and country.",
        graphql_type=AdvisoryEventsResult,
    )


def _wording(given: _Wording, texts: list[AdvisoryTextInput] | None) -> Wording:
    circle = given.circle
    return Wording(
        texts=[
            Text(each.language, each.headline, each.description, each.instruction) for each in texts
        ]
        if texts is not None
        else None,
        urgency=given.urgency,
        severity=given.severity,
        certainty=given.certainty,
        circle=Circle(circle.position.latitude, circle.position.longitude, circle.radius)
        if circle is not None
        else None,
        onset_at=given.onset_at,
        expires_at=given.expires_at,
        web=given.web,
        contact=given.contact,
    )
