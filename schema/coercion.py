"""Coercing variables and arguments, at once where their types are plain.

Whatever is not plain, or not as it should be, is left to graphql-core and Strawberry, whose walk
through the types of every value costs more than most answers.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from graphql import (
    ArgumentNode,
    FieldNode,
    GraphQLArgument,
    GraphQLField,
    GraphQLNonNull,
    GraphQLSchema,
    OperationDefinitionNode,
    Undefined,
    VariableDefinitionNode,
    VariableNode,
    Visitor,
    get_argument_values,
    get_variable_values,
    is_leaf_type,
    type_from_ast,  # pyright: ignore[reportUnknownVariableType]
    visit,
)
from graphql.execution.values import VariableValues, VariableValueSource
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.arguments import convert_arguments
from strawberry.types.field import StrawberryField

NO_VARIABLES: Final = VariableValues({}, {})
_PLAIN: Final[Mapping[str, type]] = {"String": str, "ID": str, "Boolean": bool}
"""Scalars whose values of these exact classes are what they are coerced to."""
_SAMPLES: Final[Mapping[type, object]] = {str: "", bool: True}


class PlainVariables:
    """The variables of an operation, where all are plain scalars without a default."""

    def __init__(self, schema: GraphQLSchema, node: OperationDefinitionNode) -> None:
        self._expected: list[tuple[str, type, bool, Any]] = []
        self._usable = True
        for definition in node.variable_definitions or ():
            declared: Any = type_from_ast(schema, definition.type)
            needed = isinstance(declared, GraphQLNonNull)
            kind = _PLAIN.get(getattr(_named(declared), "name", ""))
            if kind is None or definition.default_value is not None:
                self._usable = False
                return
            signature = _signature(schema, definition, _SAMPLES[kind])
            self._expected.append((definition.variable.name.value, kind, needed, signature))

    def read(self, given: Mapping[str, Any]) -> VariableValues | None:
        """Return what graphql-core would coerce the variables to; nothing where it must look."""
        if not self._usable:
            return None
        coerced: dict[str, Any] = {}
        sources: dict[str, VariableValueSource] = {}
        for name, kind, needed, signature in self._expected:
            value = given.get(name, Undefined)
            if value.__class__ is kind or (value is None and not needed):
                coerced[name] = value
                sources[name] = VariableValueSource(signature, value)
            else:
                return None
        return VariableValues(sources, coerced)


def _named(declared: Any) -> Any:
    return cast("Any", declared).of_type if isinstance(declared, GraphQLNonNull) else declared


def _type(declared: Any) -> Any:
    return declared.type


def _signature(schema: GraphQLSchema, definition: VariableDefinitionNode, sample: object) -> Any:
    """Return graphql-core's own description of a variable."""
    name = definition.variable.name.value
    values: Any = get_variable_values(schema, [definition], {name: sample})
    return values.sources[name].signature


@dataclass(frozen=True, slots=True)
class _FromVariable:
    """An argument of a leaf type that is a variable."""

    python_name: str
    variable: str
    needed: bool
    default: Mapping[str, Any]


class Arguments:
    """The arguments of a field as its resolver takes them."""

    def __init__(
        self,
        graphql_field: GraphQLField,
        declared: StrawberryField | None,
        node: FieldNode,
        converter: GraphQLCoreConverter,
    ) -> None:
        self._field = graphql_field
        self._declared = declared
        self._node = node
        self._converter = converter
        given = node.arguments or ()
        variable = [each for each in given if isinstance(each.value, VariableNode)]
        self.constant: dict[str, Any] | None = None
        self._plain: tuple[dict[str, Any], list[_FromVariable]] | None = None
        if not any(_has_variable(each.value) for each in given):
            self.constant = self._read(graphql_field, node, NO_VARIABLES)
        elif all(each in variable or not _has_variable(each.value) for each in given):
            self._plain = self._split(variable)

    def values(self, variables: VariableValues) -> dict[str, Any]:
        """Return the arguments; raises `GraphQLError` where a variable is not what it must be."""
        if self.constant is not None:
            return self.constant
        if self._plain is not None:
            values = _plain_values(*self._plain, variables.coerced)
            if values is not None:
                return values
        return self._read(self._field, self._node, variables)

    def _read(
        self, graphql_field: GraphQLField, node: FieldNode, variables: VariableValues
    ) -> dict[str, Any]:
        """Coerce arguments as graphql-core does, and convert them as Strawberry does."""
        if self._declared is None:
            return {}
        return convert_arguments(
            get_argument_values(graphql_field, node, variables),
            self._declared.arguments,
            scalar_registry=self._converter.scalar_registry,
            config=self._converter.config,
        )

    def _split(
        self, variable: list[ArgumentNode]
    ) -> tuple[dict[str, Any], list[_FromVariable]] | None:
        """Return the constant arguments and those from variables, if all those are leaves."""
        if self._declared is None:
            return None
        python_names = {
            self._converter.config.name_converter.from_argument(argument): argument.python_name
            for argument in self._declared.arguments
        }
        names = {each.name.value: each.value for each in variable}
        types: Mapping[str, GraphQLArgument] = self._field.args
        if not all(is_leaf_type(_named(_type(types[name]))) for name in names):
            return None
        others = {name: each for name, each in types.items() if name not in names}
        constant = self._read(
            GraphQLField(_type(self._field), others), self._without(names), NO_VARIABLES
        )
        from_variables = [
            _FromVariable(
                python_names[name],
                value.name.value,
                isinstance(_type(types[name]), GraphQLNonNull),
                self._default(name, types[name]),
            )
            for name, value in names.items()
            if isinstance(value, VariableNode)
        ]
        return constant, from_variables

    def _without(self, names: Mapping[str, Any]) -> FieldNode:
        kept = tuple(each for each in self._node.arguments or () if each.name.value not in names)
        return FieldNode(name=self._node.name, arguments=kept)

    def _default(self, name: str, argument: GraphQLArgument) -> Mapping[str, Any]:
        """Return the argument as it is where its variable has no value."""
        if isinstance(_type(argument), GraphQLNonNull) and argument.default is None:
            return {}
        alone = GraphQLField(_type(self._field), {name: argument})
        return self._read(alone, FieldNode(name=self._node.name, arguments=()), NO_VARIABLES)


def _plain_values(
    constant: Mapping[str, Any], varying: list[_FromVariable], coerced: Mapping[str, Any]
) -> dict[str, Any] | None:
    values = dict(constant)
    for each in varying:
        value = coerced.get(each.variable, Undefined)
        if value is Undefined:
            if each.needed and not each.default:
                return None
            values.update(each.default)
        elif value is None and each.needed:
            return None
        else:
            values[each.python_name] = value
    return values


def _has_variable(node: Any) -> bool:
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
