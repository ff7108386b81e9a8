"""Photos, videos and voice notes of a report."""

import strawberry

from core.media.models import Media as MediaRow
from core.storage.rows import Row
from schema.base.context import Info
from schema.base.enums import MediaKind
from schema.base.row import OfRow, reads


@strawberry.type(description="A photo, video or voice note, without any metadata.")
class Media(OfRow):
    """Read from `core.media.models.Media`."""

    model = MediaRow

    kind: MediaKind = strawberry.field(description="Its kind.")
    media_type: str = strawberry.field(description="Its media type (RFC 6838).")
    byte_length: int = strawberry.field(description="Its size in bytes.")
    width: int | None = strawberry.field(description="Width in pixels of photos and videos.")
    height: int | None = strawberry.field(description="Height in pixels of photos and videos.")
    seconds: float | None = strawberry.field(
        description="Duration of videos and voice notes in seconds."
    )

    @strawberry.field(
        description="The URL from which it can be fetched; valid for at least one hour.",
        metadata=reads("id"),
    )
    @staticmethod
    def url(root: strawberry.Parent[Row], info: Info) -> str:
        """Return the signed link."""
        return info.context.links.link(root.id)
