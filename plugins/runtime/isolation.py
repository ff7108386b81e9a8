"""Run a plugin's code on its own thread with a timeout, and count its faults."""

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
"""Timeout of hooks called at start, in seconds."""
REQUEST_LIMIT = 0.5
"""Timeout of hooks called during a request: half of the second in which police must know."""
SERVICE_LIMIT = 2.0
"""Timeout of hooks that query another service, such as a vehicle register, in seconds."""
IDLE = 2.0
"""Seconds after which an idle thread ends."""
MAX_MESSAGES = 3
"""Different messages remembered for each place and hook."""
MAX_TEXT = 300
"""Characters of an error's own text in a message."""
PAUSE = 30.0
"""Seconds for which a plugin is skipped after a timeout."""

_Outcome = tuple[Any, BaseException | None]
_DESCRIBED_FULLY = (SyntaxError, ModuleNotFoundError)
"""Errors whose description by `_describe` contains all of their text."""


class HookTimeout(Exception):
    """The plugin did not answer in time, or is skipped because it recently did not."""


class Faults:
    """Faults of plugins, counted by place and hook."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, str]] = Counter()
        self.messages: dict[tuple[str, str], list[str]] = {}
        """The first `MAX_MESSAGES` different messages of each."""

    def record(
        self, place: str, hook: str, error: BaseException | str, *, at_start: bool = False
    ) -> None:
        """Count a fault, and log it under the place's name.

        An error's own text is recorded only with `at_start`: later it could repeat what a citizen
        sent.
        """
        self.counts[place, hook] += 1
        what = error if isinstance(error, str) else _describe(error)
        has_more_text = isinstance(error, Exception) and not isinstance(error, _DESCRIBED_FULLY)
        if at_start and has_more_text:
            what = f"{str(error)[:MAX_TEXT]} ({what})"
        messages = self.messages.setdefault((place, hook), [])
        if len(messages) < MAX_MESSAGES and what not in messages:
            messages.append(what)
        logger.warning("%s: %s failed: %s", place or "defaults", hook, what)


def _describe(error: BaseException) -> str:
    """Return an error's class and location; its text could repeat what a citizen sent."""
    if isinstance(error, SyntaxError):
        return f"SyntaxError: {error.msg}, line {error.lineno} of {error.filename}"
    if isinstance(error, ModuleNotFoundError):
        return f"there is no module {error.name}: install it"
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return type(error).__name__
    code = trace.tb_frame.f_code
    return f"{type(error).__name__} in {code.co_name}, line {trace.tb_lineno} of {code.co_filename}"


class Worker:
    """A thread with an event loop, on which one plugin's hooks run.

    A blocking hook, plain or `async`, blocks only this thread. An idle thread ends, so that a
    thousand cities do not need a thousand threads. It stays if a hook was `async`, because open
    connections of such a plugin belong to its loop.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._pending = 0
        self._keeps_loop = False
        self._skipped_until = 0.0

    async def call(
        self, function: Callable[..., Any], arguments: Mapping[str, Any], limit: float
    ) -> Any:
        """Return what the function returns; raises `HookTimeout`, or what the function raised."""
        if time.monotonic() < self._skipped_until:
            raise HookTimeout(f"skipped for {PAUSE:g} s after a timeout")
        future = self._submit(self._invoke(function, arguments))
        await asyncio.wait({asyncio.wrap_future(future)}, timeout=limit)
        # Check the plugin's future, not the outcome of `wait`: if the server's loop was busy, the
        # answer may be there although the wait timed out.
        if not future.done():
            future.cancel()
            self._skipped_until = time.monotonic() + PAUSE
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
        """End the thread; if a hook blocks it, it ends with the hook."""
        with self._lock:
            if self._loop is not None:
                self._loop.call_soon_threadsafe(self._loop.stop)
                self._loop = None


class OwnWorker(Worker):
    """Runs hooks on the server's event loop: for the defaults and for data files.

    They are the server's own code and called for nearly every report; a thread would cost two
    context switches each time. Their errors are recorded like those of any plugin. The timeout
    does not apply.
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
    """The plugin raised; `__cause__` is the error."""
