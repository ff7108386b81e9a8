"""Root fields about the caller."""

import strawberry

from schema.base.context import Info
from schema.identity.types import Viewer, viewer_of


@strawberry.type
class ViewerQuery:
    """The caller."""

    @strawberry.field(
        description="The officer whose token was sent with the request; null for a citizen."
    )
    def viewer(self, info: Info) -> Viewer | None:
        """Return the caller."""
        return viewer_of(info.context.viewer)
