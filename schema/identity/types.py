"""Who is asking."""

import strawberry

from core.identity.people import Viewer as ViewerOfDomain
from schema.base.enums import Role


@strawberry.type(description="The officer whose token came with the request.")
class Viewer:
    """An officer, with the place that the rights reach down from."""

    name: str = strawberry.field(description="The name the token was made for.")
    role: Role = strawberry.field(description="What the officer may do.")
    place: str = strawberry.field(description="The place; the rights hold for all below it.")


def viewer_of(viewer: ViewerOfDomain) -> Viewer | None:
    """Return the type, or nothing for a citizen."""
    if viewer.name is None or viewer.role is None or viewer.place is None:
        return None
    return Viewer(name=viewer.name, role=viewer.role, place=viewer.place)
