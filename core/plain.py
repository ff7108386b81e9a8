"""Plain data as JSON and TOML give it: what a value is, told to the type checker too."""

from collections.abc import Sequence
from typing import Any, TypeGuard


def is_object(value: object) -> TypeGuard[dict[str, Any]]:
    """Tell whether it is an object (a table in TOML); its keys are always text."""
    return isinstance(value, dict)


def is_array(value: object) -> TypeGuard[list[Any]]:
    """Tell whether it is an array."""
    return isinstance(value, list)


def is_sequence(value: object) -> TypeGuard[Sequence[object]]:
    """Tell whether it is a list or a tuple, as functions in Python return arrays."""
    return isinstance(value, (list, tuple))


def object_of(value: object) -> dict[str, Any]:
    """Return an object as it is, and an empty one for anything else."""
    return value if is_object(value) else {}


def array_of(value: object) -> list[Any]:
    """Return an array as it is, and an empty one for anything else."""
    return value if is_array(value) else []
