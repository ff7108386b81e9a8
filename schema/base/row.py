"""Types that are read from rows, and what their fields declare of the rows they need."""

from collections.abc import Mapping
from typing import Any, ClassVar

from tortoise.models import Model

from core.storage.rows import is_row

COLUMNS = "columns"
RELATION = "relation"
OF = "of"


class OfRow:
    """A type whose objects are rows of `model`; fields without a resolver are columns of it."""

    model: ClassVar[type[Model]]

    @classmethod
    def is_type_of(cls, obj: object, _info: object) -> bool:
        """Recognise a row."""
        return is_row(obj, cls.model)


def reads(*columns: str) -> Mapping[Any, Any]:
    """Declare, as a field's metadata, the columns that its resolver reads."""
    return {COLUMNS: columns}


def related(relation: str, *columns: str) -> Mapping[Any, Any]:
    """Declare that a field shows rows of a relation, of which its resolver reads some columns."""
    return {RELATION: relation, COLUMNS: columns}


def reads_of(model: type[Model], *columns: str) -> Mapping[Any, Any]:
    """Declare the columns that a field of another type reads of a model's rows."""
    return {OF: model, COLUMNS: columns}


def as_type(row: object) -> Any:
    """Pass a row off as the type that reads it."""
    return row
