"""Compiling an operation into a plan: what to load, and a function that builds the answer.

The plan is built from Strawberry's types. A field without a resolver is an attribute; a field with
a resolver is a plain function of its object. The columns and relations that a selection reads
become `Wanted` (`core.storage.rows`), so that a root field loads only these. The shape of the
answer becomes an expression (`schema.compiler.expressions`), and each selection set a generated
function (`schema.compiler.functions`) that returns a dictionary.

The functions expect valid values. If a value does not match its type, they raise `NotSupported`.
Then graphql-core's executor answers the operation from the values that the root fields have
returned. So errors, their paths and the resulting nulls follow the specification, and no root field
runs twice.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from graphql import (
    FieldNode,
    GraphQLAbstractType,
    GraphQLEnumType,
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    VariableNode,
    Visitor,
    is_abstract_type,
    is_leaf_type,
    is_list_type,  # pyright: ignore[reportUnknownVariableType]
    is_non_null_type,  # pyright: ignore[reportUnknownVariableType]
    is_object_type,
    visit,
)
from graphql.execution.collect_fields import (
    FieldDetails,
    FragmentDetails,
    collect_fields,
    collect_subfields,
)
from graphql.execution.values import VariableValues
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.field import StrawberryField
from tortoise.models import Model

from core.storage.rows import Wanted
from schema.base.row import COLUMNS, OF, RELATION, OfRow
from schema.base.selection import DEPENDS_ON_CLOCK, names_below
from schema.compiler.coercion import Arguments
from schema.compiler.declarations import (
    declaration_of,
    inner_type,
    model_of,
    resolver_of,
    source_parameters,
    type_of,
    unbound,
)
from schema.compiler.expressions import (
    INFO,
    Call,
    Column,
    Expression,
    ListOf,
    Lookup,
    Nullable,
    Record,
    Source,
)
from schema.compiler.functions import Functions, NotSupported, Shape, by_type
from schema.compiler.input_coercion import variable_uses
from schema.compiler.scalars import is_certain, names_of_members, scalar
from schema.compiler.wanted_rows import WantedRows

TYPENAME: Final = "__typename"
_OBJECT: Final = Source("o")


@dataclass(frozen=True, slots=True)
class Root:
    """A root field: how it is resolved, and how its value becomes part of the answer."""

    key: str
    field: GraphQLField
    resolve: Callable[..., Any] | None
    """`None` for `__typename`, whose value is `constant`."""
    constant: Any
    parameters: Mapping[str, str]
    positional: bool
    arguments: Arguments
    nodes: list[FieldNode]
    names: frozenset[str]
    wanted: Mapping[type[Model], Wanted]
    metadata: Mapping[Any, Any]
    shape: Shape
    depends_on_clock: bool = False
    """Whether the value of the field, or of one below it, changes with time."""


@dataclass(frozen=True, slots=True)
class Plan:
    """An operation that is ready to run; `arguments` are those below the root with variables."""

    operation: OperationDefinitionNode
    roots: Sequence[Root]
    arguments: Sequence[Arguments]
    limited: Sequence[Arguments]
    """Those `arguments` that have a limit to check."""
    variable_uses: Mapping[str, int]
    depends_on_clock: bool
    """Whether the answer changes with time, so that it must not be cached."""


def conditions_of(document_nodes: Sequence[Any]) -> tuple[str, ...]:
    """Return the variables that `@skip` and `@include` of an operation use."""
    found: dict[str, None] = {}

    class Conditions(Visitor):
        def enter_directive(self, node: Any, *_: Any) -> None:
            for argument in node.arguments or ():
                if isinstance(argument.value, VariableNode):
                    found[argument.value.name.value] = None

    for node in document_nodes:
        visit(node, Conditions())
    return tuple(found)


def compile_plan(
    schema: GraphQLSchema,
    converter: GraphQLCoreConverter,
    operation: OperationDefinitionNode,
    fragments: Mapping[str, Any],
    variables: VariableValues,
) -> Plan:
    """Compile an operation for one combination of its `@skip` and `@include`.

    Raises `NotSupported` for introspection, and other fields that a plan cannot handle.
    """
    root_type = schema.get_root_type(operation.operation)
    if root_type is None:
        raise NotSupported
    details = {name: FragmentDetails(fragment) for name, fragment in fragments.items()}
    varying: list[Arguments] = []
    collected = collect_fields(schema, details, variables, root_type, operation)
    roots = [
        _Compiler(schema, converter, operation, details, variables, varying).root(
            root_type, key, list(fields)
        )
        for key, fields in collected.grouped_field_set.items()
    ]
    uses = variable_uses([operation.selection_set, *fragments.values()])
    limited = [each for each in varying if each.is_limited]
    depends_on_clock = any(root.depends_on_clock for root in roots)
    return Plan(operation, roots, varying, limited, uses, depends_on_clock)


@dataclass(slots=True)
class _Compiler:
    """Compiles one root field; `varying` is shared by all root fields of an operation."""

    schema: GraphQLSchema
    converter: GraphQLCoreConverter
    operation: OperationDefinitionNode
    fragments: dict[str, FragmentDetails]
    variables: VariableValues
    varying: list[Arguments]
    _depends_on_clock: bool = False
    _functions: Functions = field(default_factory=Functions)
    _loose: dict[type[Model], WantedRows] = field(default_factory=dict[type[Model], WantedRows])

    def root(self, root_type: GraphQLObjectType, key: str, details: list[FieldDetails]) -> Root:
        """Compile a root field and the fields selected below it."""
        node = details[0].node
        if node.name.value == TYPENAME:
            return self._typename(root_type, key, node)
        graphql_field = root_type.fields.get(node.name.value)
        if graphql_field is None:
            raise NotSupported
        declared = declaration_of(graphql_field)
        resolver = resolver_of(declared)
        if resolver is None or declared.extensions:
            raise NotSupported
        self._note_clock(declared)
        shown = self._complete(type_of(graphql_field), _OBJECT, details, None)
        shape = self._functions.returning(shown)
        return Root(
            key=key,
            field=graphql_field,
            resolve=unbound(resolver),
            constant=None,
            parameters=source_parameters(resolver),
            positional=resolver.self_parameter is not None,
            arguments=self._arguments(graphql_field, declared, node),
            nodes=[each.node for each in details],
            names=names_below([each.node for each in details], self._definitions()),
            wanted={model: rows.built() for model, rows in self._loose.items()},
            metadata=declared.metadata,
            shape=self._functions[shape],
            depends_on_clock=self._depends_on_clock,
        )

    def _typename(self, root_type: GraphQLObjectType, key: str, node: FieldNode) -> Root:
        typename = GraphQLField(root_type)
        none = Arguments(typename, None, node, self.converter)
        name = root_type.name
        return Root(
            key, typename, None, name, {}, False, none, [node], frozenset(), {}, {}, _unchanged
        )

    def _definitions(self) -> dict[str, Any]:
        return {name: each.definition for name, each in self.fragments.items()}

    def _object(
        self,
        object_type: GraphQLObjectType,
        details: list[FieldDetails],
        owner: WantedRows | None,
    ) -> str:
        """Compile a selection set on one type; return the name of its function."""
        origin = object_type.extensions["strawberry-definition"].origin
        rows = self._rows_of(origin, owner)
        collected = collect_subfields(
            self.schema,
            self.fragments,
            self.variables,
            self.operation,
            object_type,
            details,
        )
        shown = Record(
            tuple(
                (key, self._field(object_type, list(fields), rows))
                for key, fields in collected.grouped_field_set.items()
            )
        )
        if rows is None:
            return self._functions.of_objects(shown)
        return self._functions.of_rows(shown)

    def _rows_of(self, origin: type, owner: WantedRows | None) -> WantedRows | None:
        if not issubclass(origin, OfRow):
            return None
        if owner is not None and owner.model is origin.model:
            return owner
        return self._loose.setdefault(origin.model, WantedRows(origin.model))

    def _field(
        self,
        object_type: GraphQLObjectType,
        details: list[FieldDetails],
        rows: WantedRows | None,
    ) -> Expression:
        node = details[0].node
        if node.name.value == TYPENAME:
            return Source(repr(object_type.name))
        graphql_field = object_type.fields[node.name.value]
        declared = declaration_of(graphql_field)
        self._note_clock(declared)
        below = self._declare(declared, graphql_field, rows)
        value = self._value(graphql_field, declared, node, rows)
        if (
            rows is not None
            and resolver_of(declared) is None
            and is_certain(rows.model, declared.python_name, type_of(graphql_field))
        ):
            return value
        return self._complete(type_of(graphql_field), value, details, below)

    def _note_clock(self, declared: StrawberryField) -> None:
        if DEPENDS_ON_CLOCK in declared.metadata:
            self._depends_on_clock = True

    def _declare(
        self, declared: StrawberryField, graphql_field: GraphQLField, rows: WantedRows | None
    ) -> WantedRows | None:
        """Record the columns that a field reads; for a relation, return the rows below it."""
        metadata = declared.metadata
        columns: Sequence[str] = metadata.get(COLUMNS, ())
        if OF in metadata:
            self._loose.setdefault(metadata[OF], WantedRows(metadata[OF])).columns.update(columns)
            return None
        if rows is None:
            return None
        if RELATION in metadata:
            below = rows.relation(metadata[RELATION], model_of(type_of(graphql_field)))
            below.columns.update(columns)
            return below
        if resolver_of(declared) is None:
            rows.columns.add(declared.python_name)
        elif COLUMNS not in metadata:
            raise NotSupported
        rows.columns.update(columns)
        return None

    def _value(
        self,
        graphql_field: GraphQLField,
        declared: StrawberryField,
        node: FieldNode,
        rows: WantedRows | None,
    ) -> Expression:
        resolver = resolver_of(declared)
        if resolver is None:
            name = declared.python_name
            return Column(name) if rows is not None else Source(f"o.{name}")
        if resolver.is_async or declared.extensions:
            raise NotSupported
        given = ["o"] if resolver.self_parameter is not None else []
        given += [f"{name}={source}" for name, source in source_parameters(resolver).items()]
        arguments = self._arguments(graphql_field, declared, node)
        if arguments.constant is not None:
            given += [f"{name}={self._functions.name(v)}" for name, v in arguments.constant.items()]
        else:
            given.append(f"**i._raw_info.arguments[{len(self.varying)}]")
            self.varying.append(arguments)
        function = self._functions.name(unbound(resolver))
        return Call(function, tuple(map(Source, given)))

    def _arguments(
        self, graphql_field: GraphQLField, declared: StrawberryField, node: FieldNode
    ) -> Arguments:
        return Arguments(graphql_field, declared, node, self.converter)

    def _complete(
        self,
        of_type: Any,
        value: Expression,
        details: list[FieldDetails],
        below: WantedRows | None,
    ) -> Expression:
        """Return the expression that completes a value of a type for the answer."""
        if is_non_null_type(of_type):
            return self._present(inner_type(of_type), value, details, below)
        if is_leaf_type(of_type) and not isinstance(of_type, GraphQLEnumType):
            return scalar(self._functions, of_type, value, nullable=True)
        local = self._functions.local()
        return Nullable(local, value, self._present(of_type, local, details, below))

    def _present(
        self,
        of_type: Any,
        value: Expression,
        details: list[FieldDetails],
        below: WantedRows | None,
    ) -> Expression:
        """Do the same as `_complete` for a value that is not null."""
        if is_list_type(of_type):
            return self._list(inner_type(of_type), value, details, below)
        if isinstance(of_type, GraphQLEnumType):
            return Lookup(self._functions.name(names_of_members(of_type)), value)
        if is_leaf_type(of_type):
            return scalar(self._functions, of_type, value, nullable=False)
        if is_object_type(of_type):
            return Call(self._object(of_type, details, below), (value, INFO))
        if is_abstract_type(of_type):
            dispatch = self._functions.name(self._dispatch(of_type, details))
            return Call(dispatch, (value, INFO))
        raise NotSupported

    def _list(
        self,
        of_type: Any,
        value: Expression,
        details: list[FieldDetails],
        below: WantedRows | None,
    ) -> Expression:
        item = self._functions.local()
        shown = self._complete(of_type, item, details, below)
        # The function for lists of rows looks up their class only once.
        if isinstance(shown, Call) and shown.arguments == (item, INFO):
            of_lists = self._functions.of_lists(shown.function)
            if of_lists is not None:
                return Call(of_lists, (value, INFO))
        return ListOf(item, shown, value)

    def _dispatch(self, of_type: GraphQLAbstractType, details: list[FieldDetails]) -> Shape:
        """Return a function that shows an object with the function of its runtime type."""
        possible = [
            (each, self._functions[self._object(each, details, None)])
            for each in self.schema.get_possible_types(of_type)
        ]
        return by_type(possible)


def _unchanged(value: Any, _info: Any) -> Any:
    return value
