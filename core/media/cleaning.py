"""Remove all metadata about device, owner and place from a file.

Images are decoded and re-encoded; packets of videos and voice notes are copied to a new container.
Only pixels and sound are copied.

The decoders are large C libraries that read untrusted files. They are imported only in worker
processes, never in the server's process, which imports this module for its names.
"""

import contextlib
import errno
import os
import resource
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from core.media import refusals
from core.media.kinds import HEAD_LENGTH, LIMITS, Format, MediaKind, format_of
from core.problems import MediaRefused

WORKER_MEMORY: Final = 2 * 1024**3
"""Bytes of address space that a worker may use."""
WORKER_CPU_SECONDS: Final = 120
"""CPU seconds that one file may use, in case the server dies before its own timeout."""
DISK_ERRORS: Final = frozenset(
    {
        errno.ENOSPC,
        errno.EDQUOT,
        errno.EFBIG,
        errno.EROFS,
        errno.EACCES,
        errno.EMFILE,
        errno.ENFILE,
    }
)
"""Errors of the disk, not of the file, which can be sent again later."""


@dataclass(frozen=True, slots=True)
class CleanMedia:
    """A cleaned file: kind, media type, upright size in pixels, duration in seconds."""

    kind: MediaKind
    media_type: str
    width: int | None
    height: int | None
    seconds: float | None


def clean_in_worker(source: str, target: str) -> CleanMedia | tuple[str, str]:
    """Clean a file in a worker process, with limits; return a refusal as rule and message.

    `MediaRefused` cannot be pickled, because its arguments differ from those of its base.
    """
    _limit_this_process()
    try:
        return clean(Path(source), Path(target))
    except MediaRefused as problem:
        return problem.rule, problem.message


def clean(source: Path, target: Path) -> CleanMedia:
    """Write a clean copy of `source` to `target`.

    Raises `MediaRefused`, or `OSError` if the disk fails; then there is no `target`.
    """
    try:
        return _clean(source, target)
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def _clean(source: Path, target: Path) -> CleanMedia:
    with source.open("rb") as file:
        head = file.read(HEAD_LENGTH)
    if not head:
        raise refusals.empty()
    found = format_of(head)
    if found is None:
        raise refusals.unsupported_type()
    length = source.stat().st_size
    if length > LIMITS[found.kind].bytes:
        raise refusals.too_large(found.kind)
    cleaned = _copy(found, source, target)
    if length > LIMITS[cleaned.kind].bytes:
        raise refusals.too_large(cleaned.kind)
    return cleaned


def _copy(found: Format, source: Path, target: Path) -> CleanMedia:
    try:
        if found.kind is MediaKind.IMAGE:
            from core.media.images import copy_pixels

            return CleanMedia(
                MediaKind.IMAGE, "image/jpeg", *copy_pixels(source, target, found.reader), None
            )
        from core.media.recordings import copy_streams

        return CleanMedia(*copy_streams(source, target, found.reader))
    except MediaRefused:
        raise
    except Exception as error:
        number = getattr(error, "errno", None)
        if isinstance(error, OSError) and number in DISK_ERRORS:
            # A new error, because the libraries' own ones name the file and cannot be pickled.
            raise OSError(number, os.strerror(number)) from None
        # Decoders can raise anything for a damaged file.
        raise refusals.broken() from None


def _limit_this_process() -> None:
    os.umask(0o077)
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + WORKER_CPU_SECONDS
    # Keep the hard limit of CPU time: a worker cleans many files, and its time adds up.
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    for what, limits in (
        (resource.RLIMIT_CORE, (0, 0)),
        (resource.RLIMIT_AS, (WORKER_MEMORY, WORKER_MEMORY)),
        (resource.RLIMIT_CPU, (seconds, hard)),
    ):
        # Some systems lack a limit, and a lower one may be set already.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(what, limits)
