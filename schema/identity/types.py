"""The caller."""

import strawberry

from core.identity.people import Viewer as ViewerOfDomain
from schema.base.enums import Role


@strawberry.type(description="The officer whose token was sent with the request.")
class Viewer:
    """An officer and the place of the rights."""

    name: str = strawberry.field(description="The name for which the token was made.")
    role: Role = strawberry.field(description="The role, which defines the rights.")
    place: str = strawberry.field(
        description="The path of the place; the rights extend to everything below it."
    )


def viewer_of(viewer: ViewerOfDomain) -> Viewer | None:
    """Return the type, or `None` for a citizen."""
    if viewer.name is None or viewer.role is None or viewer.place is None:
        return None
    return Viewer(name=viewer.name, role=viewer.role, place=viewer.place)
