"""Connections (Relay Cursor Connections Specification)."""

from typing import Generic, TypeVar

import strawberry

from core.problems import InvalidInput

T = TypeVar("T")
MAX_PAGE = 100
DEFAULT_PAGE = 20


@strawberry.type(description="The position of a page in its list.")
class PageInfo:
    """The page information of Relay."""

    has_next_page: bool = strawberry.field(description="Whether another page follows.")
    has_previous_page: bool = strawberry.field(
        description="Whether the page was requested with a cursor, so that one precedes it."
    )
    start_cursor: str | None = strawberry.field(description="The cursor of the first edge.")
    end_cursor: str | None = strawberry.field(description="The cursor of the last edge.")


@strawberry.type(description="An edge of a list.")
class Edge(Generic[T]):
    """A node and its cursor."""

    cursor: str = strawberry.field(
        description="Pass it as `after` to get the page after this edge."
    )
    node: T = strawberry.field(description="The item.")


@strawberry.type(description="A page of a list.")
class Connection:
    """What every connection has besides its edges."""

    page_info: PageInfo = strawberry.field(description="The position of this page in the list.")


def parse_first(first: int) -> int:
    """Return the page's size; raises `InvalidInput` outside 1 to `MAX_PAGE`."""
    if not 1 <= first <= MAX_PAGE:
        raise InvalidInput("OUT_OF_RANGE", f"`first` must be between 1 and {MAX_PAGE}.", ("first",))
    return first
