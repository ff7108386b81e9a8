"""Global IDs (Relay): base64 of the type's name and the object's own ID."""

import binascii
from typing import cast
from uuid import UUID

import strawberry
from strawberry.relay.utils import from_base64

from core.problems import InvalidInput


@strawberry.interface(description="An object with a global ID.")
class Node:
    """The types that `node` can return."""

    id: strawberry.ID = strawberry.field(description="The global id.")


def global_id(type_name: str, own_id: object) -> strawberry.ID:
    """Return the global ID of an object."""
    # A list has hundreds of them: `!s` alone saves a third, and so does not calling `ID`.
    text = binascii.b2a_base64(f"{type_name}:{own_id!s}".encode(), newline=False)
    return cast("strawberry.ID", text.decode("ascii"))


def parse_global_id(text: str, field: tuple[str | int, ...]) -> tuple[str, str]:
    """Return the type's name and the own ID; raises `InvalidInput`."""
    try:
        return from_base64(text)
    except (ValueError, binascii.Error):
        raise InvalidInput("MALFORMED", "Unknown or malformed ID.", field) from None


def own_id_of(text: str, type_name: str, field: tuple[str | int, ...]) -> UUID:
    """Return the own ID in a global ID of a type; raises `InvalidInput`."""
    name, own_id = parse_global_id(text, field)
    if name != type_name:
        raise InvalidInput("MALFORMED", f"This is no id of a {type_name}.", field)
    return parse_uuid(own_id, field)


def parse_uuid(own_id: str, field: tuple[str | int, ...]) -> UUID:
    """Return the own ID of a row; raises `InvalidInput`."""
    try:
        return UUID(own_id)
    except ValueError:
        raise InvalidInput("MALFORMED", "Unknown or malformed ID.", field) from None
