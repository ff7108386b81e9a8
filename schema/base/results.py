"""What a root field returns: its type, or the problem for which the domain refused."""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Annotated, Any, ParamSpec, Union

import strawberry

from core.problems import Problem, Unavailable
from schema.base.problem import Refusal, UnavailableProblem

P = ParamSpec("P")


def refusable(resolver: Callable[P, Awaitable[Any]]) -> Callable[P, Awaitable[Any]]:
    """Let a root field return a `Refusal` if the domain raises a problem."""

    @wraps(resolver)
    async def answer(*args: P.args, **kwargs: P.kwargs) -> Any:
        try:
            return await resolver(*args, **kwargs)
        except Problem as problem:
            if isinstance(problem, Unavailable):
                info: Any = kwargs["info"]
                info.context.retry_after = problem.retry_after
            return Refusal(problem)

    return answer


def result(name: str, description: str, *types: Any) -> Any:
    """Return the union of the types that a root field may return, and `UnavailableProblem`."""
    return Annotated[
        Union[*types, UnavailableProblem],
        strawberry.union(name, description=description),
    ]
