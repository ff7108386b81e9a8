"""One statement for a whole change: the rows, the numbers of the logs, and the key, or nothing.

A transaction of several statements holds the lock on its city's log while it waits for each of
them. Here the database does everything in one round trip: it checks that what the change rests on
still holds, uses up the key, takes the next number of each log, writes the rows, and commits. Where
something no longer holds it writes nothing, takes no number and raises no error: PostgreSQL would
write an error into its log, with the values that clash.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from tortoise.models import Model

from core.storage.connection import current_database, meta_of, table_of
from core.tasks.shielded import run_shielded


@dataclass(frozen=True, slots=True)
class Numbered:
    """A value that ends in the number which the log will give: `RPR-1042`, or the number alone."""

    prefix: str | None = None

    def value(self, number: int) -> int | str:
        """Return the value for a number."""
        return number if self.prefix is None else f"{self.prefix}{number}"


NUMBER: Final = Numbered()


@dataclass(frozen=True, slots=True)
class NewRow:
    """A row to insert.

    `numbered` are the columns that wait for the log's number. `replaces` names a unique column: a
    row that has the same value there is overwritten. With `in_each_log` there is one row for each
    log, with its `city` and `number`.
    """

    row: Model
    numbered: Mapping[str, Numbered] = field(default_factory=dict[str, Numbered])
    replaces: str | None = None
    in_each_log: bool = False

    @property
    def table(self) -> str:
        """The table's name."""
        return table_of(type(self.row))

    def columns(self) -> list[tuple[str, Any, object]]:
        """Return name, field and value of every column that has one."""
        row, numbered = self.row, self.numbered
        return [
            (name, field, numbered.get(name, getattr(row, name)))
            for name, field in _fields(type(row))
            if not (field.generated and getattr(row, name) is None)
        ]


@lru_cache(maxsize=100)
def _fields(model: type[Model]) -> list[tuple[str, Any]]:
    meta = meta_of(model)
    return [(name, meta.fields_map[name]) for name in meta.fields_db_projection]


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """New values of a row, which are written only if it still has the version that was read.

    Its `version` becomes the log's number.
    """

    model: type[Model]
    id: UUID
    version: int
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class ClaimedRows:
    """Rows that must all still be there, and are deleted."""

    model: type[Model]
    ids: Sequence[UUID]


@dataclass(frozen=True, slots=True)
class UpdatedRows:
    """New values of every row that has a value in a column."""

    model: type[Model]
    column: str
    value: object
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class DeletedRows:
    """Every row that has a value in a column is deleted."""

    model: type[Model]
    column: str
    value: object


@dataclass(frozen=True, slots=True)
class Made:
    """What a key makes: a row, and the unique column in it that is derived from the key."""

    row: Model
    column: str


@dataclass(frozen=True, slots=True)
class KeyUse:
    """The row that uses an idempotency key up.

    By what the key made it is known as used also when its own row has expired.
    """

    row: NewRow
    made: Made | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A change, and the cities whose logs get a line for it; the first is the subject's own."""

    cities: Sequence[str]
    new: Sequence[NewRow]
    key: KeyUse | None = None
    changed: ChangedRow | None = None
    claimed: ClaimedRows | None = None
    updated: Sequence[UpdatedRows] = ()
    deleted: Sequence[DeletedRows] = ()


class Clash(Enum):
    """Why nothing was written."""

    CHANGED = "the row has another version than the one that was read"
    CLAIMED = "a row to be claimed is gone"
    KEY_USED = "the key was used before"


async def append(entry: Entry) -> int | Clash:
    """Write all of it or nothing; return the number in the subject's own log, or why nothing was.

    Goes to its end even when the caller goes away in the middle.
    """
    return await run_shielded(current_database().append(entry))


def stored(model: type[Model], column: str, value: object) -> object:
    """Return a value as Tortoise hands it to the database."""
    return meta_of(model).fields_map[column].to_db_value(value, None)


def overwriting(replaces: str | None, names: Sequence[str]) -> str:
    """Return what follows an insert that overwrites the row with the same unique value."""
    if replaces is None:
        return ""
    sets = ", ".join(f"{name} = excluded.{name}" for name in names if name != replaces)
    return f" ON CONFLICT ({replaces}) DO UPDATE SET {sets}"
