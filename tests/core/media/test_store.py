"""Photos and recordings: clean and upright, or refused, and no half file stays."""

import asyncio
import io
import os
import zlib
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import av
import pillow_heif
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps, UnidentifiedImageError

from core.media import MediaKind, MediaStore, StoredMedia, clean
from core.media import store as store_module
from core.media.cleaning import CleanMedia
from core.problems import MediaRefused
from tests.support.samples import jpeg

pillow_heif.register_heif_opener()

NO_AGE = timedelta(seconds=-60)
TRACES = (b"Exif", b"http://ns.adobe.com", b"GPS", b"SECRET", b"+48.1351", b"Lavc", b"ICC")


async def chunks(content: bytes, size: int = 1000) -> AsyncIterator[bytes]:
    for start in range(0, len(content), size):
        yield content[start : start + size]


async def keep(root: Path, content: bytes) -> tuple[StoredMedia, bytes]:
    store = MediaStore(root)
    media = await store.receive(chunks(content))
    return media, store.path(media.sha256).read_bytes()


def left_over(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


def recording(container: str, *, video: str | None = None, audio: str | None = None) -> bytes:
    """One second of grey and silence, full of what must not be kept."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format=container) as output:
        output.metadata.update(
            {
                "title": "SECRET title",
                "location": "+48.1351+011.5820/",
                "comment": "SECRET phone",
                "creation_time": "2026-11-23T20:00:00Z",
            }
        )
        picture = sound = None
        if video:
            picture = output.add_stream(video, rate=10, options={"flags": "+bitexact"})
            picture.width, picture.height, picture.pix_fmt = 64, 48, "yuv420p"
            picture.metadata["handler_name"] = "SECRET handler"
        if audio:
            rate = 8000 if "amr" in audio else 48000
            exact = {"flags": "+bitexact"}
            sound = output.add_stream(audio, rate=rate, layout="mono", options=exact)
        if picture is not None:
            for number in range(10):
                grey = Image.new("RGB", (64, 48), (number * 20,) * 3)
                output.mux(picture.encode(av.VideoFrame.from_image(grey)))
            output.mux(picture.encode(None))
        if sound is not None:
            resampler = av.AudioResampler(
                format=sound.format,
                layout=sound.layout,
                rate=sound.rate,
                frame_size=sound.codec_context.frame_size or 1024,
            )
            silence = av.AudioFrame(format="s16", layout="mono", samples=sound.rate)
            silence.planes[0].update(bytes(silence.planes[0].buffer_size))
            silence.sample_rate = sound.rate
            for frame in [*resampler.resample(silence), *resampler.resample(None)]:
                output.mux(sound.encode(frame))
            output.mux(sound.encode(None))
    return buffer.getvalue()


@pytest.mark.parametrize("orientation", range(1, 9))
async def test_a_photo_is_upright_and_bare(tmp_path: Path, orientation: int) -> None:
    image = Image.open(io.BytesIO(jpeg(60, 30)))
    exif = image.getexif()
    exif[0x0112], exif[0x010F], exif[0x8825] = orientation, "SECRET maker", {1: "N"}
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", exif=exif, comment=b"SECRET comment", quality=95)
    expected = ImageOps.exif_transpose(Image.open(io.BytesIO(buffer.getvalue())))
    media, content = await keep(tmp_path, buffer.getvalue())
    kept = Image.open(io.BytesIO(content))
    assert kept.size == expected.size == (media.width, media.height)
    assert not any(trace in content for trace in TRACES)
    for corner in ((3, 3), (kept.width - 4, kept.height - 4)):
        seen, wanted = kept.getpixel(corner), expected.getpixel(corner)
        assert all(abs(one - other) < 40 for one, other in zip(seen, wanted, strict=True))


@pytest.mark.parametrize("name", ["PNG", "WEBP", "GIF", "TIFF", "BMP", "HEIF", "AVIF"])
async def test_every_image_format_becomes_jpeg(tmp_path: Path, name: str) -> None:
    buffer = io.BytesIO()
    Image.open(io.BytesIO(jpeg(64, 32))).save(buffer, name)
    media, content = await keep(tmp_path, buffer.getvalue())
    assert (media.kind, media.media_type) == (MediaKind.IMAGE, "image/jpeg")
    assert (media.width, media.height, content[:2]) == (64, 32, b"\xff\xd8")


async def test_what_is_transparent_becomes_white_and_what_is_huge_smaller(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    Image.new("RGBA", (5000, 100), (0, 0, 0, 0)).save(buffer, "PNG")
    media, content = await keep(tmp_path, buffer.getvalue())
    assert (media.width, media.height) == (4096, 82)
    assert Image.open(io.BytesIO(content)).getpixel((9, 9)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("container", "video", "audio", "kind", "media_type"),
    [
        ("mp4", "libx264", "aac", MediaKind.VIDEO, "video/mp4"),
        ("mov", "libx264", None, MediaKind.VIDEO, "video/mp4"),
        ("mp4", "mpeg4", None, MediaKind.VIDEO, "video/mp4"),
        ("webm", "libvpx", "libopus", MediaKind.VIDEO, "video/webm"),
        ("matroska", "libx264", "aac", MediaKind.VIDEO, "video/mp4"),
        ("mp4", None, "aac", MediaKind.AUDIO, "audio/mp4"),
        ("adts", None, "aac", MediaKind.AUDIO, "audio/mp4"),
        ("ogg", None, "libopus", MediaKind.AUDIO, "audio/ogg"),
        ("webm", None, "libopus", MediaKind.AUDIO, "audio/ogg"),
        ("mp3", None, "libmp3lame", MediaKind.AUDIO, "audio/mpeg"),
        ("wav", None, "pcm_s16le", MediaKind.AUDIO, "audio/wav"),
        ("flac", None, "flac", MediaKind.AUDIO, "audio/flac"),
    ],
)
async def test_a_recording_plays_and_tells_nothing(
    tmp_path: Path,
    container: str,
    video: str | None,
    audio: str | None,
    kind: MediaKind,
    media_type: str,
) -> None:
    original = recording(container, video=video, audio=audio)
    media, content = await keep(tmp_path, original)
    assert (media.kind, media.media_type) == (kind, media_type)
    assert media.seconds == pytest.approx(1.0, abs=0.15)
    assert (media.width, media.height) == ((64, 48) if video else (None, None))
    for trace in TRACES:
        assert trace not in content, trace
    with av.open(io.BytesIO(content)) as played:
        assert not played.metadata.keys() & {"title", "location", "comment", "creation_time"}
        frames = sum(1 for _ in played.decode(played.streams[0]))
    assert frames >= 10


async def test_a_video_that_was_held_upright_stays_upright(tmp_path: Path) -> None:
    original = bytearray(recording("mp4", video="libx264"))
    one, quarter = (0x10000).to_bytes(4), (-0x10000).to_bytes(4, signed=True)
    unturned = one + bytes(12) + one + bytes(12) + (0x40000000).to_bytes(4)
    at = original.index(unturned, original.index(b"tkhd"))
    turned = bytes(4) + one + bytes(4) + quarter + bytes(16) + bytes(4)
    original[at : at + 32] = turned[:32]
    _, content = await keep(tmp_path, bytes(original))
    with av.open(io.BytesIO(bytes(original))) as before, av.open(io.BytesIO(content)) as after:
        rotations = [next(video.decode(video=0)).rotation for video in (before, after)]
    assert rotations[0] == rotations[1] != 0


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "EMPTY"),
        (b"#!/bin/sh\n" * 50, "UNSUPPORTED_TYPE"),
        (b"PK\x03\x04" + bytes(500), "UNSUPPORTED_TYPE"),
        (b"#EXTM3U\nfile:///etc/passwd\n" * 20, "UNSUPPORTED_TYPE"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>" * 9, "UNSUPPORTED_TYPE"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n" * 20, "UNSUPPORTED_TYPE"),
        (jpeg(400, 400)[:800], "BROKEN"),
        (b"\xff\xd8\xff\xe0" + bytes(5000), "BROKEN"),
        (recording("mp4", video="libx264")[:1500], "BROKEN"),
        (recording("webm", video="libvpx")[:300], "BROKEN"),
    ],
)
async def test_what_cannot_be_taken_is_refused_whole(
    tmp_path: Path, content: bytes, rule: str
) -> None:
    with pytest.raises(MediaRefused) as refused:
        await keep(tmp_path, content)
    assert refused.value.rule == rule
    assert str(tmp_path) not in refused.value.message
    assert left_over(tmp_path) == []


async def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    header = (60_000).to_bytes(4) * 2 + b"\x08\x02\x00\x00\x00"

    def chunk(name: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4) + name + data + zlib.crc32(name + data).to_bytes(4)

    rows = zlib.compress(bytes(1_000_000))
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows)
    with pytest.raises(MediaRefused) as refused:
        await keep(tmp_path, bomb)
    assert refused.value.rule == "TOO_MANY_PIXELS"


async def test_one_byte_too_many_ends_the_stream(tmp_path: Path) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        yield jpeg()
        while True:
            sent += 1
            yield bytes(1024 * 1024)

    with pytest.raises(MediaRefused) as refused:
        await MediaStore(tmp_path).receive(endless())
    assert refused.value.rule == "TOO_LARGE"
    assert sent == 20
    assert left_over(tmp_path) == []


async def test_who_goes_away_in_the_middle_leaves_nothing(tmp_path: Path) -> None:
    waiting = asyncio.Event()

    async def stuck() -> AsyncIterator[bytes]:
        yield jpeg()
        waiting.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(MediaStore(tmp_path).receive(stuck()))
    await waiting.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert left_over(tmp_path) == []


def crash(_source: str, _target: str) -> CleanMedia:
    os._exit(7)


async def test_a_decoder_that_crashes_costs_one_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(store_module, "clean_in_worker", crash)
        with pytest.raises(MediaRefused) as refused:
            await keep(tmp_path, jpeg())
    assert refused.value.rule == "BROKEN"
    assert left_over(tmp_path) == []
    media, _ = await keep(tmp_path, jpeg())
    assert media.kind is MediaKind.IMAGE


async def test_the_sweep_removes_what_nobody_names(tmp_path: Path) -> None:
    store = MediaStore(tmp_path)
    named = await store.receive(chunks(jpeg(30, 30)))
    forgotten = await store.receive(chunks(jpeg(50, 50)))
    (tmp_path / "incoming" / "stale").write_bytes(b"half")

    async def known(hashes: object) -> set[str]:
        return {named.sha256}

    assert await store.sweep(known, timedelta(days=1)) == 0
    assert await store.sweep(known, NO_AGE) == 2
    assert store.path(named.sha256).exists()
    assert not store.path(forgotten.sha256).exists()
    for wrong in ("../../etc/passwd", "", "A" * 64):
        with pytest.raises(ValueError, match="SHA-256"):
            store.path(wrong)


SEEDS = (
    jpeg(60, 60),
    recording("mp4", video="libx264", audio="aac"),
    recording("mp3", audio="libmp3lame"),
)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.sampled_from(SEEDS), data=st.data())
def test_a_damaged_file_is_taken_or_refused_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, seed: bytes, data: st.DataObject
) -> None:
    damaged = bytearray(seed)
    for _ in range(data.draw(st.integers(1, 12))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(1, len(damaged)))
    folder = tmp_path_factory.mktemp("damaged")
    (folder / "source").write_bytes(damaged[:cut])
    try:
        clean(folder / "source", folder / "target")
    except MediaRefused:
        assert not (folder / "target").exists()


async def test_real_cameras(tmp_path: Path, shared_data: Path) -> None:
    files = sorted((shared_data / "photos").iterdir())
    assert len(files) == 23
    for file in files:
        original = file.read_bytes()
        try:
            _, content = await keep(tmp_path, original)
        except MediaRefused:
            continue
        kept = Image.open(io.BytesIO(content))
        assert not kept.getexif()
        assert kept.info.keys() <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        for trace in (*TRACES, b"Nikon", b"NIKON", b"Canon", b"COOLPIX", b"Apple", b"Photoshop"):
            assert trace not in content, (file.name, trace)
        try:
            upright = ImageOps.exif_transpose(Image.open(file))
        except (UnidentifiedImageError, OSError):
            continue
        assert kept.size == upright.size, file.name
