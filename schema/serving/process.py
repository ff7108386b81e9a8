"""Settings of the interpreter and the operating system for a serving process."""

import gc
import sys
from contextlib import suppress
from typing import Final

THREAD_SWITCH_SECONDS: Final = 0.0005
COLLECTOR_THRESHOLDS: Final = 50_000, 20, 50


def switch_threads_often() -> None:
    """Reduce the interpreter's thread switch interval from its default of 5 ms.

    SQLite and plugins run in their own threads. With the default, each of their results waits that
    long for a busy event loop, several times per write.
    """
    sys.setswitchinterval(THREAD_SWITCH_SECONDS)


def allow_many_sockets() -> None:
    """Raise the limit on open files to its maximum: each subscriber needs one."""
    if sys.platform != "win32":
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def spare_the_collector() -> None:
    """Exclude all current objects from garbage collection, and collect the others less often.

    An answer consists of a thousand small objects without cycles. With Python's default thresholds,
    garbage collection takes a quarter of the time of a list's answer.
    """
    gc.collect()
    _give_back_memory()
    gc.freeze()
    gc.set_threshold(*COLLECTOR_THRESHOLDS)


def _give_back_memory() -> None:
    """Return memory that was used only while loading to the system; glibc would keep it."""
    if sys.platform == "linux":
        import ctypes

        with suppress(OSError, AttributeError):
            ctypes.CDLL("libc.so.6").malloc_trim(0)
