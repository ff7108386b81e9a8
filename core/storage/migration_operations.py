"""Migration operations in addition to Tortoise's."""

from typing import Any

from tortoise.migrations import operations as ops


class _Recorded:
    """An operation that only records a change; if needed, a `RunPython` changes the tables."""

    async def database_forward(self, *_: Any, **__: Any) -> None:
        """Change nothing."""

    async def database_backward(self, *_: Any, **__: Any) -> None:
        """Change nothing."""


class EnumGains(_Recorded, ops.AlterField):
    """Records a new member of an enum, without changing the column.

    On SQLite, Tortoise's `AlterField` rebuilds the table. Dropping the old table deletes its
    indexes and, through foreign keys, all rows that refer to it.
    """


class FieldAdded(_Recorded, ops.AddField):
    """Records a column that a statement of the migration adds."""


class FieldDropped(_Recorded, ops.RemoveField):
    """Records a column that a statement of the migration drops."""


class OptionsChanged(_Recorded, ops.AlterModelOptions):
    """Records indexes that statements of the migration create or drop."""
