"""Types that are read from rows, and the columns that their fields declare."""

from collections.abc import Mapping
from typing import Any, ClassVar

from tortoise.models import Model

from core.storage.rows import is_row

COLUMNS = "columns"
RELATION = "relation"
OF = "of"


class OfRow:
    """A type whose objects are rows of `model`; a field without a resolver is a column."""

    model: ClassVar[type[Model]]

    @classmethod
    def is_type_of(cls, obj: object, _info: object) -> bool:
        """Return whether it is a row of the model."""
        return is_row(obj, cls.model)


def reads(*columns: str) -> Mapping[Any, Any]:
    """Declare, as a field's metadata, the columns that its resolver reads."""
    return {COLUMNS: columns}


def related(relation: str, *columns: str) -> Mapping[Any, Any]:
    """Declare that a field shows a relation, and which columns of it its resolver reads."""
    return {RELATION: relation, COLUMNS: columns}


def reads_of(model: type[Model], *columns: str) -> Mapping[Any, Any]:
    """Declare the columns of another model's rows that a field reads."""
    return {OF: model, COLUMNS: columns}


def as_type(row: object) -> Any:
    """Return a row, typed as the GraphQL type that reads it."""
    return row
