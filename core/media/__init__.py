"""Photos, videos and voice notes: cleaned of every trace before they are kept."""

from core.media.kinds import MediaKind
from core.media.store import MediaStore, StoredMedia

__all__ = ["MediaKind", "MediaStore", "StoredMedia"]
