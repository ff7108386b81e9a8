"""Migration operations in addition to Tortoise's."""

from typing import Any

from tortoise.migrations import operations as ops


class EnumGains(ops.AlterField):
    """Records a new member of an enum, without changing the column.

    On SQLite, Tortoise's `AlterField` rebuilds the table. Dropping the old table deletes its
    indexes and, through foreign keys, all rows that refer to it.
    """

    async def database_forward(self, *_: Any, **__: Any) -> None:
        """Change nothing."""

    async def database_backward(self, *_: Any, **__: Any) -> None:
        """Change nothing."""
