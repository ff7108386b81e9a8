"""Pages of what police list: the newest first, and joined to the live stream."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, ClassVar
from uuid import UUID

import strawberry
from tortoise.models import Model

from core.log.cursors import CursorSeal
from core.storage.rows import Row
from schema.base.bounds import CURSOR, PATH, argument
from schema.base.connection import PageInfo, parse_first
from schema.base.context import Info
from schema.base.selection import selected_names

PathArgument = Annotated[str, argument("A path, such as `india/chhattisgarh/raipur`.", PATH)]
FirstArgument = Annotated[int, strawberry.argument(description="How many; 1 to 100.")]
AfterArgument = Annotated[str | None, argument("The cursor of the last one known.", CURSOR)]


@dataclass(slots=True)
class Place:
    """One place in a page; its cursor is made when it is asked for."""

    page: "Page"
    node: Row

    @property
    def cursor(self) -> str:
        """The cursor of this place."""
        return self.page.cursor_of(self.node)


@dataclass(slots=True)
class Page:
    """A page that was asked for, and its rows once they are read.

    `start` is the time and id of the last row known. `position` of the log, where the events'
    cursor is wanted, was read before the rows are, so that what comes later is in the stream that
    begins there.
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
    """What the events' cursor is for."""
    rows: Sequence[Row] = field(default=())

    @property
    def fetch(self) -> int:
        """How many rows to read: one more than is shown tells whether there is a next page."""
        return self.limit + 1

    @property
    def edges(self) -> list[Place]:
        """The rows that are shown, each in its place."""
        return [Place(self, row) for row in self.rows[: self.limit]]

    @property
    def page_info(self) -> PageInfo:
        """Where this page lies."""
        return page_info(
            self.edges,
            has_next=len(self.rows) > self.limit,
            has_previous=self.start is not None,
        )

    @property
    def events_cursor(self) -> str:
        """The cursor from which the live stream goes on where this list ends."""
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


async def asked_for(
    info: Info,
    model: type[Model],
    time_column: str,
    path: str,
    first: int,
    after: str | None,
    stream: str = "place",
) -> Page:
    """Read the arguments of a list; raises `InvalidInput` or `InvalidCursor`."""
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


def page_info(edges: Sequence[Any], *, has_next: bool, has_previous: bool) -> PageInfo:
    """Return where a page of edges lies."""
    return PageInfo(
        has_next_page=has_next,
        has_previous_page=has_previous,
        start_cursor=edges[0].cursor if edges else None,
        end_cursor=edges[-1].cursor if edges else None,
    )
