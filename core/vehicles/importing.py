"""Import a register from a file, in batches of one transaction each.

The transaction of a batch also records how far the file was read. An interrupted import, even by a
power failure, continues after its last batch: no vehicle is lost or written twice.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final
from uuid import uuid4
from zoneinfo import ZoneInfo

from tortoise.context import require_context
from tortoise.exceptions import IntegrityError

from core.clock import Clock, now
from core.places.city import City
from core.problems import InvalidInput
from core.storage.database import transact
from core.vehicles.columns import Header, columns_of
from core.vehicles.lines import Line, read_lines
from core.vehicles.models import VehicleImport
from core.vehicles.plate_formats import PLATE_FORMATS
from core.vehicles.refused import RefusedRows
from core.vehicles.upsert import Values, upsert

BATCH: Final = 10_000
"""Rows per transaction; it blocks other writers to SQLite for some tenths of a second."""
FILE: Final = ("file",)


@dataclass(frozen=True, slots=True)
class Imported:
    """The result of an import: numbers of imported and of refused rows."""

    rows: int
    refused: int
    refused_file: Path
    rows_before: int
    """Rows that an earlier run of the same file imported."""


@dataclass(slots=True)
class _Batch:
    rows: dict[object, Values]
    end: int
    lines: int
    read: int
    refused: int = 0


async def import_file(
    city: City,
    file: Path,
    *,
    restart: bool = False,
    on_progress: Callable[[int], None] = lambda _: None,
    clock: Clock = now,
) -> Imported:
    """Import a file of vehicles into the register of a place, continuing an interrupted import.

    `restart` imports it from the beginning. `on_progress` gets the number of bytes done. If a plate
    exists, the file's columns replace its values; if the file has a plate twice, the later row is
    used. Raises `InvalidInput` if the header is invalid.
    """
    state = await _state(city.path, _fingerprint(file), clock)
    before = 0 if restart else state.rows_done
    with file.open("rb") as opened:
        header, begin = _header(city, opened)
        if restart or not state.bytes_done:
            await _begin_again(state, begin)
        refused = RefusedRows(file, header.names, state.refused_bytes)
        on_progress(state.bytes_done)
        try:
            for batch in _batches(opened, header, state, refused):
                await _write(city, header, state, batch, refused.sync(), clock)
                on_progress(state.bytes_done)
        finally:
            refused.close()
    return Imported(state.rows_done, state.rows_refused, refused.path, before)


def _fingerprint(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


async def _state(place: str, fingerprint: str, clock: Clock) -> VehicleImport:
    known = await VehicleImport.get_or_none(fingerprint=fingerprint, place=place)
    if known is not None:
        return known
    state = VehicleImport(
        id=uuid4(),
        place=place,
        fingerprint=fingerprint,
        bytes_done=0,
        lines_done=0,
        rows_done=0,
        rows_refused=0,
        refused_bytes=0,
        at=clock(),
    )
    try:
        await state.save(force_create=True)
    except IntegrityError:
        raise _elsewhere() from None
    return state


async def _begin_again(state: VehicleImport, begin: int) -> None:
    state.bytes_done, state.lines_done = begin, 1
    state.rows_done = state.rows_refused = state.refused_bytes = 0
    await state.save()


def _header(city: City, opened: BinaryIO) -> tuple[Header, int]:
    """Return the header and the offset of the byte after it."""
    first = next(read_lines(opened), None)
    if first is None or first.problem is not None or first.number != 1:
        raise InvalidInput(
            "MALFORMED",
            "The first line must name the columns, separated by commas, in UTF-8.",
            FILE,
        )
    zone = ZoneInfo(city.description.time_zone or "UTC")
    return Header(first.cells, columns_of(city[PLATE_FORMATS], zone)), first.end


def _batches(
    opened: BinaryIO, header: Header, state: VehicleImport, refused: RefusedRows
) -> Iterator[_Batch]:
    """Yield the rest of the file in batches; write invalid rows to `refused`."""
    batch = _Batch({}, state.bytes_done, state.lines_done, 0)
    for line in read_lines(opened, state.bytes_done, state.lines_done):
        try:
            values = _row(header, line)
        except InvalidInput as problem:
            cells = header.shown(line.cells) if line.problem is None else line.cells
            refused.add(line.number, problem, cells)
            batch.refused += 1
        else:
            batch.rows[values[header.plate]] = values
        batch.read += 1
        batch.end, batch.lines = line.end, line.number
        if batch.read == BATCH:
            yield batch
            batch = _Batch({}, line.end, line.number, 0)
    if batch.read:
        yield batch


def _row(header: Header, line: Line) -> Values:
    if line.problem is not None:
        raise line.problem
    return header.row(line.cells)


async def _write(
    city: City,
    header: Header,
    state: VehicleImport,
    batch: _Batch,
    refused_bytes: int,
    clock: Clock,
) -> None:
    """Write a batch and the new state of the import in one transaction."""
    columns = ("place", *header.names, *header.absent)
    given = (city.path,)
    rows = [given + values + header.absent_values for values in batch.rows.values()]
    changes = {
        "bytes_done": batch.end,
        "lines_done": batch.lines,
        "rows_done": state.rows_done + batch.read - batch.refused,
        "rows_refused": state.rows_refused + batch.refused,
        "refused_bytes": refused_bytes,
        "at": clock(),
    }

    async def work() -> None:
        # First, to lock the row: another process that imports this file waits here, then fails.
        own = VehicleImport.filter(id=state.id, bytes_done=state.bytes_done)
        if not await own.update(**changes):
            raise _elsewhere()
        if rows:
            await upsert(require_context().db(), columns, rows, header.changed)

    await transact(work)
    for name, value in changes.items():
        setattr(state, name, value)


def _elsewhere() -> InvalidInput:
    return InvalidInput(
        "NOT_ALLOWED", "Another process is importing this file. Wait until it has finished.", FILE
    )
