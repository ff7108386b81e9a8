"""Undo the changes that a plugin makes to other modules while it is imported.

Public names of modules and their classes are compared before and after the import. New names are
allowed, because importing a submodule adds one to its package. Replaced or deleted names are
restored and reported.
"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, Final

GUARDED: Final = frozenset({
    "asyncio", "builtins", "core", "datetime", "json", "logging", "orjson", "os", "pathlib",
    "plugins", "pluggy", "random", "re", "schema", "socket", "threading", "time", "tomllib",
    "tortoise",
})  # fmt: skip
"""The server's own packages, and those that all its code uses."""

Owner = ModuleType | type
_GONE: Final = object()


class Guard:
    """Remembers the values of public names when created, and restores them."""

    def __init__(self) -> None:
        self._before: dict[Owner, Mapping[str, Any]] = {
            owner: dict(vars(owner)) for owner in _owners()
        }
        self._folder = Path.cwd()
        self._depth = sys.getrecursionlimit()
        self._environment = dict(os.environ)

    def put_back(self) -> list[str]:
        """Restore what was changed; return the changed names."""
        changed = self._put_back_process()
        for owner, before in self._before.items():
            now = vars(owner)
            for name, value in before.items():
                if _is_public(name, owner) and now.get(name, _GONE) is not value:
                    setattr(owner, name, value)
                    changed.append(f"{_name_of(owner)}.{name}")
        return sorted(changed)

    def _put_back_process(self) -> list[str]:
        changed: list[str] = []
        if Path.cwd() != self._folder:
            os.chdir(self._folder)
            changed.append("the working directory")
        if sys.getrecursionlimit() != self._depth:
            sys.setrecursionlimit(self._depth)
            changed.append("the recursion limit")
        if dict(os.environ) != self._environment:
            os.environ.clear()
            os.environ.update(self._environment)
            changed.append("the environment")
        return changed


def _is_public(name: str, owner: Owner) -> bool:
    """Tell whether other modules use the name; a module may change its private names any time."""
    return not name.startswith("_") or (isinstance(owner, type) and name.endswith("__"))


def _owners() -> list[Owner]:
    owners: list[Owner] = []
    for name, module in tuple(sys.modules.items()):
        if name.partition(".")[0] in GUARDED:
            owners.append(module)
            owners += [
                each
                for each in tuple(vars(module).values())
                if isinstance(each, type) and each.__module__ == name and _can_be_changed(each)
            ]
    return owners


def _can_be_changed(kind: type) -> bool:
    # Attributes can be set on heap types (bit 9) that are not immutable (bit 8).
    return bool(kind.__flags__ & 1 << 9) and not kind.__flags__ & 1 << 8


def _name_of(owner: Owner) -> str:
    if isinstance(owner, ModuleType):
        return owner.__name__
    return f"{owner.__module__}.{owner.__name__}"
