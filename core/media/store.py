"""The store of cleaned files, named by the hash of their content."""

import contextlib
import errno
import hashlib
import logging
import os
import re
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiofiles
import aiofiles.os
import aiofiles.tempfile
import anyio
import anyio.to_process
import anyio.to_thread
from anyio import BrokenWorkerProcess, CapacityLimiter

from core.media import refusals
from core.media.cleaning import DISK_ERRORS, CleanMedia, clean_in_worker
from core.media.kinds import HEAD_LENGTH, LIMITS, MediaKind, format_of
from core.problems import MediaRefused

logger = logging.getLogger("citizencop.media")

CLEANING_SECONDS = 60.0
WORKERS = 2
SWEEP_BATCH = 500
UNFINISHED_SECONDS = 3600.0
_CLEANED = ".clean"
_RAW = ".raw"
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class StoredMedia:
    """A stored file: SHA-256 in hexadecimal, type, length in bytes, pixels and seconds."""

    sha256: str
    kind: MediaKind
    media_type: str
    byte_length: int
    width: int | None
    height: int | None
    seconds: float | None


class MediaStore:
    """A folder of cleaned files: adds new ones, and removes those without a row."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._incoming = root / "incoming"
        self._incoming.mkdir(parents=True, exist_ok=True)
        self._limiter = CapacityLimiter(WORKERS)

    async def receive(self, chunks: AsyncIterator[bytes]) -> StoredMedia:
        """Receive, clean and store a file; raises `MediaRefused`.

        On Linux, only the cleaned file ever has a name on disk. The raw upload disappears when its
        process ends, even if it is killed.
        """
        cleaned = self._incoming / f"{uuid4().hex}{_CLEANED}"
        try:
            async with self._raw_file() as raw:
                await self._spool(chunks, raw)
                media = await self._clean(_path_of(raw), cleaned)
            return await anyio.to_thread.run_sync(self._keep, cleaned, media)
        except OSError as error:
            if error.errno not in DISK_ERRORS:
                raise
            logger.error("a file cannot be stored: %s", errno.errorcode[error.errno])
            raise refusals.no_room() from None
        finally:
            cleaned.unlink(missing_ok=True)

    def _raw_file(self) -> Any:
        """Open a file without a name (Linux's O_TMPFILE); elsewhere, a temporary file."""
        if sys.platform == "linux":
            return aiofiles.tempfile.TemporaryFile("w+b", dir=self._incoming)
        return aiofiles.tempfile.NamedTemporaryFile("w+b", dir=self._incoming, suffix=_RAW)

    def remove_unfinished(self) -> None:
        """Remove unfinished files of killed processes. Call at start.

        Keeps recent files, because other processes may share the folder. Files without a suffix are
        from earlier versions and always removed.
        """
        before = time.time() - UNFINISHED_SECONDS
        for file in self._incoming.iterdir():
            with contextlib.suppress(FileNotFoundError):
                if file.suffix not in (_CLEANED, _RAW) or file.stat().st_mtime < before:
                    file.unlink()

    async def _spool(self, chunks: AsyncIterator[bytes], file: Any) -> None:
        """Write the chunks to disk; refuse unknown types and too many bytes early."""
        head = b""
        kind: MediaKind | None = None
        length = 0
        async for chunk in chunks:
            length += len(chunk)
            if kind is None:
                head += chunk
                kind = _kind_so_far(head)
            if kind is not None and length > LIMITS[kind].bytes:
                raise refusals.too_large(kind)
            await file.write(chunk)
        await file.flush()

    async def _clean(self, raw: str, cleaned: Path) -> CleanMedia:
        try:
            with anyio.fail_after(CLEANING_SECONDS):
                outcome = await anyio.to_process.run_sync(
                    clean_in_worker,
                    raw,
                    str(cleaned),
                    cancellable=True,
                    limiter=self._limiter,
                )
        except TimeoutError:
            raise refusals.too_slow() from None
        except BrokenWorkerProcess:
            raise refusals.broken() from None
        if isinstance(outcome, tuple):
            raise MediaRefused(*outcome)
        return outcome

    def _keep(self, cleaned: Path, media: CleanMedia) -> StoredMedia:
        digest = hashlib.sha256()
        with cleaned.open("rb") as file:
            while block := file.read(1024 * 1024):
                digest.update(block)
            length = file.tell()
            os.fsync(file.fileno())
        target = self.path(digest.hexdigest())
        target.parent.mkdir(exist_ok=True)
        cleaned.replace(target)
        for folder in (target.parent, self._root):
            _sync_folder(folder)
        return StoredMedia(
            digest.hexdigest(),
            media.kind,
            media.media_type,
            length,
            media.width,
            media.height,
            media.seconds,
        )

    def path(self, sha256: str) -> Path:
        """Return the path of the file with this hash; raises `ValueError` for an invalid hash."""
        if _SHA256.fullmatch(sha256) is None:
            raise ValueError("not a SHA-256 hash in hexadecimal digits")
        return self._root / sha256[:2] / sha256

    async def sweep(
        self, known: Callable[[Sequence[str]], Awaitable[set[str]]], older_than: timedelta
    ) -> int:
        """Remove files without a row; return how many.

        `known` gets hashes and returns those that have a row. Files younger than `older_than` stay,
        because their row may not be committed yet.
        """
        before = time.time() - older_than.total_seconds()
        removed = 0
        files = _files_before(self._root, before)
        while batch := await anyio.to_thread.run_sync(lambda: list(islice(files, SWEEP_BATCH))):
            with_row = await known([file.name for file in batch if _SHA256.fullmatch(file.name)])
            for file in batch:
                with contextlib.suppress(FileNotFoundError):
                    # Check the age again: the same content may have been uploaded meanwhile.
                    if file.name not in with_row and file.stat().st_mtime < before:
                        await aiofiles.os.unlink(file)
                        removed += 1
        return removed


def _files_before(root: Path, before: float) -> Iterator[Path]:
    for folder in sorted(root.iterdir()):
        for file in sorted(folder.iterdir()) if folder.is_dir() else ():
            with contextlib.suppress(FileNotFoundError):
                if file.stat().st_mtime < before:
                    yield file


def _path_of(raw: Any) -> str:
    """Return the path at which a worker process can open the raw file."""
    if sys.platform == "linux":
        return f"/proc/{os.getpid()}/fd/{raw.fileno()}"
    return raw.name


def _kind_so_far(head: bytes) -> MediaKind | None:
    """Return the kind once there are enough bytes; raises `MediaRefused` for unknown formats."""
    if len(head) < HEAD_LENGTH:
        return None
    found = format_of(head[:HEAD_LENGTH])
    if found is None:
        raise refusals.unsupported_type()
    return found.kind


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
