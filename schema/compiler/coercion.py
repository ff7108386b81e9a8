"""Coercing variables and arguments, with a fast path for plain types.

Other types, and invalid values, are left to graphql-core and Strawberry. Their traversal of the
types of every value takes longer than most answers.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from graphql import (
    FieldNode,
    GraphQLArgument,
    GraphQLError,
    GraphQLField,
    GraphQLNonNull,
    GraphQLSchema,
    OperationDefinitionNode,
    Undefined,
    get_argument_values,
)
from graphql.execution.get_variable_signature import get_variable_signature
from graphql.execution.values import VariableValues, VariableValueSource
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.arguments import convert_arguments
from strawberry.types.field import StrawberryField

from core.problems import Problem
from schema.compiler.checks import Check, check_of, checks_of
from schema.compiler.input_coercion import NotPlain, Read, coercer, converter, has_variable, literal

NO_VARIABLES: Final = VariableValues({}, {})


class PlainVariables:
    """The fast path for variables: for operations whose variables are plain and have no default."""

    def __init__(self, schema: GraphQLSchema, node: OperationDefinitionNode) -> None:
        self._expected: list[tuple[str, Read, bool, Any]] = []
        self._usable = True
        for definition in node.variable_definitions or ():
            signature: Any = get_variable_signature(schema, definition)
            if isinstance(signature, GraphQLError) or definition.default_value is not None:
                self._usable = False
                return
            try:
                read = coercer(signature.type)
            except NotPlain:
                self._usable = False
                return
            needed = isinstance(signature.type, GraphQLNonNull)
            self._expected.append((definition.variable.name.value, read, needed, signature))

    def read(self, given: Mapping[str, Any]) -> VariableValues | None:
        """Return the coerced variables, or `None` if graphql-core must coerce them."""
        if not self._usable:
            return None
        coerced: dict[str, Any] = {}
        sources: dict[str, VariableValueSource] = {}
        try:
            for name, read, needed, signature in self._expected:
                value = given.get(name, Undefined)
                if value is not Undefined:
                    coerced[name] = read(value)
                    sources[name] = VariableValueSource(signature, value)
                elif needed:
                    return None
        except NotPlain:
            return None
        return VariableValues(sources, coerced)


@dataclass(frozen=True, slots=True)
class _Varying:
    """An argument whose value is, or contains, a variable."""

    name: str
    python_name: str
    read: Read
    check: Check | None
    convert: Read | None
    needed: bool
    default: Mapping[str, Any]


class Arguments:
    """The arguments of a field in the form that its resolver takes."""

    def __init__(
        self,
        graphql_field: GraphQLField,
        declared: StrawberryField | None,
        node: FieldNode,
        strawberry: GraphQLCoreConverter,
    ) -> None:
        self._field = graphql_field
        self._declared = declared
        self._node = node
        self._converter = strawberry
        self._check = checks_of(graphql_field)
        self.constant: dict[str, Any] | None = None
        self._plain: tuple[dict[str, Any], list[_Varying]] | None = None
        varying = {
            each.name.value: each.value for each in node.arguments or () if has_variable(each.value)
        }
        if not varying:
            # A value over its limit is refused by `values`.
            with suppress(Problem):
                self.constant = self._read(graphql_field, node, NO_VARIABLES)
            return
        try:
            self._plain = self._split(varying)
        except (NotPlain, Problem):
            self._plain = None

    @property
    def is_limited(self) -> bool:
        """Whether an argument has a limit to check."""
        return self._check is not None

    def values(self, variables: VariableValues) -> dict[str, Any]:
        """Return the arguments.

        Raises `GraphQLError` for an invalid variable, `Problem` for a text or list over its limit.
        """
        if self.constant is not None:
            return self.constant
        if self._plain is not None:
            try:
                return _plain_values(*self._plain, variables.coerced)
            except NotPlain:
                pass
        return self._read(self._field, self._node, variables)

    def require_allowed(self, variables: VariableValues) -> None:
        """Raise what `values` raises for a text or list over its limit, without converting."""
        if self._plain is None:
            self.values(variables)
            return
        try:
            for each in self._plain[1]:
                value = each.read(variables.coerced) if each.check is not None else None
                if each.check is not None and value is not None and value is not Undefined:
                    each.check(value, (each.name,))
        except NotPlain:
            self.values(variables)

    def _read(
        self, graphql_field: GraphQLField, node: FieldNode, variables: VariableValues
    ) -> dict[str, Any]:
        """Coerce arguments as graphql-core does, and convert them as Strawberry does."""
        if self._declared is None:
            return {}
        given = get_argument_values(graphql_field, node, variables)
        if self._check is not None:
            self._check(given, ())
        return convert_arguments(
            given,
            self._declared.arguments,
            scalar_registry=self._converter.scalar_registry,
            config=self._converter.config,
        )

    def _split(self, varying: Mapping[str, Any]) -> tuple[dict[str, Any], list[_Varying]]:
        """Return the constant arguments, and those with variables; raises `NotPlain`."""
        if self._declared is None:
            raise NotPlain
        named = self._converter.config.name_converter.from_argument
        declared = {named(argument): argument for argument in self._declared.arguments}
        types: Mapping[str, GraphQLArgument] = self._field.args
        others = {name: each for name, each in types.items() if name not in varying}
        constant = self._read(
            GraphQLField(_type(self._field), others), self._without(varying), NO_VARIABLES
        )
        read = [
            _Varying(
                name,
                declared[name].python_name,
                literal(value, _type(types[name])),
                check_of(types[name]),
                converter(declared[name].type, self._converter),
                isinstance(_type(types[name]), GraphQLNonNull),
                self._default(name, types[name]),
            )
            for name, value in varying.items()
        ]
        return constant, read

    def _without(self, names: Mapping[str, Any]) -> FieldNode:
        others = tuple(each for each in self._node.arguments or () if each.name.value not in names)
        return FieldNode(name=self._node.name, arguments=others)

    def _default(self, name: str, argument: GraphQLArgument) -> Mapping[str, Any]:
        """Return the argument's value if its variable has none: its default, or nothing."""
        if isinstance(_type(argument), GraphQLNonNull) and argument.default is None:
            return {}
        alone = GraphQLField(_type(self._field), {name: argument})
        return self._read(alone, FieldNode(name=self._node.name, arguments=()), NO_VARIABLES)


def _type(declared: Any) -> Any:
    return declared.type


def _plain_values(
    constant: Mapping[str, Any], varying: list[_Varying], coerced: Mapping[str, Any]
) -> dict[str, Any]:
    values = dict(constant)
    for each in varying:
        value = each.read(coerced)
        if value is not Undefined:
            if each.check is not None and value is not None:
                each.check(value, (each.name,))
            values[each.python_name] = value if each.convert is None else each.convert(value)
        elif each.needed and not each.default:
            raise NotPlain
        else:
            values.update(each.default)
    return values
