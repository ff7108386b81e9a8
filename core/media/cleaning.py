"""Cleaning a file of every trace of its device, its owner and its place.

Images are decoded and encoded anew; of videos and voice notes the packets are copied into a new
container. Nothing but pixels and sound goes over. Runs in a process of its own, whose memory is
limited: the decoders are large, written in C, and fed by strangers.
"""

import contextlib
import resource
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from core.media.kinds import LIMITS, MAX_PIXELS, MediaKind
from core.problems import MediaRefused

MAX_SIDE = 4096
"""Pixels of the longer side of a stored image."""
JPEG_QUALITY = 85
WORKER_MEMORY = 3 * 1024**3
"""Bytes of address space for a worker: a full image, its upright copy, and the libraries."""


@dataclass(frozen=True, slots=True)
class CleanMedia:
    """What a cleaned file is: its type (RFC 6838), pixels and seconds."""

    kind: MediaKind
    media_type: str
    width: int | None = None
    height: int | None = None
    seconds: float | None = None


def clean_in_worker(source: str, target: str, kind: str) -> CleanMedia | tuple[str, str]:
    """Clean inside a worker process; a refusal comes back as its rule and message."""
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (WORKER_MEMORY, WORKER_MEMORY))
    try:
        return clean(Path(source), Path(target), MediaKind(kind))
    except MediaRefused as problem:
        return problem.rule, problem.message


def clean(source: Path, target: Path, kind: MediaKind) -> CleanMedia:
    """Write a clean copy of `source` to `target`; raises `MediaRefused`."""
    if kind is MediaKind.IMAGE:
        return _clean_image(source, target)
    return _clean_recording(source, target)


def _broken() -> MediaRefused:
    return MediaRefused(
        "BROKEN", "The file cannot be read to its end. Take or save it once more and send it again."
    )


def _clean_image(source: Path, target: Path) -> CleanMedia:
    import pillow_heif
    from PIL import Image, UnidentifiedImageError

    cast("Any", pillow_heif).register_heif_opener(thumbnails=False)
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(source) as opened:
                return _encode_image(opened, target)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels() from None
    except MemoryError:
        raise _too_many_pixels() from None
    except MediaRefused:
        raise
    except (UnidentifiedImageError, Exception):
        # Decoders of damaged files raise whatever they come upon: all of it means one thing.
        raise _broken() from None


def _too_many_pixels() -> MediaRefused:
    return MediaRefused(
        "TOO_MANY_PIXELS", f"The image has more than {MAX_PIXELS} pixels. Send a smaller one."
    )


def _encode_image(opened: Any, target: Path) -> CleanMedia:
    from PIL import Image, ImageOps

    if opened.width * opened.height > MAX_PIXELS:
        raise _too_many_pixels()
    opened.draft("RGB", (MAX_SIDE, MAX_SIDE))
    upright = ImageOps.exif_transpose(opened)
    flat = _flattened(_in_srgb(upright))
    flat.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
    # A new image has pixels only: what the old one carried along stays behind.
    bare = Image.new("RGB", flat.size)
    bare.paste(flat)
    bare.save(target, "JPEG", quality=JPEG_QUALITY, optimize=True)
    return CleanMedia(MediaKind.IMAGE, "image/jpeg", *bare.size)


def _in_srgb(image: Any) -> Any:
    """Apply the colour profile, which is then no longer needed."""
    import io

    from PIL import ImageCms

    profile = image.info.get("icc_profile")
    if not profile or image.mode not in ("RGB", "RGBA", "CMYK", "L"):
        return image
    with contextlib.suppress(ImageCms.PyCMSError, OSError, ValueError):
        return ImageCms.profileToProfile(
            image,
            ImageCms.ImageCmsProfile(io.BytesIO(profile)),
            cast("Any", ImageCms).createProfile("sRGB"),
            outputMode="RGBA" if image.mode == "RGBA" else "RGB",
        )
    return image


def _flattened(image: Any) -> Any:
    """Put what is transparent on white."""
    from PIL import Image

    if image.mode.startswith("I;16") or image.mode in ("I", "F"):
        return image.convert("L").convert("RGB")
    if not (image.has_transparency_data or image.mode in ("RGBA", "LA", "PA")):
        return image.convert("RGB")
    image = image.convert("RGBA")
    white = Image.new("RGBA", image.size, (255, 255, 255, 255))
    return Image.alpha_composite(white, image).convert("RGB")


@dataclass(frozen=True, slots=True)
class _Container:
    """Where packets go: FFmpeg's muxer, the media types, and the codecs that it carries here."""

    muxer: str
    video_type: str
    audio_type: str
    codecs: frozenset[str]


_MP4 = _Container(
    "mp4",
    "video/mp4",
    "audio/mp4",
    frozenset({"h264", "hevc", "av1", "mpeg4", "aac", "mp3", "alac"}),
)
_WEBM = _Container(
    "webm", "video/webm", "audio/webm", frozenset({"vp8", "vp9", "av1", "opus", "vorbis"})
)
_3GP = _Container(
    "3gp",
    "video/3gpp",
    "audio/3gpp",
    frozenset({"h263", "h264", "mpeg4", "aac", "amr_nb", "amr_wb", "amrnb", "amrwb"}),
)
_OGG = _Container("ogg", "video/ogg", "audio/ogg", frozenset({"opus", "vorbis", "flac", "speex"}))
_MP3 = _Container("mp3", "", "audio/mpeg", frozenset({"mp3", "mp3float"}))
_WAV = _Container(
    "wav", "", "audio/wav", frozenset({"pcm_s16le", "pcm_s24le", "pcm_u8", "pcm_f32le"})
)
_FLAC = _Container("flac", "", "audio/flac", frozenset({"flac"}))
_AMR = _Container("amr", "", "audio/amr", frozenset({"amr_nb", "amrnb"}))
_ADTS = _Container("adts", "", "audio/aac", frozenset({"aac"}))

