"""Descriptions that the inputs of all subjects share."""

from typing import Any

import strawberry

KEY_SAYS = (
    "A new random key for each thing to be done, such as a UUID of version 4. The same request "
    "with the same key is answered again and done once."
)


def described(description: str) -> Any:
    """Describe an argument that is an input object; its limits are those of its fields."""
    return strawberry.argument(description=description)
