"""The refusals of files, with their messages."""

from core.media.kinds import LIMITS, MEBIBYTE, MediaKind
from core.problems import MediaRefused


def empty() -> MediaRefused:
    """Return the refusal of an empty file."""
    return MediaRefused("EMPTY", "The file is empty. Select it again and upload it.")


def unsupported_type() -> MediaRefused:
    """Return the refusal of a format that is not accepted."""
    return MediaRefused(
        "UNSUPPORTED_TYPE",
        "Only photos, videos and voice notes are accepted. Send a JPEG, PNG or HEIC photo, an MP4 "
        "or WebM video, or an M4A, MP3 or Ogg recording.",
    )


def unsupported_codec() -> MediaRefused:
    """Return the refusal of streams that fit no container."""
    return MediaRefused(
        "UNSUPPORTED_TYPE",
        "This recording format is not supported. Record with the phone's own camera or voice "
        "recorder, or convert the recording to MP4 or M4A.",
    )


def too_large(kind: MediaKind) -> MediaRefused:
    """Return the refusal of a file with too many bytes for its kind."""
    limit = LIMITS[kind].bytes // MEBIBYTE
    noun = {
        MediaKind.IMAGE: "A photo",
        MediaKind.VIDEO: "A video",
        MediaKind.AUDIO: "A voice note",
    }[kind]
    return MediaRefused("TOO_LARGE", f"{noun} may have at most {limit} MiB. Send a smaller file.")


def too_many_pixels(kind: MediaKind) -> MediaRefused:
    """Return the refusal of a picture with too many pixels."""
    limit = (LIMITS[kind].pixels or 0) // 1_000_000
    return MediaRefused(
        "TOO_MANY_PIXELS",
        f"The picture has more than {limit} million pixels. Reduce its size and upload it again.",
    )


def too_long(kind: MediaKind) -> MediaRefused:
    """Return the refusal of a recording that is too long for its kind."""
    minutes = (LIMITS[kind].seconds or 0) / 60
    noun = "A video" if kind is MediaKind.VIDEO else "A voice note"
    return MediaRefused(
        "TOO_LONG", f"{noun} may last at most {minutes:g} minutes. Shorten it and upload it again."
    )


def broken() -> MediaRefused:
    """Return the refusal of a file that cannot be decoded or is incomplete."""
    return MediaRefused(
        "BROKEN",
        "The file is damaged or incomplete. Upload the original again, or record a new one.",
    )


def too_slow() -> MediaRefused:
    """Return the refusal of a file that takes too long to clean."""
    return MediaRefused(
        "TOO_SLOW", "Processing the file takes too long. Send a smaller or shorter one."
    )


def no_room() -> MediaRefused:
    """Return the refusal of a file that the disk cannot store now."""
    return MediaRefused(
        "TRY_LATER", "Files cannot be stored at the moment. Send the report now and the file later."
    )
