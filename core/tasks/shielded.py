"""Tasks that run to completion even if their caller is cancelled."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

_running: set[asyncio.Task[Any]] = set()


async def run_shielded(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to completion, even if the caller is cancelled; return its result."""
    task = asyncio.create_task(work)
    _running.add(task)
    task.add_done_callback(_forget)
    return await asyncio.shield(task)


def _forget(task: asyncio.Task[Any]) -> None:
    _running.discard(task)
    if not task.cancelled():
        task.exception()


async def settled() -> None:
    """Wait until all shielded tasks have finished."""
    while _running:
        await asyncio.wait(_running)
