"""Root fields about who asks."""

import strawberry

from schema.base.context import Info
from schema.identity.types import Viewer, viewer_of


@strawberry.type
class ViewerQuery:
    """Who asks."""

    @strawberry.field(
        description="The officer whose token came with the request; null for a citizen."
    )
    def viewer(self, info: Info) -> Viewer | None:
        """Return who asks."""
        return viewer_of(info.context.viewer)
