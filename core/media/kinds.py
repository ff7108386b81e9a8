"""Accepted formats of files, detected from their content, and their limits."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

import filetype


class _Detector(Protocol):
    """The part of `filetype` used here, which has no type hints."""

    def guess_mime(self, obj: bytes) -> str | None: ...


_filetype: _Detector = filetype
HEAD_LENGTH: Final = 64
"""Bytes needed to detect the format."""
MEBIBYTE: Final = 1024 * 1024


class MediaKind(StrEnum):
    """Photo, video or voice note."""

    IMAGE = "IMAGE"
    VIDEO = "VIDEO"
    AUDIO = "AUDIO"


@dataclass(frozen=True, slots=True)
class Limit:
    """Maximum bytes, pixels of a picture, and seconds of a kind of file."""

    bytes: int
    pixels: int | None = None
    seconds: float | None = None


MAX_PIXELS: Final = 64_000_000
LIMITS: Final[Mapping[MediaKind, Limit]] = {
    MediaKind.IMAGE: Limit(20 * MEBIBYTE, pixels=MAX_PIXELS),
    MediaKind.VIDEO: Limit(100 * MEBIBYTE, pixels=MAX_PIXELS, seconds=300),
    MediaKind.AUDIO: Limit(20 * MEBIBYTE, seconds=600),
}


@dataclass(frozen=True, slots=True)
class Format:
    """A format of uploads.

    `reader` is the only decoder that reads such a file: a Pillow format for images, else an FFmpeg
    demuxer. For a container of video or sound, `kind` is VIDEO, with the higher limits, until its
    streams are known.
    """

    kind: MediaKind
    reader: str


_IMAGE, _VIDEO, _AUDIO = MediaKind.IMAGE, MediaKind.VIDEO, MediaKind.AUDIO
_QUICKTIME = Format(_VIDEO, "mov")
_MATROSKA = Format(_VIDEO, "matroska")
_HEIF = Format(_IMAGE, "HEIF")
_AVIF = Format(_IMAGE, "AVIF")
_MP3 = Format(_AUDIO, "mp3")

_BY_TYPE: Final[Mapping[str, Format]] = {
    "image/jpeg": Format(_IMAGE, "JPEG"),
    "image/png": Format(_IMAGE, "PNG"),
    "image/webp": Format(_IMAGE, "WEBP"),
    "image/gif": Format(_IMAGE, "GIF"),
    "image/tiff": Format(_IMAGE, "TIFF"),
    "image/bmp": Format(_IMAGE, "BMP"),
    "audio/mpeg": _MP3,
    "audio/aac": Format(_AUDIO, "aac"),
    "audio/ogg": Format(_AUDIO, "ogg"),
    "audio/x-wav": Format(_AUDIO, "wav"),
    "audio/x-flac": Format(_AUDIO, "flac"),
    "audio/amr": Format(_AUDIO, "amr"),
}
_IMAGE_BRANDS: Final[Mapping[bytes, Format]] = {
    **dict.fromkeys(
        (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"), _HEIF
    ),
    **dict.fromkeys((b"avif", b"avis"), _AVIF),
}
# Brands of ISO files that are neither pictures nor recordings.
_FOREIGN_BRANDS: Final = (b"jp2 ", b"jpx ", b"jpm ", b"crx ", b"odcf")
# QuickTime files from before the `ftyp` box start with one of these.
_OLD_QUICKTIME: Final = (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")

FILE_EXTENSIONS: Final[Mapping[str, str]] = {
    "image/jpeg": "jpg",
    "video/mp4": "mp4",
    "video/webm": "webm",
    "video/3gpp": "3gp",
    "audio/mp4": "m4a",
    "audio/mpeg": "mp3",
    "audio/ogg": "ogg",
    "audio/wav": "wav",
    "audio/flac": "flac",
    "audio/amr": "amr",
    "audio/amr-wb": "awb",
}
"""The media types of stored files, with their file extensions."""


def format_of(head: bytes) -> Format | None:
    """Return the format by the first `HEAD_LENGTH` bytes; `None` if it is not accepted."""
    if head[4:8] == b"ftyp":
        return _format_of_brand(head)
    if head[:4] == b"\x1aE\xdf\xa3":
        return _MATROSKA
    if head[4:8] in _OLD_QUICKTIME:
        return _QUICKTIME
    found = _BY_TYPE.get(_filetype.guess_mime(head) or "")
    # `filetype` does not recognise all frame headers of MPEG audio layer III.
    if found is None and head[:1] == b"\xff" and len(head) > 1 and head[1] & 0xE6 == 0xE2:
        return _MP3
    return found


def _format_of_brand(head: bytes) -> Format | None:
    brands = [head[at : at + 4] for at in (8, *range(16, min(_box_size(head), len(head)), 4))]
    if brands[0] in _FOREIGN_BRANDS:
        return None
    # For the general brand `mif1`, the compatible brands name the codec.
    images = [_IMAGE_BRANDS[brand] for brand in brands if brand in _IMAGE_BRANDS]
    if brands[0] in _IMAGE_BRANDS:
        return _AVIF if _AVIF in images else images[0]
    return _QUICKTIME


def _box_size(head: bytes) -> int:
    return int.from_bytes(head[:4], "big")
