"""Advisories from police to citizens."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

import strawberry

from core.advisories.kinds import ADVISORY_KINDS
from core.advisories.models import Advisory as AdvisoryRow
from core.advisories.read import is_in_force, text_by_language
from core.clock import now
from core.languages import DEFAULT_LANGUAGE, lookup
from core.log.transitions import ActionKind
from core.storage.rows import Row
from schema.actions.types import TrackedAction, public_actions_field
from schema.advisories.enums import AdvisoryState
from schema.base.connection import Connection, Edge
from schema.base.context import Info
from schema.base.enums import CapCategory, CapStatus, Certainty, Severity, Urgency
from schema.base.node import Node, global_id
from schema.base.pagination import OfPage
from schema.base.position import Position
from schema.base.row import OfRow, reads
from schema.base.selection import DEPENDS_ON_CLOCK
from schema.base.words import Language


@strawberry.type(description="An area around a point.")
class Circle:
    """A centre and a radius."""

    position: Position = strawberry.field(description="Its centre.")
    radius: float = strawberry.field(description="The radius in metres.")


def _kind_code(root: strawberry.Parent[Row]) -> str:
    return root.kind


@strawberry.type(
    description="An advisory from police to the citizens of a place, in the terms of CAP 1.2."
)
class Advisory(OfRow, Node):
    """Read from `core.advisories.models.Advisory`."""

    model = AdvisoryRow

    place: str = strawberry.field(
        description="The path of the country, state, city or station for which it is issued."
    )
    kind_code: str = strawberry.field(
        resolver=_kind_code, description="The code of its kind.", metadata=reads("kind")
    )
    category: CapCategory = strawberry.field(description="The category of the hazard.")
    urgency: Urgency = strawberry.field(description="How soon people should act.")
    severity: Severity = strawberry.field(description="The severity of the threat.")
    certainty: Certainty = strawberry.field(description="The certainty of the threat.")
    status: CapStatus = strawberry.field(
        description="Whether it is an actual advisory, an exercise or a test."
    )
    state: AdvisoryState = strawberry.field(description="Whether it was withdrawn.")
    web: str | None = strawberry.field(description="A web page with more information.")
    contact: str | None = strawberry.field(description="A contact for questions.")
    issued_at: datetime = strawberry.field(description="When it was issued.")
    onset_at: datetime | None = strawberry.field(
        description="When the event that it warns of begins; null if at once."
    )
    expires_at: datetime = strawberry.field(description="When it expires.")
    updated_at: datetime = strawberry.field(description="When it last changed.")

    @strawberry.field(description="The global ID.", metadata=reads("id"))
    @staticmethod
    def id(root: strawberry.Parent[Row]) -> strawberry.ID:
        """Return the global ID."""
        return global_id("Advisory", root.id)

    @strawberry.field(
        description="The path of the CAP 1.2 document on this server, for other warning systems.",
        metadata=reads("id"),
    )
    @staticmethod
    def cap_path(root: strawberry.Parent[Row]) -> str:
        """Return the path of the document."""
        return f"/cap/advisory/{root.id}"

    @strawberry.field(description="The name of its kind.", metadata=reads("city", "kind"))
    @staticmethod
    def event(
        root: strawberry.Parent[Row], info: Info, language: Language = DEFAULT_LANGUAGE
    ) -> str:
        """Return the name of its kind, or the code if the place no longer has the kind."""
        city = info.context.domain.cities.get(root.city)
        kind = city[ADVISORY_KINDS].get(root.kind) if city is not None else None
        return lookup(kind.names, language) if kind is not None else root.kind

    @strawberry.field(description="A summary in one line.", metadata=reads("texts"))
    @staticmethod
    def headline(root: strawberry.Parent[Row], language: Language = DEFAULT_LANGUAGE) -> str:
        """Return the text in the requested language."""
        return _said(root, "headline", language)

    @strawberry.field(description="What happened; may be empty.", metadata=reads("texts"))
    @staticmethod
    def description(root: strawberry.Parent[Row], language: Language = DEFAULT_LANGUAGE) -> str:
        """Return the text in the requested language."""
        return _said(root, "description", language)

    @strawberry.field(description="What to do; may be empty.", metadata=reads("texts"))
    @staticmethod
    def instruction(root: strawberry.Parent[Row], language: Language = DEFAULT_LANGUAGE) -> str:
        """Return the text in the requested language."""
        return _said(root, "instruction", language)

    @strawberry.field(description="The languages of its texts.", metadata=reads("texts"))
    @staticmethod
    def languages(root: strawberry.Parent[Row]) -> list[str]:
        """Return the language tags."""
        return list(root.texts)

    @strawberry.field(
        description="The affected part of the place; null if all of it is affected.",
        metadata=reads("latitude", "longitude", "radius"),
    )
    @staticmethod
    def circle(root: strawberry.Parent[Row]) -> Circle | None:
        """Return the circle."""
        if root.radius is None:
            return None
        centre = Position(latitude=root.latitude, longitude=root.longitude)
        return Circle(position=centre, radius=root.radius)

    @strawberry.field(
        description="Whether it still applies.",
        metadata={**reads("state", "expires_at"), DEPENDS_ON_CLOCK: True},
    )
    @staticmethod
    def in_force(root: strawberry.Parent[Row], info: Info) -> bool:
        """Return whether it is neither withdrawn nor expired."""
        return is_in_force(root, info.context.domain.clock())

    actions: list[TrackedAction] = public_actions_field()


class _Withdrawn:
    """A withdrawn advisory as citizens see it: without its texts."""

    of_model = AdvisoryRow
    texts: ClassVar[Mapping[str, Mapping[str, str]]] = {}
    web = contact = None

    def __init__(self, row: Row) -> None:
        self._row = row

    def __getattr__(self, name: str) -> Any:
        return getattr(self._row, name)


def as_citizens_see(action: Row, advisory: Row) -> Row | None:
    """Return an advisory as a citizen sees it; `None` if it has expired.

    A client that reconnects is not alarmed by what has expired. It learns that an advisory was
    withdrawn, but not again whom it was about.
    """
    if action.kind == ActionKind.WITHDRAW:
        return _Withdrawn(advisory)
    return advisory if is_in_force(advisory, now()) else None


def _said(advisory: Row, part: str, language: str) -> str:
    words: Mapping[str, str] = text_by_language(advisory, part)
    return lookup(words, language)


@strawberry.type(description="An edge of a list of advisories.")
class AdvisoryEdge(Edge[Advisory]):
    """An advisory and its cursor."""


@strawberry.type(description="A page of a list of advisories.")
class AdvisoryConnection(OfPage, Connection):
    """Advisories, the newest first: read from `schema.base.pagination.Page`."""

    model = AdvisoryRow

    edges: list[AdvisoryEdge] = strawberry.field(description="The edges of this page.")
    events_cursor: str = strawberry.field(
        description="Pass it as `after` to `advisoryEvents` of this city: the stream continues "
        "exactly where this list ends."
    )


@strawberry.type(description="The advisories in force for a position.")
class AdvisoriesHere:
    """All of them, the most severe first."""

    advisories: list[Advisory] = strawberry.field(description="The most severe first; at most 100.")
