"""What a plugin changes of others while it is imported is put back: no city reaches into another.

Public names of modules and of their classes are compared before and after. New names may come (a
package gains its submodules so); one that is replaced or taken away is put back, and told.
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
"""Packages of ours, and those that everything stands on."""

Owner = ModuleType | type
_GONE: Final = object()


class Guard:
    """Remembers what names stand for, and puts them back."""

    def __init__(self) -> None:
        self._before: dict[Owner, Mapping[str, Any]] = {
            owner: dict(vars(owner)) for owner in _owners()
        }
        self._folder = Path.cwd()
        self._depth = sys.getrecursionlimit()
        self._environment = dict(os.environ)

    def put_back(self) -> list[str]:
        """Put back what was changed; return its names."""
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
            changed.append("the working folder")
        if sys.getrecursionlimit() != self._depth:
            sys.setrecursionlimit(self._depth)
            changed.append("the recursion limit")
        if dict(os.environ) != self._environment:
            os.environ.clear()
            os.environ.update(self._environment)
            changed.append("the environment")
        return changed


def _is_public(name: str, owner: Owner) -> bool:
    """Tell names that others use from what a module keeps for itself and may change at any time."""
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
    # Classes written in C refuse it; `Py_TPFLAGS_HEAPTYPE` tells those that do not.
    return bool(kind.__flags__ & 1 << 9) and not kind.__flags__ & 1 << 8


def _name_of(owner: Owner) -> str:
    if isinstance(owner, ModuleType):
        return owner.__name__
    return f"{owner.__module__}.{owner.__name__}"
