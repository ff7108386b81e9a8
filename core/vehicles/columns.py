"""The columns of a vehicle file, and the conversion of its cells to values of the register."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from core.problems import InvalidInput
from core.storage.connection import meta_of
from core.text import parse_text
from core.vehicles.models import Vehicle
from core.vehicles.plate_formats import PlateFormat
from core.vehicles.plates import normal_plate

Parse = Callable[[str, tuple[str, ...]], object]

REFUSED_COLUMNS: Final = ("line", "reason")
"""Extra columns of a file of refused rows; ignored, so that it can be corrected and imported."""
_YES_AND_NO: Final = {"": False, "false": False, "no": False, "0": False} | {
    "true": True, "yes": True, "1": True,
}  # fmt: skip
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Column:
    """How to parse the cells of a column, and the value to store if the file lacks the column."""

    parse: Parse
    required: bool = False
    missing: object = None


def _words(limit: int) -> Parse:
    def parse(cell: str, field: tuple[str, ...]) -> str:
        return parse_text(cell, field, limit, required=False)

    return parse


def _name(limit: int) -> Parse:
    def parse(cell: str, field: tuple[str, ...]) -> str:
        return parse_text(cell, field, limit, required=True)

    return parse


def _words_or_nothing(limit: int) -> Parse:
    def parse(cell: str, field: tuple[str, ...]) -> str | None:
        return parse_text(cell, field, limit, required=False) or None

    return parse


def _yes_or_no(cell: str, field: tuple[str, ...]) -> bool:
    value = _YES_AND_NO.get(cell.strip().lower())
    if value is None:
        raise InvalidInput("UNKNOWN_VALUE", f"{field[-1]} must be true or false.", field)
    return value


def _day(cell: str, field: tuple[str, ...]) -> date | None:
    cell = cell.strip()
    if not cell:
        return None
    try:
        # `fromisoformat` also accepts other forms, such as weeks.
        return date.fromisoformat(cell) if _DATE.fullmatch(cell) else _refuse_day(field)
    except ValueError:
        return _refuse_day(field)


def _refuse_day(field: tuple[str, ...]) -> date:
    raise InvalidInput("MALFORMED", f"{field[-1]} must be a date such as 2031-03-31.", field)


def _moment(zone: ZoneInfo) -> Parse:
    def parse(cell: str, field: tuple[str, ...]) -> datetime | None:
        cell = cell.strip()
        if not cell:
            return None
        try:
            at = datetime.fromisoformat(cell)
            return (at if at.tzinfo is not None else at.replace(tzinfo=zone)).astimezone(UTC)
        except (ValueError, OverflowError):
            raise InvalidInput(
                "MALFORMED", f"{field[-1]} must be a time such as 2026-11-24T08:30:00+05:30.", field
            ) from None

    return parse


def _plate(formats: Sequence[PlateFormat]) -> Parse:
    def parse(cell: str, field: tuple[str, ...]) -> str:
        return normal_plate(cell, formats, field)

    return parse


def _limit(column: str) -> int:
    return meta_of(Vehicle).fields_map[column].max_length


def columns_of(formats: Sequence[PlateFormat], zone: ZoneInfo) -> Mapping[str, Column]:
    """Return the columns of the register by name, for a place's plate formats and time zone."""
    return {
        "plate": Column(_plate(formats), required=True),
        "make": Column(_name(_limit("make")), required=True),
        "model": Column(_words(_limit("model")), required=True),
        "colour": Column(_words(_limit("colour")), required=True),
        "vehicle_class": Column(_words(_limit("vehicle_class")), required=True),
        "fuel": Column(_words_or_nothing(_limit("fuel"))),
        "valid_until": Column(_day),
        "stolen": Column(_yes_or_no, missing=False),
        "towed_to": Column(_words_or_nothing(_limit("towed_to"))),
        "towed_at": Column(_moment(zone)),
        "owner": Column(_words_or_nothing(_limit("owner"))),
    }


class Header:
    """The first line of a file, which names the columns."""

    def __init__(self, cells: Sequence[str], columns: Mapping[str, Column]) -> None:
        """Raise `InvalidInput` if columns are missing, unknown or duplicate."""
        names = [cell.strip().lower() for cell in cells]
        self.names = [name for name in names if name not in REFUSED_COLUMNS]
        _check(self.names, columns)
        self.plate = self.names.index("plate")
        self.changed = [name for name in self.names if name != "plate"]
        self.absent = [name for name in columns if name not in self.names]
        self.absent_values = tuple(columns[name].missing for name in self.absent)
        self._width = len(names)
        self._places = [
            (index, (name,), columns[name].parse)
            for index, name in enumerate(names)
            if name not in REFUSED_COLUMNS
        ]
        self._refused_columns = [
            index for index, name in enumerate(names) if name in REFUSED_COLUMNS
        ]
        towing = "towed_at" in self.names
        self._towing = [self.names.index(name) for name in ("towed_to", "towed_at") if towing]

    def row(self, cells: Sequence[str]) -> tuple[object, ...]:
        """Return the values in the order of `names`; raises `InvalidInput` with the column."""
        if len(cells) != self._width:
            raise InvalidInput(
                "MALFORMED",
                f"The row has {len(cells)} cells, but the header has {self._width}.",
            )
        values = tuple([parse(cells[index], field) for index, field, parse in self._places])
        if self._towing:
            to, at = self._towing
            if values[at] is not None and values[to] is None:
                raise InvalidInput("REQUIRED", "towed_at requires towed_to.", ("towed_to",))
        return values

    def shown(self, cells: Sequence[str]) -> list[str]:
        """Return a row's cells without those of `REFUSED_COLUMNS`."""
        return [cell for index, cell in enumerate(cells) if index not in self._refused_columns]


def _check(names: Sequence[str], columns: Mapping[str, Column]) -> None:
    field = ("file", "header")
    known = ", ".join(columns)
    missing = [name for name, each in columns.items() if each.required and name not in names]
    if missing:
        raise InvalidInput(
            "REQUIRED", f"The first line must name the columns. {missing[0]} is missing.", field
        )
    if "towed_at" in names and "towed_to" not in names:
        raise InvalidInput("REQUIRED", "The column towed_at requires the column towed_to.", field)
    unknown = [number for number, name in enumerate(names, start=1) if name not in columns]
    if unknown:
        raise InvalidInput(
            "UNKNOWN_VALUE", f"Unknown column {unknown[0]}. Known columns: {known}.", field
        )
    if len(set(names)) < len(names):
        raise InvalidInput("DUPLICATE", "Two columns have the same name.", field)
