"""Running a plugin's code so that it can harm only itself: its own thread, and a time limit."""

import asyncio
import inspect
import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

logger = logging.getLogger("citizencop.plugins")

LOAD_LIMIT = 10.0
"""Seconds that a hook may take at start."""
REQUEST_LIMIT = 0.5
"""Seconds that a hook may take while a citizen waits: half of the second in which police know."""
REST = 30.0
"""Seconds for which a plugin that overran its limit is not asked again."""


class Overrun(Exception):
    """The plugin did not answer in time, or is left alone because it lately did not."""


class Faults:
    """What went wrong, counted by place and hook."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, str]] = Counter()

    def record(self, place: str, hook: str, error: BaseException | str) -> None:
        """Count a fault and log it under the place's name, without what the caller sent."""
        self.counts[place, hook] += 1
        what = error if isinstance(error, str) else _describe(error)
        logger.warning("%s: %s failed: %s", place or "defaults", hook, what)


def _describe(error: BaseException) -> str:
    """Name an error and where it was raised; its own text could repeat a citizen's words."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return type(error).__name__
    code = trace.tb_frame.f_code
    return f"{type(error).__name__} in {code.co_name}, line {trace.tb_lineno} of {code.co_filename}"


class Worker:
    """One thread with an event loop of its own, started when it is first needed.

    A hook that blocks, be it plain or `async`, blocks this thread and no other.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._loop: asyncio.AbstractEventLoop | None = None
        self._resting_until = 0.0

    async def call(
        self, function: Callable[..., Any], arguments: Mapping[str, Any], limit: float
    ) -> Any:
        """Return what the function returns; raises `Overrun`, or what the function raised."""
        if time.monotonic() < self._resting_until:
            raise Overrun("left alone after it overran its time limit")
        future = asyncio.run_coroutine_threadsafe(_invoke(function, arguments), self._started())
        await asyncio.wait({asyncio.wrap_future(future)}, timeout=limit)
        # Asked of the plugin's own thread: a busy loop here may hear of the answer too late, which
        # is not the plugin's fault.
        if not future.done():
            future.cancel()
            self._resting_until = time.monotonic() + REST
            raise Overrun(f"no answer within {limit:g} s")
        result, error = future.result()
        if error is not None:
            raise PluginRaised from error
        return result

    def _started(self) -> asyncio.AbstractEventLoop:
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            threading.Thread(
                target=self._loop.run_forever, name=f"plugin {self._name}", daemon=True
            ).start()
        return self._loop

    def stop(self) -> None:
        """Let the thread end, unless a hook blocks it."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._loop.stop)


async def _invoke(function: Callable[..., Any], arguments: Mapping[str, Any]) -> Any:
    try:
        result = function(**arguments)
        return (await result if inspect.isawaitable(result) else result), None
    except BaseException as error:
        return None, error


class PluginRaised(Exception):
    """The plugin raised; the cause says what."""
