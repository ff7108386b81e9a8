"""Type guards for data parsed from JSON and TOML."""

from collections.abc import Sequence
from typing import Any, TypeGuard


def is_object(value: object) -> TypeGuard[dict[str, Any]]:
    """Tell whether a value is an object (a table in TOML); its keys are strings."""
    return isinstance(value, dict)


def is_array(value: object) -> TypeGuard[list[Any]]:
    """Tell whether a value is an array."""
    return isinstance(value, list)


def is_sequence(value: object) -> TypeGuard[Sequence[object]]:
    """Tell whether it is a list or a tuple, as functions in Python return arrays."""
    return isinstance(value, (list, tuple))


def object_of(value: object) -> dict[str, Any]:
    """Return the value if it is an object, else an empty object."""
    return value if is_object(value) else {}


def array_of(value: object) -> list[Any]:
    """Return the value if it is an array, else an empty array."""
    return value if is_array(value) else []
