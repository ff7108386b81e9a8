"""What a process that serves asks of the interpreter and of the system."""

import gc
import sys
from contextlib import suppress
from typing import Final

THREAD_SWITCH_SECONDS: Final = 0.0005
COLLECTOR_THRESHOLDS: Final = 50_000, 20, 50


def switch_threads_often() -> None:
    """Let waiting threads take over from a busy one sooner than after the usual 5 ms.

    SQLite and the plugins answer from threads of their own; each answer would wait that long for a
    busy loop, several times for every write.
    """
    sys.setswitchinterval(THREAD_SWITCH_SECONDS)


def allow_many_sockets() -> None:
    """Raise the limit of open files as far as it may be: each subscriber is one."""
    if sys.platform != "win32":
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def spare_the_collector() -> None:
    """Let the collector of cycles leave alone what is loaded, and look at the rest less often.

    An answer is a thousand small objects without a cycle: looking through them at Python's usual
    pace takes a quarter of the time in which a list is answered.
    """
    gc.collect()
    _give_back_memory()
    gc.freeze()
    gc.set_threshold(*COLLECTOR_THRESHOLDS)


def _give_back_memory() -> None:
    """Give the system back what loading took for a moment: glibc keeps it otherwise."""
    if sys.platform == "linux":
        import ctypes

        with suppress(OSError, AttributeError):
            ctypes.CDLL("libc.so.6").malloc_trim(0)
