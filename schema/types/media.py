"""Photos, videos and voice notes of a report."""

import strawberry

from core import models
from core.rows import Row
from schema.context import Info
from schema.types.enums import MediaKind
from schema.types.row import OfRow, reads


@strawberry.type(description="A photo, video or voice note, without any metadata.")
class Media(OfRow):
    """Read from `core.models.Media`."""

    model = models.Media

    kind: MediaKind = strawberry.field(description="What it is.")
    media_type: str = strawberry.field(description="Its media type (RFC 6838).")
    byte_length: int = strawberry.field(description="Its size in bytes.")
    width: int | None = strawberry.field(description="Width in pixels, of pictures and videos.")
    height: int | None = strawberry.field(description="Height in pixels, of pictures and videos.")
    seconds: float | None = strawberry.field(description="Duration, of videos and voice notes.")

    @strawberry.field(
        description="Where to fetch it; the link is good for at least an hour.",
        metadata=reads("id"),
    )
    @staticmethod
    def url(root: strawberry.Parent[Row], info: Info) -> str:
        """Return the signed link."""
        return info.context.links.link(root.id)
