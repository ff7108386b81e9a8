"""Connections (Relay Cursor Connections Specification)."""

from typing import Generic, TypeVar

import strawberry

from core.problems import InvalidInput

T = TypeVar("T")
MAX_PAGE = 100
DEFAULT_PAGE = 20


@strawberry.type(description="Where a page lies in its list.")
class PageInfo:
    """What Relay asks of a page."""

    has_next_page: bool = strawberry.field(description="Whether more lies past this page.")
    has_previous_page: bool = strawberry.field(
        description="Whether the page was asked for with a cursor, so that something lies before."
    )
    start_cursor: str | None = strawberry.field(description="Cursor of the first edge.")
    end_cursor: str | None = strawberry.field(description="Cursor of the last edge.")


@strawberry.type(description="One place in a list.")
class Edge(Generic[T]):
    """A node and its cursor."""

    cursor: str = strawberry.field(description="Give it as `after` to go on from here.")
    node: T = strawberry.field(description="What is in this place.")


@strawberry.type(description="A page of a list.")
class Connection:
    """What every connection has beside its own edges."""

    page_info: PageInfo = strawberry.field(description="Where this page lies.")


def parse_first(first: int) -> int:
    """Return the page's size; raises `InvalidInput` outside 1 to `MAX_PAGE`."""
    if not 1 <= first <= MAX_PAGE:
        raise InvalidInput("OUT_OF_RANGE", f"`first` lies between 1 and {MAX_PAGE}.", ("first",))
    return first
