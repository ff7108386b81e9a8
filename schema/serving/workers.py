"""Processes that serve one socket: several at once, or one that is started again on a change."""

import errno
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Event
from typing import Final

logger = logging.getLogger("citizencop.server")

GOODBYE_SECONDS: Final = 3.0
GRACE_SECONDS: Final = 10
WATCH_SECONDS: Final = 0.2
RESTART_SECONDS: Final = 5.0
"""A worker that ends sooner than this after its start is not started again before then."""
BACKLOG: Final = 2_048
WATCHED: Final = frozenset({".toml", ".geojson", ".ftl", ".py", ".csv"})
"""Endings of files that make a place."""

Process = subprocess.Popen[bytes]
Start = Callable[[socket.socket], Process]
_ASKED_TO_STOP: Final = (0, -signal.SIGTERM, -signal.SIGINT)
_PR_SET_PDEATHSIG: Final = 1


class PortTaken(Exception):
    """Another program listens there; the text says what to do."""


def listening_socket(host: str, port: int) -> socket.socket:
    """Return a socket that listens and that processes can be given; raises `PortTaken`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        if error.errno in (errno.EADDRINUSE, errno.EACCES):
            why = "is taken" if error.errno == errno.EADDRINUSE else "needs other rights"
            raise PortTaken(
                f"Port {port} of {host} {why}. Choose another: serve --port {port + 1}, or "
                f"make run PORT={port + 1}."
            ) from None
        raise PortTaken(f"Nothing can listen on {host}: {error.strerror}.") from None
    listening.set_inheritable(True)
    return listening


def starter(command: Sequence[str], settings: bytes) -> Start:
    """Return what starts a process of ours that is given the socket, and the settings in a pipe.

    A command line is for everybody to read, an environment for every plugin.
    """

    def start(listening: socket.socket) -> Process:
        descriptor = listening.fileno()
        reading, writing = os.pipe()
        given = [sys.executable, *command, "--settings", f"{reading}"]
        given += ["serve", "--listening", f"{descriptor}"]
        try:
            process = subprocess.Popen(given, pass_fds=[descriptor, reading])  # noqa: S603 - ourselves
        finally:
            os.close(reading)
            # One that has ended already is started again by those who watch it.
            with suppress(BrokenPipeError), os.fdopen(writing, "wb") as pipe:
                pipe.write(settings)
        return process

    return start


def _end(processes: Iterable[Process]) -> None:
    """Let processes finish what they do, and kill those that do not."""
    running = list(processes)
    for process in running:
        process.terminate()
    end = time.monotonic() + GRACE_SECONDS + GOODBYE_SECONDS
    for process in running:
        try:
            process.wait(max(0.0, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()


class Workers:
    """Several processes that serve one socket; one that dies is started again."""

    def __init__(self, start: Start, count: int, listening: socket.socket) -> None:
        self._start = start
        self._count = count
        self._listening = listening
        self._stopping = Event()

    def run(self) -> None:
        """Keep all workers running until SIGTERM or SIGINT, then let them finish."""
        _call_on_signals(self._stopping)
        workers = [_Worker(self._start, self._listening) for _ in range(self._count)]
        while not self._stopping.wait(WATCH_SECONDS):
            for worker in workers:
                if not self._stopping.is_set():
                    worker.look_after()
        _end([worker.process for worker in workers])
        logger.info("all workers stopped")


class _Worker:
    """A process that is started again when it has ended, at most once in `RESTART_SECONDS`."""

    def __init__(self, start: Start, listening: socket.socket) -> None:
        self._start = start
        self._listening = listening
        self._told = False
        self._begin()

    def _begin(self) -> None:
        self.process = self._start(self._listening)
        self._begun = time.monotonic()
        self._told = False

    def look_after(self) -> None:
        """Start the process again if it has ended, and tell how it did."""
        code = self.process.poll()
        if code is None:
            return
        if not self._told:
            self._tell(code)
            self._told = True
        # One that served, and was killed, is missed at once; one that cannot start is not.
        if code < 0 or time.monotonic() - self._begun >= RESTART_SECONDS:
            self._begin()

    def _tell(self, code: int) -> None:
        if code in _ASKED_TO_STOP:
            logger.info("worker %s was asked to stop, and did", self.process.pid)
        elif code < 0:
            logger.error("worker %s was ended by %s", self.process.pid, _signal_name(-code))
        else:
            logger.error("worker %s ended by itself with status %s", self.process.pid, code)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


class Reloader:
    """One process that serves, started again when a file of a place changes.

    Who connects meanwhile waits at the socket, which stays open.
    """

    def __init__(self, start: Start, folders: Sequence[Path], listening: socket.socket) -> None:
        self._start = start
        self._folders = folders
        self._listening = listening
        self._stopping = Event()

    def run(self) -> None:
        """Serve until SIGTERM or SIGINT."""
        import watchfiles

        _call_on_signals(self._stopping)
        process = self._start(self._listening)
        changes = watchfiles.watch(
            *self._folders,
            watch_filter=lambda _, name: Path(name).suffix in WATCHED,
            stop_event=self._stopping,
            debounce=400,
            rust_timeout=1_000,
            yield_on_timeout=True,
            raise_interrupt=False,
        )
        for changed in changes:
            if not changed and process.poll() is None:
                continue
            names = sorted({Path(name).name for _, name in changed})
            why = f"{', '.join(names)} changed" if names else "it ended"
            logger.info("%s: starting again", why)
            _end([process])
            process = self._start(self._listening)
        _end([process])


def _call_on_signals(stopping: Event) -> None:
    def stop(*_: object) -> None:
        stopping.set()

    for name in ("SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), stop)


def end_with_parent() -> None:
    """Ask the system to end this process when the one that started it is gone, however that went.

    Workers without a parent would keep the socket, and nobody could start anew.
    """
    if sys.platform == "linux":
        import ctypes

        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
