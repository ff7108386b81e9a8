"""Fast coercion of input values: one function per input type, built when an operation is.

A reader does in one pass what graphql-core (coercion) and Strawberry (conversion to its classes) do
in two traversals of every value's types. For anything unusual or invalid it raises `NotPlain`. Then
those two handle the value, and report what is wrong with it.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import MISSING
from typing import Any, Final

from graphql import (
    GraphQLEnumType,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLScalarType,
    ObjectValueNode,
    Undefined,
    ValueNode,
    VariableNode,
    Visitor,
    visit,
)
from graphql.type import is_required_input_field
from graphql.utilities.coerce_input_value import (
    coerce_default_value,
    coerce_input_literal,  # pyright: ignore[reportUnknownVariableType]
)
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.base import (
    StrawberryList,
    StrawberryMaybe,
    StrawberryObjectDefinition,
    StrawberryOptional,
)

from schema.base.bounds import MOST_ITEMS
from schema.compiler.declarations import is_list, is_required, nullable

Read = Callable[[Any], Any]
MAX_WHOLE: Final = 2**53
"""Below this, every integer is exactly representable as a float."""
_KINDS: Final[Mapping[str, type]] = {"String": str, "ID": str, "Boolean": bool}


class NotPlain(Exception):
    """A value or a type that only graphql-core and Strawberry can handle."""


def coercer(of_type: Any) -> Read:
    """Return a function that coerces a value as graphql-core does; raises `NotPlain`."""
    if is_required(of_type):
        return _required(coercer(of_type.of_type))
    if is_list(of_type):
        return _list(coercer(of_type.of_type))
    if isinstance(of_type, GraphQLInputObjectType):
        return _object(of_type)
    if isinstance(of_type, GraphQLEnumType):
        return _enum(of_type)
    return _scalar(of_type)


def _required(read: Read) -> Read:
    def required(value: Any) -> Any:
        if value is None:
            raise NotPlain
        return read(value)

    return required


def _list(read: Read) -> Read:
    def items(value: Any) -> Any:
        if value is None:
            return None
        if value.__class__ is not list:
            raise NotPlain
        # A longer list is refused by `schema.compiler.checks`, so the rest need not be read.
        return [read(item) for item in value[: MOST_ITEMS + 1]]

    return items


def _enum(of_type: GraphQLEnumType) -> Read:
    members = {name: of_type.coerce_input_value(name) for name in of_type.values}

    def member(value: Any) -> Any:
        if value is None:
            return None
        if value.__class__ is not str or value not in members:
            raise NotPlain
        return members[value]

    return member


def _scalar(of_type: GraphQLScalarType) -> Read:
    kind = _KINDS.get(of_type.name)
    if kind is not None:

        def plain(value: Any) -> Any:
            if value is None or value.__class__ is kind:
                return value
            raise NotPlain

        return plain
    return _NUMBERS.get(of_type.name) or _other(of_type)


def _other(of_type: GraphQLScalarType) -> Read:
    def parsed(value: Any) -> Any:
        if value is None:
            return None
        try:
            return of_type.coerce_input_value(value)
        except Exception:
            raise NotPlain from None

    return parsed


def _float(value: Any) -> Any:
    if value is None or (value.__class__ is float and value - value == 0.0):
        return value
    if value.__class__ is int and -MAX_WHOLE < value < MAX_WHOLE:
        return float(value)
    raise NotPlain


def _int(value: Any) -> Any:
    if value is None or (value.__class__ is int and -(2**31) <= value < 2**31):
        return value
    raise NotPlain


_NUMBERS: Final[Mapping[str, Read]] = {"Float": _float, "Int": _int}


def _object(of_type: GraphQLInputObjectType) -> Read:
    if of_type.is_one_of or any(field.out_name for field in of_type.fields.values()):
        raise NotPlain
    fields = [(name, coercer(field.type), _absent(field)) for name, field in of_type.fields.items()]
    known = frozenset(of_type.fields)

    def mapping(value: Any) -> Any:
        if value is None:
            return None
        if value.__class__ is not dict or not known.issuperset(value):
            raise NotPlain
        return _united(
            (name, value.get(name, Undefined), read, absent) for name, read, absent in fields
        )

    return mapping


def _absent(field: GraphQLInputField) -> Any:
    """Return the value of a field that is not given; `NotPlain` if the field is required."""
    return NotPlain if is_required_input_field(field) else coerce_default_value(field)


def _united(parts: Iterable[tuple[str, Any, Read, Any]]) -> dict[str, Any]:
    """Return the fields of an object that have a value.

    A part is a field's name, given value, reader, and its value if not given.
    """
    coerced: dict[str, Any] = {}
    for name, given, read, absent in parts:
        if given is not Undefined:
            coerced[name] = read(given)
        elif absent is NotPlain:
            raise NotPlain
        elif absent is not Undefined:
            coerced[name] = absent
    return coerced


def literal(node: ValueNode, of_type: Any) -> Read:
    """Return a function that coerces a literal of a document, given the coerced variables.

    The function returns `Undefined` for a variable without a value. Both raise `NotPlain` for
    anything that only graphql-core can handle.
    """
    inner = nullable(of_type)
    if isinstance(node, VariableNode):
        return _of_variable(node.name.value, needed=is_required(of_type))
    if isinstance(node, ObjectValueNode) and isinstance(inner, GraphQLInputObjectType):
        return _literal_object(node, inner)
    return _constant(node, of_type)


def _literal_object(node: ObjectValueNode, of_type: GraphQLInputObjectType) -> Read:
    given = {field.name.value: field.value for field in node.fields}
    if of_type.is_one_of or not given.keys() <= of_type.fields.keys():
        raise NotPlain
    parts = [
        (name, literal(given[name], field.type) if name in given else _never, _absent(field))
        for name, field in of_type.fields.items()
    ]

    def mapping(variables: Any) -> Any:
        return _united((name, read(variables), _same, absent) for name, read, absent in parts)

    return mapping


def _never(_: Any) -> Any:
    return Undefined


def _same(value: Any) -> Any:
    return value


def _of_variable(name: str, *, needed: bool) -> Read:
    def value(variables: Any) -> Any:
        given = variables.get(name, Undefined)
        if given is None and needed:
            raise NotPlain
        return given

    return value


def _constant(node: ValueNode, of_type: Any) -> Read:
    coerced = coerce_input_literal(node, of_type)
    if coerced is Undefined or has_variable(node):
        raise NotPlain
    return lambda _: coerced


def has_variable(node: Any) -> bool:
    """Return whether a part of a document uses a variable."""
    return bool(variable_uses([node]))


def variable_uses(nodes: Sequence[Any]) -> Counter[str]:
    """Return how often each variable is used in parts of a document."""
    uses: Counter[str] = Counter()

    class Variables(Visitor):
        def enter_variable(self, node: VariableNode, *_: Any) -> None:
            uses[node.name.value] += 1

    for node in nodes:
        visit(node, Variables())
    return uses


def converter(of_type: Any, strawberry: GraphQLCoreConverter) -> Read | None:
    """Return a function that converts a coerced value to Strawberry's objects, or `None`.

    `None` means that the value needs no conversion. Raises `NotPlain` for types with a conversion
    of their own.
    """
    if isinstance(of_type, StrawberryMaybe):
        raise NotPlain
    if isinstance(of_type, StrawberryOptional):
        return converter(of_type.of_type, strawberry)
    if isinstance(of_type, StrawberryList):
        return _converted_items(converter(of_type.of_type, strawberry))
    definition = getattr(of_type, "__strawberry_definition__", None)
    if isinstance(definition, StrawberryObjectDefinition):
        return _converted_object(of_type, definition, strawberry)
    return None


def _converted_items(convert: Read | None) -> Read:
    def items(value: Any) -> Any:
        if value is None:
            return None
        if convert is None:
            return list(value)
        return [convert(item) for item in value]

    return items


def fields_of(
    of_type: type, definition: StrawberryObjectDefinition, strawberry: GraphQLCoreConverter
) -> tuple[dict[str, None], dict[str, tuple[str, Read | None]]]:
    """Return the fields that default to `None`, and each field's Python name and converter."""
    if definition.from_input is not None:
        raise NotPlain
    named = strawberry.config.name_converter
    implied: dict[str, None] = {}
    fields: dict[str, tuple[str, Read | None]] = {}
    for field in definition.fields:
        declared: Any = field
        if declared.default_value is MISSING and declared.default_factory is MISSING:
            implied[declared.python_name] = None
        convert = converter(field.resolve_type(type_definition=definition), strawberry)
        fields[named.from_field(field)] = (declared.python_name, convert)
    return implied, fields


def _converted_object(
    of_type: type, definition: StrawberryObjectDefinition, strawberry: GraphQLCoreConverter
) -> Read:
    implied, fields = fields_of(of_type, definition, strawberry)

    def built(value: Any) -> Any:
        if value is None:
            return None
        given: dict[str, Any] = dict(implied)
        for name, item in value.items():
            python_name, convert = fields[name]
            given[python_name] = item if convert is None else convert(item)
        return of_type(**given)

    return built
