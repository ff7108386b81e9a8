"""Work that goes to its end, also when the one who asked for it goes away in the middle."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

_running: set[asyncio.Task[Any]] = set()


async def run_shielded(work: Coroutine[Any, Any, T]) -> T:
    """Run to its end what a caller that goes away must not break off."""
    task = asyncio.create_task(work)
    _running.add(task)
    task.add_done_callback(_forget)
    return await asyncio.shield(task)


def _forget(task: asyncio.Task[Any]) -> None:
    _running.discard(task)
    if not task.cancelled():
        task.exception()


async def settled() -> None:
    """Wait until every change that was begun is made or undone."""
    while _running:
        await asyncio.wait(_running)
