"""Running a plugin's code so that it can harm only itself: its own thread, and a time limit."""

import asyncio
import inspect
import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import Future
from typing import Any

logger = logging.getLogger("citizencop.plugins")

LOAD_LIMIT = 10.0
"""Seconds that a hook may take at start."""
REQUEST_LIMIT = 0.5
"""Seconds that a hook may take while a citizen waits: half of the second in which police know."""
SERVICE_LIMIT = 2.0
"""Seconds that a hook may take which asks somebody else's service, such as a vehicle register."""
IDLE = 2.0
"""Seconds after which a thread that is not asked ends."""
KEPT_MESSAGES = 3
MAX_TEXT = 300
REST = 30.0
"""Seconds for which a plugin that overran its limit is not asked again."""


_Outcome = tuple[Any, BaseException | None]
_SAID_WHOLE = (SyntaxError, ModuleNotFoundError)


class HookTimeout(Exception):
    """The plugin did not answer in time, or is left alone because it lately did not."""


class Faults:
    """What went wrong, counted by place and hook."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, str]] = Counter()
        self.messages: dict[tuple[str, str], list[str]] = {}
        """What was said of the first few of each."""

    def record(
        self, place: str, hook: str, error: BaseException | str, *, at_start: bool = False
    ) -> None:
        """Count a fault and log it under the place's name, without what the caller sent.

        At the start nobody has sent anything yet, so an error's own text is told too.
        """
        self.counts[place, hook] += 1
        what = error if isinstance(error, str) else _describe(error)
        own_words = isinstance(error, Exception) and not isinstance(error, _SAID_WHOLE)
        if at_start and own_words:
            what = f"{str(error)[:MAX_TEXT]} ({what})"
        said = self.messages.setdefault((place, hook), [])
        if len(said) < KEPT_MESSAGES and what not in said:
            said.append(what)
        logger.warning("%s: %s failed: %s", place or "defaults", hook, what)


def _describe(error: BaseException) -> str:
    """Name an error and where it was raised; its own text could repeat a citizen's words."""
    if isinstance(error, SyntaxError):
        return f"SyntaxError: {error.msg}, line {error.lineno} of {error.filename}"
    if isinstance(error, ModuleNotFoundError):
        return f"there is no module {error.name}"
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return type(error).__name__
    code = trace.tb_frame.f_code
    return f"{type(error).__name__} in {code.co_name}, line {trace.tb_lineno} of {code.co_filename}"


class Worker:
    """One thread with an event loop of its own, there while the plugin is asked.

    A hook that blocks, be it plain or `async`, blocks this thread and no other. An idle thread
    ends, so that a thousand cities cost no thousand threads; but not where a hook was `async`, for
    what such a plugin keeps open belongs to its loop.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._pending = 0
        self._keeps_loop = False
        self._resting_until = 0.0

    async def call(
        self, function: Callable[..., Any], arguments: Mapping[str, Any], limit: float
    ) -> Any:
        """Return what the function returns; raises `HookTimeout`, or what the function raised."""
        if time.monotonic() < self._resting_until:
            raise HookTimeout("left alone after it overran its time limit")
        future = self._submit(self._invoke(function, arguments))
        await asyncio.wait({asyncio.wrap_future(future)}, timeout=limit)
        # Asked of the plugin's own thread: a busy loop here may hear of the answer too late, which
        # is not the plugin's fault.
        if not future.done():
            future.cancel()
            self._resting_until = time.monotonic() + REST
            raise HookTimeout(f"no answer within {limit:g} s")
        result, error = future.result()
        if error is not None:
            raise HookError from error
        return result

    def _submit(self, work: Coroutine[Any, Any, _Outcome]) -> "Future[_Outcome]":
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                name = f"plugin {self._name}"
                threading.Thread(target=_run, args=(self._loop,), name=name, daemon=True).start()
            self._pending += 1
            future = asyncio.run_coroutine_threadsafe(work, self._loop)
        future.add_done_callback(self._answered)
        return future

    async def _invoke(self, function: Callable[..., Any], arguments: Mapping[str, Any]) -> _Outcome:
        try:
            result = function(**arguments)
            if inspect.isawaitable(result):
                self._keeps_loop = True
                result = await result
            return result, None
        except BaseException as error:
            return None, error

    def _answered(self, _: "Future[_Outcome]") -> None:
        with self._lock:
            self._pending -= 1
            if self._pending == 0 and not self._keeps_loop and self._loop is not None:
                self._loop.call_soon_threadsafe(self._loop.call_later, IDLE, self._end_if_idle)

    def _end_if_idle(self) -> None:
        with self._lock:
            if self._pending == 0 and not self._keeps_loop and self._loop is not None:
                self._loop.stop()
                self._loop = None

    def stop(self) -> None:
        """Let the thread end, unless a hook blocks it."""
        with self._lock:
            if self._loop is not None:
                self._loop.call_soon_threadsafe(self._loop.stop)
                self._loop = None


class OwnWorker(Worker):
    """Answers at once on the server's own loop: for the defaults, which are the server's own code.

    They are asked for nearly every report, and a thread of their own would cost each of them two
    switches. What they raise is still told and counted as any plugin's.
    """

    async def call(
        self, function: Callable[..., Any], arguments: Mapping[str, Any], limit: float
    ) -> Any:
        """Return what the function returns; raises what it raised, as `HookError`."""
        result, error = await self._invoke(function, arguments)
        if error is not None:
            raise HookError from error
        return result


def _run(loop: asyncio.AbstractEventLoop) -> None:
    loop.run_forever()
    loop.close()


class HookError(Exception):
    """The plugin raised; the cause says what."""
