"""Turning what the domain refuses into what the contract says."""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Annotated, Any, ParamSpec, Union

import strawberry

from core.problems import Problem as DomainProblem
from core.problems import Unavailable
from schema.base.problem import UnavailableProblem, to_type

P = ParamSpec("P")


def refusable(resolver: Callable[P, Awaitable[Any]]) -> Callable[P, Awaitable[Any]]:
    """Let a root field answer with a problem type where the domain raises a problem."""

    @wraps(resolver)
    async def answer(*args: P.args, **kwargs: P.kwargs) -> Any:
        try:
            return await resolver(*args, **kwargs)
        except DomainProblem as problem:
            if isinstance(problem, Unavailable):
                info: Any = kwargs["info"]
                info.context.retry_after = problem.retry_after
            return to_type(problem)

    return answer


def result(name: str, description: str, *types: Any) -> Any:
    """Return the union of what a root field may answer with; the database may always be away."""
    return Annotated[
        Union[*types, UnavailableProblem],
        strawberry.union(name, description=description),
    ]
