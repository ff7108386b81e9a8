"""Secrets that a process is started with: taken out of sight before a plugin's code is imported.

Plugins run in the server's own process, so `os.environ` and `/proc/self` are theirs to read; what
stands in a command line is for every account of the machine to read.
"""

import ctypes
import getpass
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlsplit

KEY: Final = "CITIZENCOP_KEY"
DATABASE: Final = "CITIZENCOP_DATABASE"
BUS: Final = "CITIZENCOP_BUS"
PGPASSWORD: Final = "PGPASSWORD"
SECRETS: Final = (KEY, DATABASE, BUS, PGPASSWORD)
"""Variables that are, or may hold, a secret."""


def take_secrets() -> Mapping[str, str]:
    """Take the secret variables out of the environment of this process and of those it starts."""
    taken = {name: os.environ.pop(name) for name in SECRETS if name in os.environ}
    _overwrite({f"{name}={value}": value for name, value in taken.items()})
    return taken


def hide_password(url: str | None) -> None:
    """Hide a URL's password where the command line shows it: in `ps`, `/proc` and `sys.argv`."""
    try:
        password = urlsplit(url or "").password
    except ValueError:
        # No URL at all; whoever opens it says so.
        return
    if password:
        shown = f":{password}@"
        hidden = f":{_hidden(password)}@"
        for words in (sys.argv, sys.orig_argv):
            words[:] = [word.replace(shown, hidden) for word in words]
        _overwrite({shown: password})


def with_password(url: str, password: str | None) -> str:
    """Return the URL of a database with a password, unless it has one of its own."""
    if not password:
        return url
    parts = urlsplit(url)
    if parts.password or parts.scheme == "sqlite":
        return url
    user = parts.username or quote(os.environ.get("PGUSER") or getpass.getuser(), safe="")
    address = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=f"{user}:{quote(password, safe='')}@{address}").geturl()


def _overwrite(texts: Mapping[str, str]) -> None:
    """Overwrite secrets in what `/proc` shows of this process; each stands in a longer text.

    The system keeps no copy of its own: it shows the memory in which the arguments and the first
    environment were handed over. Elsewhere than on Linux nothing is done.
    """
    if sys.platform != "linux":
        return
    with suppress(OSError, ValueError):
        # proc(5): fields 48 to 51 of `stat`, of which the second is a name in parentheses.
        stat = Path("/proc/self/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
        arguments, arguments_end, environment, environment_end = map(int, stat[45:49])
        for start, end in ((arguments, arguments_end), (environment, environment_end)):
            block = ctypes.string_at(start, end - start)
            for text, secret in texts.items():
                shown = os.fsencode(text)
                hidden = os.fsencode(text.replace(secret, _hidden(secret)))
                at = block.find(shown)
                while at >= 0:
                    ctypes.memmove(start + at, hidden, len(shown))
                    at = block.find(shown, at + len(shown))


def _hidden(secret: str) -> str:
    return "x" * len(os.fsencode(secret))
