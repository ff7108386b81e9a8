"""Subscription fields, each made from the function that opens its stream.

The broadcaster answers subscriptions, so a field has no resolver of its own: only its type, its
arguments and the function that opens the stream.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from inspect import Parameter, signature
from typing import Annotated, Any, Final

import strawberry

from schema.base.bounds import CURSOR, argument
from schema.base.context import Context, Info
from schema.live.streams import Stream

STREAM: Final = "stream"
"""Metadata of a subscription field: the function that opens its stream."""

After = Annotated[
    str | None,
    argument(
        "The last known cursor: events since then are sent first. Without it the stream starts "
        "now.",
        CURSOR,
    ),
]


def stream_field(
    open_stream: Callable[..., Awaitable[Stream]], *, description: str, graphql_type: Any
) -> Any:
    """Return a subscription field with the arguments of `open_stream`, and `after`.

    `open_stream` is called with the context first.
    """

    async def resolver(*_: object, **__: object) -> AsyncIterator[Any]:
        raise LookupError("subscriptions are answered by the broadcaster")
        yield

    own = signature(open_stream)
    after = Parameter("after", Parameter.KEYWORD_ONLY, default=None, annotation=After)
    context, *arguments = own.parameters.values()
    if context.annotation is not Context:
        raise TypeError(f"{open_stream.__name__} does not take the context first")
    given = [
        Parameter("info", Parameter.POSITIONAL_OR_KEYWORD, annotation=Info),
        *arguments,
        after,
    ]
    resolver.__signature__ = own.replace(parameters=given, return_annotation=AsyncIterator[Any])  # pyright: ignore[reportFunctionMemberAccess]
    resolver.__annotations__ = {each.name: each.annotation for each in given} | {
        "return": AsyncIterator[Any]
    }
    return strawberry.subscription(
        resolver,
        description=description,
        graphql_type=graphql_type,
        metadata={STREAM: open_stream},
    )
