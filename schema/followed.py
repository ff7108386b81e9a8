"""Following a stream outside of the hub: one reader, whose problem comes once and ends it."""

from collections.abc import AsyncIterator, Awaitable
from typing import Annotated, Any

from core.problems import Problem
from schema.bounds import CURSOR, argument
from schema.context import Context
from schema.streams import Stream, follow
from schema.types.problem import to_type

AfterArgument = Annotated[
    str | None,
    argument(
        "The last cursor known: what came since is delivered first. Without it the stream begins "
        "now.",
        CURSOR,
    ),
]


async def followed(
    context: Context, opening: Awaitable[Stream], after: str | None
) -> AsyncIterator[Any]:
    """Yield the items of a stream, or the problem that keeps it from opening."""
    try:
        async for item in follow(context, opening, after):
            yield item
    except Problem as problem:
        yield to_type(problem)
