"""Cleaning a file of every trace of its device, its owner and its place.

Images are decoded and encoded anew; of videos and voice notes the packets are copied into a new
container. Nothing but pixels and sound goes over.

The decoders are large, written in C, and fed by strangers. They are imported only where a file is
cleaned, so that the server's own process, which imports this module for its names, never has them.
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
"""Seconds of processor time that one file may use, should nobody be left to watch the clock."""
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
"""What is no fault of the file: it may be sent again, once the server's disk is well."""


@dataclass(frozen=True, slots=True)
class CleanMedia:
    """What a cleaned file is: its kind, media type, pixels as seen upright, seconds of play."""

    kind: MediaKind
    media_type: str
    width: int | None
    height: int | None
    seconds: float | None


def clean_in_worker(source: str, target: str) -> CleanMedia | tuple[str, str]:
    """Clean inside a worker process, within limits; a refusal comes back as rule and message.

    `MediaRefused` itself does not survive pickling, since its arguments are not those of its base.
    """
    _limit_this_process()
    try:
        return clean(Path(source), Path(target))
    except MediaRefused as problem:
        return problem.rule, problem.message


def clean(source: Path, target: Path) -> CleanMedia:
    """Write a clean copy of `source` to `target`.

    Raises `MediaRefused`, and `OSError` where the disk is at fault rather than the file; leaves no
    `target` behind then.
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
            # Anew, for the libraries' own errors name the file and do not survive pickling.
            raise OSError(number, os.strerror(number)) from None
        # Decoders of damaged files raise whatever they come upon, and all of it means one thing.
        raise refusals.broken() from None


def _limit_this_process() -> None:
    os.umask(0o077)
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + WORKER_CPU_SECONDS
    # The hard limit of processor time stays: a worker cleans many files, and its time adds up.
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    for what, limits in (
        (resource.RLIMIT_CORE, (0, 0)),
        (resource.RLIMIT_AS, (WORKER_MEMORY, WORKER_MEMORY)),
        (resource.RLIMIT_CPU, (seconds, hard)),
    ):
        # Not every system has every limit, and one set from outside may be the lower one.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(what, limits)
