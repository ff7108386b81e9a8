"""Root fields about advisories: issued by police, read and followed by everybody."""

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
    """What people read."""

    language: str = input_field("The language (BCP 47), such as `hi`.", LANGUAGE)
    headline: str = input_field("The whole in one line.", Limit(MAX_HEADLINE))
    description: str = input_field("What happened.", Limit(MAX_DESCRIPTION), default="")
    instruction: str = input_field("What to do; empty: what the kind says.", NOTE, default="")


@strawberry.input(description="A part of the place.")
class CircleInput:
    """A point and the metres around it."""

    position: PositionInput = strawberry.field(description="Its centre.")
    radius: float = strawberry.field(description="50 to 500,000 metres.")


@strawberry.input(description="What is said in an advisory beside its texts; all may be left out.")
class _Wording:
    urgency: Urgency | None = strawberry.field(default=None, description="How soon to act.")
    severity: Severity | None = strawberry.field(default=None, description="How bad it is.")
    certainty: Certainty | None = strawberry.field(default=None, description="How sure it is.")
    circle: CircleInput | None = strawberry.field(
        default=None, description="The part of the place it is about; without one all of it."
    )
    onset_at: datetime | None = strawberry.field(
        default=None, description="When that begins of which it warns."
    )
    expires_at: datetime | None = strawberry.field(
        default=None, description="When it is over; by its kind, unless it is given."
    )
    web: str | None = input_field("A page that tells more.", Limit(MAX_WEB), default=None)
    contact: str | None = input_field("Whom to turn to.", Limit(MAX_CONTACT), default=None)


@strawberry.input(description="A new advisory, for the citizens of a place.")
class IssueAdvisoryInput(_Wording):
    """What an officer issues."""

    place: str = input_field(
        "The path of the country, state, city or station whose citizens it concerns.", PATH
    )
    kind: str = input_field("A code of `city.advisoryKinds`.", CODE)
    texts: list[AdvisoryTextInput] = input_field(
        "The advisory in each language; one at least.", Limit(items=MAX_LANGUAGES)
    )
    status: CapStatus = strawberry.field(
        default=CapStatus.ACTUAL, description="Whether people shall act on it."
    )
    idempotency_key: str = input_field(KEY_SAYS, KEY)


@strawberry.input(description="What an advisory says from now on; what is left out stays.")
class AmendAdvisoryInput(_Wording):
    """CAP's `Update`."""

    advisory: strawberry.ID = input_field("The id of the advisory.", ID)
    texts: list[AdvisoryTextInput] | None = input_field(
        "All its texts anew.", Limit(items=MAX_LANGUAGES), default=None
    )
    idempotency_key: str = input_field(KEY_SAYS, KEY)


@strawberry.input(description="An advisory that is taken back.")
class WithdrawAdvisoryInput:
    """CAP's `Cancel`."""

    advisory: strawberry.ID = input_field("The id of the advisory.", ID)
    text: str = input_field("Why, for those who read it.", NOTE)
    idempotency_key: str = input_field(KEY_SAYS, KEY)


@strawberry.type(description="The advisory as it stands now; everybody is told.")
class AdvisorySuccess:
    """What people read."""

    advisory: Advisory = strawberry.field(description="The advisory.")


IssueAdvisoryResult = result(
    "IssueAdvisoryResult",
    "The advisory, or why it was not issued.",
    AdvisorySuccess,
    UnauthenticatedProblem,
    ForbiddenProblem,
    InvalidInputProblem,
    UnknownPlaceProblem,
    IdempotencyKeyReusedProblem,
)
ChangeAdvisoryResult = result(
    "ChangeAdvisoryResult",
    "The advisory, or why it was not changed.",
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
    "A page of advisories, or why it is not shown.",
    AdvisoryConnection,
    *PAGE_PROBLEMS,
)
AdvisoriesAtResult = result(
    "AdvisoriesAtResult",
    "The advisories that concern a position, or why they are not told.",
    AdvisoriesHere,
    UnknownPlaceProblem,
    InvalidInputProblem,
)
AdvisoryEventsResult = result(
    "AdvisoryEventsResult",
    "Advisories, live. A problem comes once and ends the stream.",
    PublicAdvisoryEvent,
    CaughtUp,
    ComeBack,
    UnknownPlaceProblem,
    InvalidInputProblem,
    InvalidCursorProblem,
)


@strawberry.type
class AdvisoryQuery:
    """Reading advisories."""

    @strawberry.field(
        description="The advisories that concern a place, the newest first: its own, those of all "
        "below it, and those of the state and country above it.",
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
                description="False, for police: also what is over or was withdrawn."
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
        description="The advisories in force that concern somebody at a position. Nobody keeps "
        "who asked.",
        graphql_type=AdvisoriesAtResult,
    )
    @refusable
    async def advisories_at(
        self,
        info: Info,
        position: Annotated[PositionInput, strawberry.argument(description="The position.")],
    ) -> object:
        """Return what concerns the position."""
        point = parse_position(position.latitude, position.longitude, ("position",))
        found = await read.at_position(info.context.domain, point, wanted(info, AdvisoryRow))
        return AdvisoriesHere(advisories=found)


@strawberry.type
class AdvisoryMutation:
    """Issuing advisories."""

    @strawberry.field(
        description="Tell the citizens of a place something, as an officer.",
        graphql_type=IssueAdvisoryResult,
    )
    @refusable
    async def issue_advisory(
        self,
        info: Info,
        input: Annotated[IssueAdvisoryInput, strawberry.argument(description="The advisory.")],
    ) -> object:
        """Issue it."""
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
        description="Say an advisory anew, as an officer of its place.",
        graphql_type=ChangeAdvisoryResult,
    )
    @refusable
    async def amend_advisory(
        self,
        info: Info,
        input: Annotated[AmendAdvisoryInput, strawberry.argument(description="What changes.")],
    ) -> object:
        """Amend it."""
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
        description="Take an advisory back, as an officer of its place.",
        graphql_type=ChangeAdvisoryResult,
    )
    @refusable
    async def withdraw_advisory(
        self,
        info: Info,
        input: Annotated[WithdrawAdvisoryInput, strawberry.argument(description="The end.")],
    ) -> object:
        """Withdraw it."""
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
    """Following advisories."""

    advisory_events = stream_field(
        advisory_stream,
        description="What police tell the citizens of a city, live: advisories of the city, and "
        "of the state and country above it.",
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
