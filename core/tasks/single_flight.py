"""Share the result of one call among concurrent callers."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class SingleFlight(Generic[T]):
    """Calls `ask` once for all callers that arrived during the previous call.

    A caller's result always comes from a call of `ask` that started after its own call, so it
    reflects everything that happened before.
    """

    def __init__(self, ask: Callable[[], Awaitable[T]]) -> None:
        self._ask = ask
        self._waiting: list[asyncio.Future[T]] = []
        self._asking: asyncio.Task[None] | None = None

    async def __call__(self) -> T:
        """Return the result of a call of `ask` that starts after this one."""
        waiting: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiting)
        if self._asking is None:
            self._asking = asyncio.create_task(self._serve())
        return await waiting

    async def _serve(self) -> None:
        try:
            while self._waiting:
                waiting, self._waiting = self._waiting, []
                await self._serve_all(waiting)
        finally:
            self._asking = None

    async def _serve_all(self, waiting: list[asyncio.Future[T]]) -> None:
        try:
            answer = await self._ask()
        except Exception as error:
            for each in waiting:
                if not each.done():
                    each.set_exception(error)
            return
        for each in waiting:
            if not each.done():
                each.set_result(answer)
