"""Processes that share one listening socket: several workers, or one that reloads on changes."""

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
"""Time in which streams end when a process stops."""
GRACE_SECONDS: Final = 10
"""Time in which running requests finish when a process stops."""
WATCH_SECONDS: Final = 0.2
RESTART_SECONDS: Final = 5.0
"""A worker that exits by itself is restarted no sooner than this after its last start."""
BACKLOG: Final = 2_048
WATCHED: Final = frozenset({".toml", ".geojson", ".ftl", ".py", ".csv"})
"""File suffixes of a place's folder."""

Process = subprocess.Popen[bytes]
Start = Callable[[socket.socket], Process]
_ASKED_TO_STOP: Final = (0, -signal.SIGTERM, -signal.SIGINT)
_PR_SET_PDEATHSIG: Final = 1


class PortTaken(Exception):
    """Cannot listen on the port; the message says what to do."""


def listening_socket(host: str, port: int) -> socket.socket:
    """Return a listening socket that child processes inherit; raises `PortTaken`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        if error.errno in (errno.EADDRINUSE, errno.EACCES):
            why = "is in use" if error.errno == errno.EADDRINUSE else "requires more privileges"
            raise PortTaken(
                f"Port {port} of {host} {why}. Choose another: serve --port {port + 1}, or "
                f"make run PORT={port + 1}."
            ) from None
        raise PortTaken(f"Cannot listen on {host}: {error.strerror}.") from None
    listening.set_inheritable(True)
    return listening


def starter(command: Sequence[str], settings: bytes) -> Start:
    """Return a function that starts a worker, which inherits the socket and reads its settings.

    The settings go through a pipe: other users could read a command line, and plugins an
    environment variable.
    """

    def start(listening: socket.socket) -> Process:
        descriptor = listening.fileno()
        reading, writing = os.pipe()
        arguments = [sys.executable, *command, "--settings", f"{reading}"]
        arguments += ["serve", "--listening", f"{descriptor}"]
        try:
            process = subprocess.Popen(arguments, pass_fds=[descriptor, reading])  # noqa: S603 - ourselves
        finally:
            os.close(reading)
            # If the process has already exited, `Workers` or `Reloader` restarts it.
            with suppress(BrokenPipeError), os.fdopen(writing, "wb") as pipe:
                pipe.write(settings)
        return process

    return start


def _end(processes: Iterable[Process]) -> None:
    """Terminate processes; kill those that do not finish in time."""
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
    """Several processes that serve one socket; those that exit are restarted."""

    def __init__(self, start: Start, count: int, listening: socket.socket) -> None:
        self._start = start
        self._count = count
        self._listening = listening
        self._stopping = Event()

    def run(self) -> None:
        """Keep all workers running until SIGTERM or SIGINT, then stop them."""
        _call_on_signals(self._stopping)
        workers = [_Worker(self._start, self._listening) for _ in range(self._count)]
        while not self._stopping.wait(WATCH_SECONDS):
            for worker in workers:
                if not self._stopping.is_set():
                    worker.look_after()
        _end([worker.process for worker in workers])
        logger.info("all workers stopped")


class _Worker:
    """A process that is restarted when it exits."""

    def __init__(self, start: Start, listening: socket.socket) -> None:
        self._start = start
        self._listening = listening
        self._logged = False
        self._begin()

    def _begin(self) -> None:
        self.process = self._start(self._listening)
        self._begun = time.monotonic()
        self._logged = False

    def look_after(self) -> None:
        """Log how the process exited, and restart it, if it has."""
        code = self.process.poll()
        if code is None:
            return
        if not self._logged:
            self._log_exit(code)
            self._logged = True
        # Restart a killed worker at once, but not one that fails again and again at its start.
        if code < 0 or time.monotonic() - self._begun >= RESTART_SECONDS:
            self._begin()

    def _log_exit(self, code: int) -> None:
        if code in _ASKED_TO_STOP:
            logger.info("worker %s stopped as requested", self.process.pid)
        elif code < 0:
            logger.error("worker %s was killed by %s", self.process.pid, _signal_name(-code))
        else:
            logger.error("worker %s exited with status %s", self.process.pid, code)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


class Reloader:
    """One serving process that is restarted when a file of a place changes.

    The socket stays open: clients that connect meanwhile wait.
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
            why = f"{', '.join(names)} changed" if names else "the process exited"
            logger.info("restarting: %s", why)
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
    """Make the kernel terminate this process when its parent exits; does nothing except on Linux.

    Orphaned workers would keep the socket, so that the server could not be started again.
    """
    if sys.platform == "linux":
        import ctypes

        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
