"""Writing a whole change in one statement: its rows, its event numbers, its idempotency key.

A transaction of several statements would hold the lock on its city's log for as many round trips.
This one statement checks that the change's preconditions still hold, uses the key, takes the next
number of each log, writes the rows, and commits. If a precondition fails, it writes nothing, takes
no number and raises no error: PostgreSQL would log the error with the conflicting values.
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
    """A value made from the event's number: `RPR-1042`, or the number alone without a prefix."""

    prefix: str | None = None

    def value(self, number: int) -> int | str:
        """Return the value for a number."""
        return number if self.prefix is None else f"{self.prefix}{number}"


NUMBER: Final = Numbered()


@dataclass(frozen=True, slots=True)
class NewRow:
    """A row to insert.

    `numbered` are the columns that contain the event's number. `replaces` names a unique column: an
    existing row with the same value there is overwritten. With `in_each_log`, one row is inserted
    for each log, with its `city` and `number`.
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
        """Return name, field and value of each column, without generated ones that are unset."""
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
    """New values of a row; a precondition is that it still has the version that was read.

    Its `version` becomes the event's number.
    """

    model: type[Model]
    id: UUID
    version: int
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class ClaimedRows:
    """Rows to delete; a precondition is that all of them still exist."""

    model: type[Model]
    ids: Sequence[UUID]


@dataclass(frozen=True, slots=True)
class UpdatedRows:
    """New values of all rows with `value` in `column`."""

    model: type[Model]
    column: str
    value: object
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class DeletedRows:
    """Deletes all rows with `value` in `column`."""

    model: type[Model]
    column: str
    value: object


@dataclass(frozen=True, slots=True)
class Made:
    """A row that is created with a key, and its unique column that is derived from the key."""

    row: Model
    column: str


@dataclass(frozen=True, slots=True)
class KeyUse:
    """The row that records an idempotency key as used.

    With `made`, the key counts as used even after its own row has expired.
    """

    row: NewRow
    made: Made | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A change, and the cities whose logs get an event for it, the subject's own first."""

    cities: Sequence[str]
    new: Sequence[NewRow]
    key: KeyUse | None = None
    changed: ChangedRow | None = None
    claimed: ClaimedRows | None = None
    updated: Sequence[UpdatedRows] = ()
    deleted: Sequence[DeletedRows] = ()


class Clash(Enum):
    """The precondition that failed; nothing was written."""

    CHANGED = "the row no longer has the version that was read"
    CLAIMED = "a row to claim no longer exists"
    KEY_USED = "the key was already used"


async def append(entry: Entry) -> int | Clash:
    """Write an entry; return the event's number in the subject's own log.

    Returns a `Clash`, and writes nothing, if a precondition fails. Finishes even if the caller is
    cancelled.
    """
    return await run_shielded(current_database().append(entry))


def stored(model: type[Model], column: str, value: object) -> object:
    """Convert a value to what Tortoise passes to the database."""
    return meta_of(model).fields_map[column].to_db_value(value, None)


def overwriting(replaces: str | None, names: Sequence[str]) -> str:
    """Return the ON CONFLICT clause of an insert that overwrites the row with the same value."""
    if replaces is None:
        return ""
    sets = ", ".join(f"{name} = excluded.{name}" for name in names if name != replaces)
    return f" ON CONFLICT ({replaces}) DO UPDATE SET {sets}"
