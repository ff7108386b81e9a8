"""Measure the memory that a plugin's code uses, to find leaks.

Python does not record who owns an object. Everything reachable from the globals of a plugin's
module counts as the plugin's, except code and the server's own objects.
"""

import gc
import sys
from collections.abc import Iterable, Iterator
from types import BuiltinFunctionType, CodeType, FunctionType, MethodType, ModuleType
from typing import Any, Final

MAX_OBJECTS: Final = 300_000
"""Objects counted at most; larger plugins are underestimated."""
_CODE: Final = (BuiltinFunctionType, CodeType, MethodType, ModuleType, type)
_OURS: Final = ("core.", "plugins.", "schema.", "asyncio.", "threading", "logging")


def memory_usage(module: ModuleType) -> int:
    """Return the bytes of the plugin's own objects reachable from its module's globals."""
    seen: set[int] = {id(module)}
    waiting: list[Any] = [
        value for name, value in tuple(vars(module).items()) if not name.startswith("__")
    ]
    total = 0
    while waiting and len(seen) < MAX_OBJECTS:
        found = waiting.pop()
        if id(found) in seen or not _is_its_own(found):
            continue
        seen.add(id(found))
        total += sys.getsizeof(found, 0)
        waiting.extend(_below(found, module))
    return total


def _is_its_own(found: object) -> bool:
    if isinstance(found, _CODE):
        return False
    return not type(found).__module__.startswith(_OURS)


def _below(found: object, module: ModuleType) -> Iterable[object]:
    if isinstance(found, FunctionType):
        # Not `gc.get_referents`: that includes the function's globals.
        return _referenced_by(found) if found.__module__ == module.__name__ else ()
    return gc.get_referents(found)


def _referenced_by(function: FunctionType) -> Iterator[object]:
    yield function.__dict__
    yield function.__defaults__
    for cell in function.__closure__ or ():
        try:
            yield cell.cell_contents
        except ValueError:
            continue
