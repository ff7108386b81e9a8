"""Operations of migrations beside Tortoise's own."""

from typing import Any

from tortoise.migrations import operations as ops


class EnumGains(ops.AlterField):
    """An enum has a member more: the column stays as it is, on every database.

    Tortoise's own `AlterField` would build the table anew on SQLite, and drop the old one with its
    indexes and, by their foreign keys, with every row elsewhere that points to it.
    """

    async def database_forward(self, *_: Any, **__: Any) -> None:
        """Change nothing."""

    async def database_backward(self, *_: Any, **__: Any) -> None:
        """Change nothing."""
