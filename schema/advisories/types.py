"""Advisories: what police tell the citizens of a place."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

import strawberry

from core.advisories.kinds import ADVISORY_KINDS
from core.advisories.models import Advisory as AdvisoryRow
from core.advisories.read import is_in_force, said
from core.clock import now
from core.languages import DEFAULT_LANGUAGE, lookup
from core.log.transitions import ActionKind
from core.storage.rows import Row
from schema.actions.types import TrackedAction, public
from schema.base.connection import Connection, Edge
from schema.base.context import Info
from schema.base.enums import AdvisoryState, CapCategory, CapStatus, Certainty, Severity, Urgency
from schema.base.node import Node, global_id
from schema.base.pagination import Page
from schema.base.position import Position
from schema.base.row import OfRow, reads, related
from schema.base.words import Language


@strawberry.type(description="A part of a place.")
class Circle:
    """A point and the metres around it."""

    position: Position = strawberry.field(description="Its centre.")
    radius: float = strawberry.field(description="Metres around the centre.")


def _kind_code(root: strawberry.Parent[Row]) -> str:
    return root.kind


@strawberry.type(description="What police tell the citizens of a place, in terms of CAP 1.2.")
class Advisory(OfRow, Node):
    """Read from `core.advisories.models.Advisory`."""

    model = AdvisoryRow

    place: str = strawberry.field(
        description="The path of the country, state, city or station whose citizens it concerns."
    )
    kind_code: str = strawberry.field(
        resolver=_kind_code, description="The code of its kind.", metadata=reads("kind")
    )
    category: CapCategory = strawberry.field(description="What it is about.")
    urgency: Urgency = strawberry.field(description="How soon people must act.")
    severity: Severity = strawberry.field(description="How bad it is.")
    certainty: Certainty = strawberry.field(description="How sure it is.")
    status: CapStatus = strawberry.field(
        description="Whether people shall act on it; EXERCISE and TEST are not meant for them."
    )
    state: AdvisoryState = strawberry.field(description="Whether it was withdrawn.")
    web: str | None = strawberry.field(description="A page that tells more.")
    contact: str | None = strawberry.field(description="Whom to turn to.")
    issued_at: datetime = strawberry.field(description="When it was issued.")
    onset_at: datetime | None = strawberry.field(
        description="When that begins of which it warns, if not at once."
    )
    expires_at: datetime = strawberry.field(description="When it is over.")
    updated_at: datetime = strawberry.field(description="When it was last said anew.")

    @strawberry.field(description="The global id.", metadata=reads("id"))
    @staticmethod
    def id(root: strawberry.Parent[Row]) -> strawberry.ID:
        """Return the global id."""
        return global_id("Advisory", root.id)

    @strawberry.field(
        description="Where other warning systems read it as CAP 1.2, on this server.",
        metadata=reads("id"),
    )
    @staticmethod
    def cap_path(root: strawberry.Parent[Row]) -> str:
        """Return the path of the document."""
        return f"/cap/advisory/{root.id}"

    @strawberry.field(description="What it warns of, in a word.", metadata=reads("city", "kind"))
    @staticmethod
    def event(
        root: strawberry.Parent[Row], info: Info, language: Language = DEFAULT_LANGUAGE
    ) -> str:
        """Return the name of its kind, or its code where the place has that no more."""
        city = info.context.domain.cities.get(root.city)
        kind = city[ADVISORY_KINDS].get(root.kind) if city is not None else None
        return lookup(kind.names, language) if kind is not None else root.kind

    @strawberry.field(description="The whole in one line.", metadata=reads("texts"))
    @staticmethod
    def headline(root: strawberry.Parent[Row], language: Language = DEFAULT_LANGUAGE) -> str:
        """Answer in the language asked for."""
        return _said(root, "headline", language)

    @strawberry.field(description="What happened; may be empty.", metadata=reads("texts"))
    @staticmethod
    def description(root: strawberry.Parent[Row], language: Language = DEFAULT_LANGUAGE) -> str:
        """Answer in the language asked for."""
        return _said(root, "description", language)

    @strawberry.field(description="What to do; may be empty.", metadata=reads("texts"))
    @staticmethod
    def instruction(root: strawberry.Parent[Row], language: Language = DEFAULT_LANGUAGE) -> str:
        """Answer in the language asked for."""
        return _said(root, "instruction", language)

    @strawberry.field(description="The languages it is there in.", metadata=reads("texts"))
    @staticmethod
    def languages(root: strawberry.Parent[Row]) -> list[str]:
        """Return the language tags."""
        return list(root.texts)

    @strawberry.field(
        description="The part of the place it is about; without one it is about all of it.",
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
        description="Whether people shall heed it now.", metadata=reads("state", "expires_at")
    )
    @staticmethod
    def in_force(root: strawberry.Parent[Row], info: Info) -> bool:
        """Tell whether it is neither withdrawn nor over."""
        return is_in_force(root, info.context.domain.clock())

    @strawberry.field(
        description="How it came to be as it is, from the first.",
        graphql_type=list[TrackedAction],
        metadata=related("actions", "visibility"),
    )
    @staticmethod
    def actions(root: strawberry.Parent[Row]) -> list[Row]:
        """Return the public actions."""
        return public(root.actions)


class _Withdrawn:
    """An advisory that was taken back, as citizens are told of it: without what it said."""

    of_model = AdvisoryRow
    texts: ClassVar[Mapping[str, Mapping[str, str]]] = {}
    web = contact = None

    def __init__(self, row: Row) -> None:
        self._row = row

    def __getattr__(self, name: str) -> Any:
        return getattr(self._row, name)


def as_citizens_see(action: Row, advisory: Row) -> Row | None:
    """Return an advisory as a citizen is told of it; nothing where it is over.

    Who comes back after a while is not alarmed by what is over, and of what was withdrawn is told
    that it was, but not anew of whom it spoke.
    """
    if action.kind == ActionKind.WITHDRAW:
        return _Withdrawn(advisory)
    return advisory if is_in_force(advisory, now()) else None


def _said(advisory: Row, part: str, language: str) -> str:
    words: Mapping[str, str] = said(advisory, part)
    return lookup(words, language)


@strawberry.type(description="One place in a list of advisories.")
class AdvisoryEdge(Edge[Advisory]):
    """A node and its cursor."""


@strawberry.type(description="A page of a list of advisories.")
class AdvisoryConnection(Connection):
    """Advisories, the newest first: read from `schema.base.pagination.Page`."""

    @classmethod
    def is_type_of(cls, obj: object, _info: object) -> bool:
        """Recognise a page of advisories."""
        return isinstance(obj, Page) and obj.model is AdvisoryRow

    edges: list[AdvisoryEdge] = strawberry.field(description="The places of this page.")
    events_cursor: str = strawberry.field(
        description="Give it as `after` to `advisoryEvents` of this city: the stream then goes on "
        "exactly where this list ends."
    )


@strawberry.type(description="The advisories that concern a position.")
class AdvisoriesHere:
    """All in force, the newest first."""

    advisories: list[Advisory] = strawberry.field(description="The newest first; at most 100.")
