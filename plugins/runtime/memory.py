"""How much a plugin's code holds on to: one that lets nothing go would fill the server's memory.

Python does not say whose an object is. What can be reached from the globals of a plugin's module,
and is neither code nor the server's own, is taken to be the plugin's.
"""

import gc
import sys
from collections.abc import Iterable, Iterator
from types import BuiltinFunctionType, CodeType, FunctionType, MethodType, ModuleType
from typing import Any, Final

MAX_OBJECTS: Final = 300_000
"""Objects looked at; a plugin that holds more is told of all the same."""
_CODE: Final = (BuiltinFunctionType, CodeType, MethodType, ModuleType, type)
_OURS: Final = ("core.", "plugins.", "schema.", "asyncio.", "threading", "logging")


def memory_usage(module: ModuleType) -> int:
    """Return the bytes that can be reached from a module's globals, as far as they are its own."""
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
        # What a function keeps: defaults, closures, what it was decorated with; not its globals.
        return _kept_by(found) if found.__module__ == module.__name__ else ()
    return gc.get_referents(found)


def _kept_by(function: FunctionType) -> Iterator[object]:
    yield function.__dict__
    yield function.__defaults__
    for cell in function.__closure__ or ():
        try:
            yield cell.cell_contents
        except ValueError:
            continue
