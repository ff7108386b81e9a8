"""Videos and voice notes: copy only their packets to a new container."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import av
from av.bitstream import BitStreamFilterContext
from av.stream import Disposition

from core.media import refusals
from core.media.kinds import LIMITS, MediaKind

_MICROSECONDS: Final = 1_000_000
_SHORTEST_SHARE: Final = 0.9
"""A file shorter than this share of the duration in its header is incomplete."""

_WITHOUT_USER_DATA: Final[Mapping[str, str]] = {
    "h264": "filter_units=remove_types=6",
    "hevc": "filter_units=remove_types=39|40",
}
"""FFmpeg filters that remove encoders' own data: supplemental enhancement information, NAL unit
types 6 (H.264, table 7-1), 39 and 40 (H.265, table 7-1)."""


@dataclass(frozen=True, slots=True)
class _Container:
    """A container to write: FFmpeg's muxer, its media type, and the codecs to allow in it."""

    muxer: str
    media_type: str
    codecs: frozenset[str]


_MP4_VIDEO: Final = _Container(
    "mp4", "video/mp4", frozenset({"h264", "hevc", "av1", "mpeg4", "aac", "mp3", "alac"})
)
_3GP_VIDEO: Final = _Container(
    "3gp", "video/3gpp", frozenset({"h263", "h264", "mpeg4", "aac", "amrnb", "amrwb"})
)
_WEBM_VIDEO: Final = _Container(
    "webm", "video/webm", frozenset({"vp8", "vp9", "av1", "opus", "vorbis"})
)
_VIDEO_CONTAINERS: Final = (_MP4_VIDEO, _WEBM_VIDEO, _3GP_VIDEO)
_AUDIO_CONTAINERS: Final = (
    _Container("ipod", "audio/mp4", frozenset({"aac", "alac"})),
    _Container("ogg", "audio/ogg", frozenset({"opus", "vorbis", "speex"})),
    _Container("mp3", "audio/mpeg", frozenset({"mp3"})),
    _Container("amr", "audio/amr", frozenset({"amrnb"})),
    _Container("amr", "audio/amr-wb", frozenset({"amrwb"})),
    _Container("flac", "audio/flac", frozenset({"flac"})),
    _Container("wav", "audio/wav", frozenset({"pcm_s16le", "pcm_s24le", "pcm_u8", "pcm_f32le"})),
)
_OPTIONS: Final[Mapping[str, dict[str, str]]] = {
    "mp4": {"movflags": "+faststart"},
    "3gp": {"movflags": "+faststart"},
    "ipod": {"movflags": "+faststart"},
    "mp3": {"write_xing": "0", "id3v2_version": "0"},
}
_NAMES_OF_DECODERS: Final[Mapping[str, str]] = {
    "mp3float": "mp3",
    "amr_nb": "amrnb",
    "amr_wb": "amrwb",
    "libdav1d": "av1",
    "libopus": "opus",
    "libvorbis": "vorbis",
    "libspeex": "speex",
    "libopencore_amrnb": "amrnb",
    "libopencore_amrwb": "amrwb",
    "libvpx": "vp8",
    "libvpx-vp9": "vp9",
}


def copy_streams(
    source: Path, target: Path, reader: str
) -> tuple[MediaKind, str, int | None, int | None, float]:
    """Copy the first video stream and the first audio stream of `source` to `target`.

    Returns kind, media type, width, height and seconds. `reader` is the only demuxer to try,
    because some others open files that the content names. Raises `MediaRefused`, and any exception
    of FFmpeg if the file cannot be read.
    """
    with av.open(str(source), format=reader, metadata_errors="ignore") as opened:
        video, audio = _first(opened, "video"), _first(opened, "audio")
        streams = [stream for stream in (video, audio) if stream is not None]
        if not streams:
            raise refusals.unsupported_codec()
        kind = MediaKind.AUDIO if video is None else MediaKind.VIDEO
        container = _container_for(kind, [_codec(stream) for stream in streams])
        options = {"fflags": "+bitexact"} | _OPTIONS.get(container.muxer, {})
        with av.open(str(target), "w", format=container.muxer, options=options) as written:
            seconds = _copy_packets(opened, written, streams, kind)
        _require_whole(opened, seconds)
        context = video.codec_context if video is not None else None
        width = context.width if context is not None else None
        height = context.height if context is not None else None
    return kind, container.media_type, width, height, round(seconds, 2)


def _first(opened: Any, kind: str) -> Any:
    """Return the first stream of a kind that has a decoder and is not a cover picture."""
    for stream in getattr(opened.streams, kind):
        if stream.codec_context is not None and not stream.disposition & Disposition.attached_pic:
            return stream
    return None


def _codec(stream: Any) -> str:
    name: str = stream.codec_context.name
    return _NAMES_OF_DECODERS.get(name, name)


def _container_for(kind: MediaKind, codecs: list[str]) -> _Container:
    candidates = _VIDEO_CONTAINERS if kind is MediaKind.VIDEO else _AUDIO_CONTAINERS
    for container in candidates:
        if container.codecs.issuperset(codecs):
            return container
    raise refusals.unsupported_codec()


def _copy_packets(opened: Any, written: Any, streams: list[Any], kind: MediaKind) -> float:
    """Copy the packets; return the seconds from the first to the end of the last."""
    copies = {stream.index: written.add_stream_from_template(stream) for stream in streams}
    filters = {stream.index: _filter_for(stream, copies[stream.index]) for stream in streams}
    for copy in copies.values():
        copy.metadata.clear()
    start, end = float("inf"), float("-inf")
    for packet in _packets(opened, streams):
        at = float(packet.pts * packet.time_base)
        start = min(start, at)
        end = max(end, at + float((packet.duration or 0) * packet.time_base))
        if end - start > (LIMITS[kind].seconds or end):
            raise refusals.too_long(kind)
        for filtered in filters[packet.stream.index](packet):
            filtered.stream = copies[packet.stream.index]
            written.mux(filtered)
    if end <= start:
        raise refusals.broken()
    return end - start


def _packets(opened: Any, streams: list[Any]) -> Iterator[Any]:
    """Yield the packets, each with a decoding time, which muxers require.

    Matroska has none for the first packets of a stream with reordered pictures: they are computed
    back from the first packet that has one.
    """
    early: dict[int, list[Any]] = {stream.index: [] for stream in streams}
    for packet in opened.demux(streams):
        if packet.is_corrupt:
            raise refusals.broken()
        if packet.pts is None:
            continue  # An empty packet that flushes decoders.
        waiting = early[packet.stream.index]
        if packet.dts is None:
            waiting.append(packet)
            continue
        for back, without in enumerate(reversed(waiting), start=1):
            without.dts = packet.dts - back * (packet.duration or 1)
        yield from waiting
        waiting.clear()
        yield packet
    if any(early.values()):
        raise refusals.broken()


def _require_whole(opened: Any, seconds: float) -> None:
    """Refuse a file that is much shorter than its header says."""
    declared = (opened.duration or 0) / _MICROSECONDS
    if seconds < declared * _SHORTEST_SHARE - 1:
        raise refusals.broken()


def _filter_for(stream: Any, copy: Any) -> Callable[[Any], list[Any]]:
    description = _WITHOUT_USER_DATA.get(_codec(stream))
    if description is None:
        return _unchanged
    made: Any = BitStreamFilterContext(description, stream, copy)
    return made.filter


def _unchanged(packet: Any) -> list[Any]:
    return [packet]
