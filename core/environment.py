"""Hide the secrets that a process was started with, before plugin code is imported.

Plugins run in the server's process and can read `os.environ` and `/proc/self`. Every account of the
machine can read command lines.
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
"""Environment variables that can contain a secret."""


def take_secrets() -> Mapping[str, str]:
    """Remove the secret variables from this process's environment and return them.

    Child processes do not inherit them. On Linux, `/proc` does not show them either.
    """
    taken = {name: os.environ.pop(name) for name in SECRETS if name in os.environ}
    _overwrite({f"{name}={value}": value for name, value in taken.items()})
    return taken


def hide_password(url: str | None) -> None:
    """Overwrite a URL's password in the command line: `sys.argv`, and on Linux `/proc` and `ps`."""
    try:
        password = urlsplit(url or "").password
    except ValueError:
        # Not a URL: opening it reports the error.
        return
    if password:
        shown = f":{password}@"
        hidden = f":{_hidden(password)}@"
        for arguments in (sys.argv, sys.orig_argv):
            arguments[:] = [each.replace(shown, hidden) for each in arguments]
        _overwrite({shown: password})


def with_password(url: str, password: str | None) -> str:
    """Add a password to the URL of a database, unless it has one."""
    if not password:
        return url
    parts = urlsplit(url)
    if parts.password or parts.scheme == "sqlite":
        return url
    user = parts.username or quote(os.environ.get("PGUSER") or getpass.getuser(), safe="")
    address = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=f"{user}:{quote(password, safe='')}@{address}").geturl()


def _overwrite(texts: Mapping[str, str]) -> None:
    """Overwrite secrets in what `/proc` shows of this process. Does nothing except on Linux.

    `texts` maps each text to find to the secret in it. The kernel has no copy: `/proc` shows the
    process's own memory in which it received its arguments and environment.
    """
    if sys.platform != "linux":
        return
    with suppress(OSError, ValueError):
        # proc(5): fields 48 to 51 of `stat`; the second field is a name in parentheses.
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
