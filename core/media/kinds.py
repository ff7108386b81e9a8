"""Which files are taken, told by their content, and how large they may be."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, cast

import filetype

HEAD_LENGTH = 8192
"""Bytes from which the type is told."""


class MediaKind(StrEnum):
    """What a file is to a person."""

    IMAGE = "IMAGE"
    VIDEO = "VIDEO"
    AUDIO = "AUDIO"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file of a kind may have: bytes, and seconds where it plays."""

    bytes: int
    seconds: float | None = None


MEBIBYTE = 1024 * 1024
LIMITS: Mapping[MediaKind, Limits] = {
    MediaKind.IMAGE: Limits(20 * MEBIBYTE),
    MediaKind.VIDEO: Limits(100 * MEBIBYTE, 300),
    MediaKind.AUDIO: Limits(20 * MEBIBYTE, 600),
}
MAX_PIXELS = 64_000_000
"""Pixels of an image before it is decoded; the largest phone cameras save up to 50 million."""

_KIND_OF_TYPE: Mapping[str, MediaKind] = {
    "image/jpeg": MediaKind.IMAGE,
    "image/png": MediaKind.IMAGE,
    "image/webp": MediaKind.IMAGE,
    "image/gif": MediaKind.IMAGE,
    "image/tiff": MediaKind.IMAGE,
    "image/bmp": MediaKind.IMAGE,
    "image/heic": MediaKind.IMAGE,
    "image/heif": MediaKind.IMAGE,
    "image/avif": MediaKind.IMAGE,
    "video/mp4": MediaKind.VIDEO,
    "video/quicktime": MediaKind.VIDEO,
    "video/3gpp": MediaKind.VIDEO,
    "video/x-m4v": MediaKind.VIDEO,
    "video/webm": MediaKind.VIDEO,
    "video/x-matroska": MediaKind.VIDEO,
    "audio/mp4": MediaKind.AUDIO,
    "audio/m4a": MediaKind.AUDIO,
    "audio/mpeg": MediaKind.AUDIO,
    "audio/ogg": MediaKind.AUDIO,
    "audio/x-wav": MediaKind.AUDIO,
    "audio/amr": MediaKind.AUDIO,
    "audio/aac": MediaKind.AUDIO,
    "audio/x-flac": MediaKind.AUDIO,
}
_HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1")
_VIDEO_BRANDS = (
    b"isom",
    b"iso2",
    b"iso4",
    b"iso5",
    b"iso6",
    b"mp41",
    b"mp42",
    b"avc1",
    b"3gp",
    b"qt  ",
)


def kind_of(head: bytes) -> MediaKind | None:
    """Tell the kind from the first bytes of a file; `None` for one that is not taken.

    A container that could hold video counts as video here: its limit is the wider one, and what
    it does hold is seen when it is cleaned.
    """
    brand = head[8:12]
    if head[4:8] == b"ftyp" and brand.startswith(_HEIF_BRANDS):
        return MediaKind.IMAGE
    if head[4:8] == b"ftyp" and brand.startswith(_VIDEO_BRANDS):
        return MediaKind.VIDEO
    guessed: str | None = cast("Any", filetype).guess_mime(head)
    return _KIND_OF_TYPE.get(guessed or "")
