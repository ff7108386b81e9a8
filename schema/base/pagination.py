"""Pages of lists of a place: the newest first, with a cursor to continue in the live stream."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, ClassVar, Final
from uuid import UUID

import strawberry
from tortoise.models import Model

from core.identity.people import Right
from core.log.cursors import CursorSeal
from core.storage.rows import Row
from schema.base.bounds import CURSOR, PATH, argument
from schema.base.connection import PageInfo, parse_first
from schema.base.context import Info
from schema.base.problem import (
    ForbiddenProblem,
    InvalidCursorProblem,
    InvalidInputProblem,
    UnauthenticatedProblem,
    UnknownPlaceProblem,
)
from schema.base.selection import selected_names

PathArgument = Annotated[str, argument("A path, such as `india/chhattisgarh/raipur`.", PATH)]
FirstArgument = Annotated[int, strawberry.argument(description="Number of results, 1 to 100.")]
AfterArgument = Annotated[str | None, argument("The cursor after which the page begins.", CURSOR)]
PAGE_PROBLEMS: Final = (
    UnauthenticatedProblem,
    ForbiddenProblem,
    UnknownPlaceProblem,
    InvalidInputProblem,
    InvalidCursorProblem,
)
"""Why a page of a list for police may be refused."""


@dataclass(slots=True)
class RowEdge:
    """A row of a page and its cursor, which is made only if it is requested."""

    page: "Page"
    node: Row

    @property
    def cursor(self) -> str:
        """The cursor of this row."""
        return self.page.cursor_of(self.node)


@dataclass(slots=True)
class Page:
    """A requested page, and its rows once they are read.

    `start` is the time and ID of the row after which it begins. `position` in the log is read, if
    the events' cursor is requested, before the rows are: so the stream that begins there has all
    later events.
    """

    model: type[Model]
    time_column: str
    seal: CursorSeal
    what: str
    path: str
    limit: int
    start: tuple[datetime, UUID] | None
    position: dict[str, int]
    stream: str = "place"
    """The stream that the events' cursor is for."""
    rows: Sequence[Row] = field(default=())

    @property
    def fetch(self) -> int:
        """How many rows to read: one more than the page has, to know whether a next one exists."""
        return self.limit + 1

    @property
    def edges(self) -> list[RowEdge]:
        """The rows of the page, with their cursors."""
        return [RowEdge(self, row) for row in self.rows[: self.limit]]

    @property
    def page_info(self) -> PageInfo:
        """Its cursors, and whether other pages exist."""
        return page_info(
            self.edges,
            has_next=len(self.rows) > self.limit,
            has_previous=self.start is not None,
        )

    @property
    def events_cursor(self) -> str:
        """The cursor from which the live stream continues where this list ends."""
        return self.seal.seal(self.stream, self.path, self.position)

    def cursor_of(self, row: Row) -> str:
        """Return the cursor of a row."""
        at: datetime = getattr(row, self.time_column)
        return self.seal.seal(self.what, self.path, {"at": at.isoformat(), "id": str(row.id)})


class OfPage:
    """A type whose objects are pages of rows of `model`."""

    model: ClassVar[type[Model]]

    @classmethod
    def is_type_of(cls, obj: object, _info: object) -> bool:
        """Return whether it is such a page."""
        return isinstance(obj, Page) and obj.model is cls.model


async def requested_page(
    info: Info,
    model: type[Model],
    time_column: str,
    path: str,
    first: int,
    after: str | None,
    stream: str = "place",
) -> Page:
    """Return the page that the arguments of a list request, without its rows.

    `path` is the normal path of the place. Raises `InvalidInput` or `InvalidCursor`.
    """
    limit = parse_first(first)
    context = info.context
    seal = context.domain.seal
    what: str = model.__name__
    start = None
    if after is not None:
        position = seal.open(what, path, after)
        start = datetime.fromisoformat(str(position["at"])), UUID(str(position["id"]))
    joined = "eventsCursor" in selected_names(info)
    position = await context.heads(path) if joined else {}
    return Page(model, time_column, seal, what, path, limit, start, position, stream)


async def requested_page_for_police(
    info: Info,
    model: type[Model],
    time_column: str,
    place: str,
    first: int,
    after: str | None,
) -> Page:
    """Return the page that the arguments of a list request, if the caller may view the place.

    `place` is as the caller wrote it. Raises one of the problems of `PAGE_PROBLEMS`.
    """
    path = info.context.viewable(place, Right.VIEW, ("place",))
    return await requested_page(info, model, time_column, path, first, after)


def page_info(edges: Sequence[Any], *, has_next: bool, has_previous: bool) -> PageInfo:
    """Return the cursors of a page, and whether other pages exist."""
    return PageInfo(
        has_next_page=has_next,
        has_previous_page=has_previous,
        start_cursor=edges[0].cursor if edges else None,
        end_cursor=edges[-1].cursor if edges else None,
    )
