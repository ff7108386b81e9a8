"""Scalars and enums in generated source."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from graphql import GraphQLEnumType, GraphQLLeafType
from strawberry.types.enum import StrawberryEnumDefinition
from tortoise import fields
from tortoise.models import Model

from core.storage.connection import meta_of
from schema.compiler.declarations import is_required, nullable
from schema.compiler.expressions import Call, Checked, Expression
from schema.compiler.functions import Functions, NotSupported

_UNCONVERTED: Final[Mapping[str, str]] = {
    "String": "{0}.__class__ is str",
    "ID": "{0}.__class__ is str",
    "Boolean": "{0}.__class__ is bool",
    "Int": "{0}.__class__ is int and -2147483648 <= {1} <= 2147483647",
    # Excludes infinities and NaN, for which the difference is NaN.
    "Float": "{0}.__class__ is float and {1} - {1} == 0.0",
    # orjson writes both as `isoformat` does.
    "DateTime": "{0}.__class__ is datetime",
    "Date": "{0}.__class__ is date",
}
"""Tests, by scalar, of values that need no conversion for the answer; see `Checked`."""

_CERTAIN: Final[Mapping[str, tuple[type, ...]]] = {
    "String": (fields.CharField, fields.TextField),
    "DateTime": (fields.DatetimeField,),
    "Date": (fields.DateField,),
    "Boolean": (fields.BooleanField,),
    "Int": (fields.SmallIntField,),
}
"""Types of columns whose values need neither a test nor a conversion, by scalar."""


def scalar(
    functions: Functions, of_type: GraphQLLeafType, value: Expression, *, nullable: bool
) -> Expression:
    """Return the expression that shows a scalar."""
    local = functions.local()
    slow = functions.name(_serialise(of_type, nullable=nullable))
    test = _UNCONVERTED.get(of_type.name)
    if test is None:
        return Call(slow, (value,))
    return Checked(local, value, test, slow, nullable)


def is_certain(model: type[Model], column_name: str, of_type: Any) -> bool:
    """Return whether every value of a column is valid for a field's type as it is."""
    column = meta_of(model).fields_map.get(column_name)
    kinds = _CERTAIN.get(getattr(nullable(of_type), "name", ""), ())
    return isinstance(column, kinds) and not (is_required(of_type) and column.null)


def names_of_members(of_type: GraphQLEnumType) -> dict[object, str]:
    """Return the names of an enum's members, by member and by the value that rows contain."""
    definition: StrawberryEnumDefinition = of_type.extensions["strawberry-definition"]
    names: dict[object, str] = {}
    members: Any = definition.wrapped_cls
    for member in members:
        names[member] = names[member.value] = member.name
    return names


def _serialise(of_type: GraphQLLeafType, *, nullable: bool) -> Callable[[Any], Any]:
    def serialise(value: Any) -> Any:
        if value is None:
            if nullable:
                return None
            raise NotSupported
        return of_type.serialize(value)

    return serialise
