"""Photos, videos and voice notes, stored without metadata."""

from core.media.cleaning import CleanMedia, clean
from core.media.kinds import FILE_EXTENSIONS, LIMITS, MediaKind
from core.media.store import MediaStore, StoredMedia

__all__ = [
    "FILE_EXTENSIONS",
    "LIMITS",
    "CleanMedia",
    "MediaKind",
    "MediaStore",
    "StoredMedia",
    "clean",
]
