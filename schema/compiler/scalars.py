"""Scalars and enums in generated source: values that are shown as they are, and the others."""

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

_AS_IT_IS: Final[Mapping[str, str]] = {
    "String": "{0}.__class__ is str",
    "ID": "{0}.__class__ is str",
    "Boolean": "{0}.__class__ is bool",
    "Int": "{0}.__class__ is int and -2147483648 <= {1} <= 2147483647",
    # Neither an infinity nor NaN: of these the difference is NaN.
    "Float": "{0}.__class__ is float and {1} - {1} == 0.0",
    # orjson writes both as `isoformat` does.
    "DateTime": "{0}.__class__ is datetime",
    "Date": "{0}.__class__ is date",
}
"""Tests of values that are already what the answer shows, by scalar; see `Checked`."""

_CERTAIN: Final[Mapping[str, tuple[type, ...]]] = {
    "String": (fields.CharField, fields.TextField),
    "DateTime": (fields.DatetimeField,),
    "Date": (fields.DateField,),
    "Boolean": (fields.BooleanField,),
    "Int": (fields.SmallIntField,),
}
"""Scalars whose values come out of these columns just as an answer shows them."""


def scalar(
    functions: Functions, of_type: GraphQLLeafType, value: Expression, *, nullable: bool
) -> Expression:
    """Return the expression that shows a scalar."""
    local = functions.local()
    slow = functions.name(_serialise(of_type, nullable=nullable))
    test = _AS_IT_IS.get(of_type.name)
    if test is None:
        return Call(slow, (value,))
    return Checked(local, value, test, slow, nullable)


def is_certain(model: type[Model], column_name: str, of_type: Any) -> bool:
    """Tell whether every value of a column is of a field's type."""
    column = meta_of(model).fields_map.get(column_name)
    kinds = _CERTAIN.get(getattr(nullable(of_type), "name", ""), ())
    return isinstance(column, kinds) and not (is_required(of_type) and column.null)


def names_of_members(of_type: GraphQLEnumType) -> dict[object, str]:
    """Return the names of an enum by its members and by their values, which rows hold."""
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
