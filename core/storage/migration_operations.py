"""Operations of migrations beside Tortoise's own."""

from typing import Any

from tortoise.migrations import operations as ops


class _Recorded:
    """An operation that only records a change: the tables need none, or get it by a `RunPython`."""

    async def database_forward(self, *_: Any, **__: Any) -> None:
        """Change nothing."""

    async def database_backward(self, *_: Any, **__: Any) -> None:
        """Change nothing."""


class EnumGains(_Recorded, ops.AlterField):
    """An enum has a member more: the column stays as it is, on every database.

    Tortoise's own `AlterField` would build the table anew on SQLite, and drop the old one with its
    indexes and, by their foreign keys, with every row elsewhere that points to it.
    """


class FieldAdded(_Recorded, ops.AddField):
    """A column was added by a statement of the migration's own."""


class FieldDropped(_Recorded, ops.RemoveField):
    """A column was dropped by a statement of the migration's own."""


class OptionsChanged(_Recorded, ops.AlterModelOptions):
    """Indexes were made or dropped by statements of the migration's own."""
