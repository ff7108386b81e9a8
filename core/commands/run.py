"""Run the asynchronous work of a command."""

import asyncio
import sys
from collections.abc import Coroutine, Generator
from contextlib import contextmanager
from typing import Any, TypeVar

import click

from core.paths import parse_path
from core.problems import Problem
from core.storage.connecting import Unreachable

T = TypeVar("T")


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine; a `Problem` or `Unreachable` becomes a `click.ClickException`."""
    with _refusals_as_errors():
        if sys.platform == "win32":
            return asyncio.run(work)
        import uvloop

        return uvloop.run(work)


def path_of(place: str) -> str:
    """Return a path in normal form; raises `click.ClickException` if it is invalid."""
    with _refusals_as_errors():
        return parse_path(place, ("place",))


@contextmanager
def _refusals_as_errors() -> Generator[None]:
    try:
        yield
    except Problem as problem:
        raise click.ClickException(problem.message) from None
    except Unreachable as error:
        raise click.ClickException(str(error)) from None