_CONTAINERS: Mapping[str, tuple[_Container, ...]] = {
    "mov": (_MP4, _3GP),
    "matroska": (_WEBM, _MP4),
    "ogg": (_OGG,),
    "mp3": (_MP3,),
    "wav": (_WAV,),
    "flac": (_FLAC,),
    "amr": (_AMR,),
    "amrnb": (_AMR,),
    "aac": (_ADTS,),
}
"""By the first name of FFmpeg's demuxer, the containers to try, the best first."""

_WITHOUT_USER_DATA: Mapping[str, str] = {
    "h264": "filter_units=remove_types=6",
    "hevc": "filter_units=remove_types=39|40",
}
"""Units in which encoders write notes of their own (SEI: H.264, 7.4.1; H.265, 7.4.2.2)."""


def _clean_recording(source: Path, target: Path) -> CleanMedia:
    import av

    try:
        with av.open(str(source), metadata_errors="ignore") as opened:
            return _remux(opened, target)
    except MediaRefused:
        raise
    except Exception:
        raise _broken() from None


def _remux(opened: Any, target: Path) -> CleanMedia:
    import av

    streams = [stream for stream in (_first(opened, "video"), _first(opened, "audio")) if stream]
    if not streams:
        raise MediaRefused("UNSUPPORTED_TYPE", "The file holds neither picture nor sound.")
    video = streams[0] if streams[0].type == "video" else None
    kind = MediaKind.VIDEO if video is not None else MediaKind.AUDIO
    container = _container_for(
        opened.format.name, [stream.codec_context.name for stream in streams]
    )
    options = {"fflags": "+bitexact", "movflags": "+faststart"}
    if container.muxer not in ("mp4", "3gp"):
        del options["movflags"]
    if container.muxer == "mp3":
        options |= {"write_xing": "0", "id3v2_version": "0"}
    with av.open(str(target), "w", format=container.muxer, options=options) as written:
        seconds = _copy(opened, written, streams, LIMITS[kind].seconds)
    if seconds <= 0:
        raise _broken()
    return CleanMedia(
        kind,
        container.video_type if video is not None else container.audio_type,
        video.codec_context.width if video is not None else None,
        video.codec_context.height if video is not None else None,
        round(seconds, 2),
    )


def _first(opened: Any, kind: str) -> Any:
    """Return the first stream of a kind that is no cover picture."""
    return next(
        (
            stream
            for stream in getattr(opened.streams, kind)
            if not _is_picture(stream) and stream.codec_context is not None
        ),
        None,
    )


def _is_picture(stream: Any) -> bool:
    from av.stream import Disposition

    return bool(stream.disposition & Disposition.attached_pic)


def _container_for(demuxers: str, codecs: list[str]) -> _Container:
    names = demuxers.split(",")
    candidates = next((_CONTAINERS[name] for name in names if name in _CONTAINERS), ())
    for container in candidates:
        if all(codec in container.codecs for codec in codecs):
            return container
    raise MediaRefused(
        "UNSUPPORTED_TYPE",
        "This recording cannot be taken. Use the phone's own camera or recorder.",
    )


def _copy(opened: Any, written: Any, streams: list[Any], limit: float | None) -> float:
    """Copy the packets of the streams; return the seconds that they play."""
    copies = {stream.index: written.add_stream_from_template(stream) for stream in streams}
    filters = {stream.index: _filter_for(stream, copies[stream.index]) for stream in streams}
    for stream in streams:
        copies[stream.index].metadata.clear()
    end = start = None
    for packet in _packets(opened, streams):
        if packet.is_corrupt:
            raise _broken()
        at = float(packet.pts * packet.time_base)
        start = at if start is None else min(start, at)
        end = max(end or at, at + float((packet.duration or 0) * packet.time_base))
        if limit is not None and end - start > limit:
            raise MediaRefused("TOO_LONG", f"Recordings play at most {limit:g} seconds.")
        for filtered in filters[packet.stream.index](packet):
            filtered.stream = copies[packet.stream.index]
            written.mux(filtered)
    _require_whole(opened, (end or 0.0) - (start or 0.0))
    return (end or 0.0) - (start or 0.0)


def _packets(opened: Any, streams: list[Any]) -> Iterator[Any]:
    for packet in opened.demux(streams):
        # The demuxer's last packets only flush decoders.
        if packet.dts is not None and packet.pts is not None:
            yield packet


def _require_whole(opened: Any, seconds: float) -> None:
    """Refuse a file that ends long before its own header says it does."""
    if opened.duration is not None and seconds < opened.duration / 1_000_000 * 0.9 - 1:
        raise _broken()


def _filter_for(stream: Any, copy: Any) -> Any:
    from av.bitstream import BitStreamFilterContext

    description = _WITHOUT_USER_DATA.get(stream.codec_context.name)
    if description is None:
        return _unchanged
    return cast("Any", BitStreamFilterContext)(description, stream, copy).filter


def _unchanged(packet: Any) -> list[Any]:
    return [packet]
