"""The format of a file, by its first bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.media.kinds import HEAD_LENGTH, LIMITS, MediaKind, format_of

IMAGE, VIDEO, AUDIO = MediaKind


def iso(*brands: bytes) -> bytes:
    """The first box of an ISO base media file: a brand, a version, compatible brands."""
    names = brands[0] + b"\0\0\0\0" + b"".join(brands[1:])
    return (8 + len(names)).to_bytes(4, "big") + b"ftyp" + names


@pytest.mark.parametrize(
    ("head", "kind", "reader"),
    [
        (b"\xff\xd8\xff\xe0", IMAGE, "JPEG"),
        (b"\x89PNG\r\n\x1a\n", IMAGE, "PNG"),
        (b"GIF89a", IMAGE, "GIF"),
        (iso(b"heic", b"mif1", b"heic"), IMAGE, "HEIF"),
        (iso(b"mif1", b"mif1", b"heic"), IMAGE, "HEIF"),
        (iso(b"mif1", b"mif1", b"avif"), IMAGE, "AVIF"),
        (iso(b"avif", b"mif1"), IMAGE, "AVIF"),
        (iso(b"isom", b"mp41"), VIDEO, "mov"),
        (iso(b"qt  "), VIDEO, "mov"),
        (b"\0\0\0\x08wide", VIDEO, "mov"),
        (b"\x1aE\xdf\xa3", VIDEO, "matroska"),
        (b"OggS", AUDIO, "ogg"),
        (b"fLaC", AUDIO, "flac"),
        (b"#!AMR\n", AUDIO, "amr"),
        (b"ID3\x04", AUDIO, "mp3"),
        # Frames of layer III of MPEG 1, 2 and 2.5.
        (b"\xff\xfb\x90", AUDIO, "mp3"),
        (b"\xff\xf3\x90", AUDIO, "mp3"),
        (b"\xff\xe3\x90", AUDIO, "mp3"),
    ],
)
def test_a_format_is_known_by_its_first_bytes(head: bytes, kind: MediaKind, reader: str) -> None:
    found = format_of(head.ljust(HEAD_LENGTH, b"\0"))
    assert found is not None
    assert (found.kind, found.reader) == (kind, reader)


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"\xff",
        b"%PDF-1.7",
        b"PK\x03\x04",
        b"<svg xmlns=",
        b"<!DOCTYPE html>",
        b"MZ\x90",
        b"\x7fELF",
        iso(b"jp2 ", b"jp2 "),
        iso(b"crx ", b"crx ", b"isom"),
    ],
)
def test_other_files_are_not_taken(head: bytes) -> None:
    assert format_of(head) is None
    assert format_of(head.ljust(HEAD_LENGTH, b"\0")) is None


def test_brands_beyond_their_box_do_not_count() -> None:
    assert format_of(iso(b"isom") + b"....avif" * 3) == format_of(iso(b"isom"))


@given(st.binary(max_size=HEAD_LENGTH))
def test_whatever_comes_has_limits_or_is_not_taken(head: bytes) -> None:
    found = format_of(head)
    assert found is None or LIMITS[found.kind].bytes > 0
