"""Pages of what police list: the newest first, and joined to the live stream."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from core import log
from core.cursors import CursorSeal
from schema.context import Context
from schema.types.connection import PageInfo, parse_first


@dataclass(frozen=True, slots=True)
class Page:
    """A page that was asked for: how many rows, and past which point of the list.

    `start` is the time and id of the last row known. `events_cursor` was sealed before the rows
    are read, so that what comes later is in the stream that begins there.
    """

    seal: CursorSeal
    what: str
    path: str
    limit: int
    start: tuple[datetime, UUID] | None
    events_cursor: str

    @classmethod
    async def asked_for(
        cls, context: Context, what: str, path: str, first: int, after: str | None
    ) -> Self:
        """Read the arguments; raises `InvalidInput` or `InvalidCursor`."""
        limit = parse_first(first)
        seal = context.domain.seal
        start = None
        if after is not None:
            position = seal.open(what, path, after)
            start = datetime.fromisoformat(str(position["at"])), UUID(str(position["id"]))
        events_cursor = seal.seal("place", path, await log.heads(path))
        return cls(seal, what, path, limit, start, events_cursor)

    @property
    def fetch(self) -> int:
        """How many rows to read: one more than is shown tells whether there is a next page."""
        return self.limit + 1

    def connection(
        self, connection_type: Any, edge_type: Any, rows: Sequence[Any], time_column: str
    ) -> Any:
        """Return the connection that holds the rows, of which the last may be one too many."""
        edges = [
            edge_type(node=row, cursor=self._cursor(getattr(row, time_column), row.id))
            for row in rows[: self.limit]
        ]
        has_next = len(rows) > self.limit
        return connection_type(
            edges=edges,
            page_info=page_info(edges, has_next=has_next, has_previous=self.start is not None),
            events_cursor=self.events_cursor,
        )

    def _cursor(self, at: datetime, row_id: UUID) -> str:
        return self.seal.seal(self.what, self.path, {"at": at.isoformat(), "id": str(row_id)})


def page_info(edges: Sequence[Any], *, has_next: bool, has_previous: bool) -> PageInfo:
    """Return where a page of edges lies."""
    return PageInfo(
        has_next_page=has_next,
        has_previous_page=has_previous,
        start_cursor=edges[0].cursor if edges else None,
        end_cursor=edges[-1].cursor if edges else None,
    )
