"""Compiling an operation into a plan: what to load, and one function that shapes it.

The plan is made from Strawberry's types. A field without a resolver is an attribute; one with a
resolver is a plain function of the object it belongs to. What a selection reads of rows becomes
`Wanted` (`core.storage.rows`), so that a root field loads just that; how it looks becomes Python
source, in which every selection set is one function that returns a dictionary.

The functions assume that all is well. Where a value is not what its type promises they raise
`NotSupported`, and graphql-core's own executor answers the operation instead, over the values that
the root fields have already given: so errors, their paths and the nulls they leave are always those
of the specification, and nothing is done twice.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, cast

from graphql import (
    FieldNode,
    GraphQLAbstractType,
    GraphQLEnumType,
    GraphQLField,
    GraphQLLeafType,
    GraphQLNonNull,
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
from strawberry.types.enum import StrawberryEnumDefinition
from strawberry.types.field import StrawberryField
from tortoise import fields
from tortoise.models import Model

from core.storage.rows import Wanted
from schema.base.row import COLUMNS, OF, RELATION, OfRow
from schema.base.selection import names_below
from schema.compiler.coercion import Arguments
from schema.compiler.input_coercion import variable_uses

Shape = Callable[[Any, Any], Any]
TYPENAME: Final = "__typename"
MAX_ROW_CLASSES: Final = 50
COLUMN: Final = "<{}>"
"""Stands in a function's source for a column of the row, until its place is known."""
COLUMN_TOKEN: Final = re.compile(r"<(\w+)>")
_CALL: Final = re.compile(r"(\w+)\((\w+), i\)")


class NotSupported(Exception):
    """Something that only graphql-core's executor can answer."""


@dataclass(frozen=True, slots=True)
class Root:
    """A root field: how it is resolved, and how its value is shaped."""

    key: str
    field: GraphQLField
    resolve: Callable[..., Any] | None
    """Nothing where the value is the same for every request: `__typename`."""
    constant: Any
    parameters: Mapping[str, str]
    positional: bool
    arguments: Arguments
    nodes: list[FieldNode]
    names: frozenset[str]
    wanted: Mapping[type[Model], Wanted]
    metadata: Mapping[Any, Any]
    shape: Shape


@dataclass(frozen=True, slots=True)
class Plan:
    """An operation that is ready to run; `arguments` are those below the root that vary."""

    operation: OperationDefinitionNode
    roots: Sequence[Root]
    arguments: Sequence[Arguments]
    limited: Sequence[Arguments]
    """Those of them that have a text or list."""
    variable_uses: Mapping[str, int]


class _WantedRows:
    """What is wanted of a model's rows, while the selection is being read."""

    def __init__(self, model: type[Model]) -> None:
        self.model = model
        self.columns: set[str] = set()
        self.relations: dict[str, _WantedRows] = {}

    def relation(self, name: str, model: type[Model]) -> "_WantedRows":
        return self.relations.setdefault(name, _WantedRows(model))

    def built(self) -> Wanted:
        relations = tuple((name, rows.built()) for name, rows in sorted(self.relations.items()))
        return Wanted(self.model, tuple(sorted(self.columns)), relations)


def conditions_of(document_nodes: Sequence[Any]) -> tuple[str, ...]:
    """Return the variables on which `@skip` and `@include` of an operation depend."""
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
    """Compile an operation for one outcome of its `@skip` and `@include`.

    Raises `NotSupported` for what a plan cannot do: introspection.
    """
    root_type = schema.get_root_type(operation.operation)
    if root_type is None:
        raise NotSupported
    details = {name: FragmentDetails(fragment) for name, fragment in fragments.items()}
    compiler = _Compiler(schema, converter, operation, details, variables)
    collected = collect_fields(schema, details, variables, root_type, operation)
    roots = [
        compiler.root(root_type, key, list(fields))
        for key, fields in collected.grouped_field_set.items()
    ]
    uses = variable_uses([operation.selection_set, *fragments.values()])
    limited = [each for each in compiler.varying if each.is_limited]
    return Plan(operation, roots, compiler.varying, limited, uses)


@dataclass(slots=True)
class _Compiler:
    schema: GraphQLSchema
    converter: GraphQLCoreConverter
    operation: OperationDefinitionNode
    fragments: dict[str, FragmentDetails]
    variables: VariableValues
    varying: list[Arguments] = field(default_factory=list[Arguments])
    _names: dict[str, Any] = field(default_factory=dict[str, Any])
    _loose: dict[type[Model], _WantedRows] = field(default_factory=dict[type[Model], _WantedRows])
    _row_shapes: dict[str, str] = field(default_factory=dict[str, str])
    """By the name of a function of rows, that of its function of lists."""
    _count: int = 0

    def root(self, root_type: GraphQLObjectType, key: str, details: list[FieldDetails]) -> Root:
        """Compile a root field with all that is selected below it."""
        self._names = {"datetime": datetime, "date": date, "absent": _absent}
        self._loose = {}
        node = details[0].node
        if node.name.value == TYPENAME:
            return self._typename(root_type, key, node)
        graphql_field = root_type.fields.get(node.name.value)
        if graphql_field is None:
            raise NotSupported
        declared = _strawberry(graphql_field)
        resolver = _resolver(declared)
        if resolver is None or declared.extensions:
            raise NotSupported
        expression = self._complete(_type(graphql_field), "o", details, None)
        shape = self._function(f"return {expression}")
        return Root(
            key=key,
            field=graphql_field,
            resolve=_unbound(resolver),
            constant=None,
            parameters=_parameters(resolver),
            positional=resolver.self_parameter is not None,
            arguments=self._arguments(graphql_field, declared, node),
            nodes=[each.node for each in details],
            names=names_below([each.node for each in details], self._definitions()),
            wanted={model: rows.built() for model, rows in self._loose.items()},
            metadata=declared.metadata,
            shape=self._names[shape],
        )

    def _typename(self, root_type: GraphQLObjectType, key: str, node: FieldNode) -> Root:
        typename = GraphQLField(root_type)
        nothing = Arguments(typename, None, node, self.converter)
        name = root_type.name
        return Root(
            key, typename, None, name, {}, False, nothing, [node], frozenset(), {}, {}, _as_it_is
        )

    def _definitions(self) -> dict[str, Any]:
        return {name: each.definition for name, each in self.fragments.items()}

    def _object(
        self,
        object_type: GraphQLObjectType,
        details: list[FieldDetails],
        owner: _WantedRows | None,
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
        entries = [
            f"{key!r}: {self._field(object_type, list(fields), rows)}"
            for key, fields in collected.grouped_field_set.items()
        ]
        shown = f"{{{', '.join(entries)}}}"
        if rows is None:
            return self._function(f"return {shown} if o is not None else absent()")
        return self._row_function(shown)

    def _rows_of(self, origin: type, owner: _WantedRows | None) -> _WantedRows | None:
        if not issubclass(origin, OfRow):
            return None
        if owner is not None and owner.model is origin.model:
            return owner
        return self._loose.setdefault(origin.model, _WantedRows(origin.model))

    def _field(
        self,
        object_type: GraphQLObjectType,
        details: list[FieldDetails],
        rows: _WantedRows | None,
    ) -> str:
        node = details[0].node
        if node.name.value == TYPENAME:
            return repr(object_type.name)
        graphql_field = object_type.fields[node.name.value]
        declared = _strawberry(graphql_field)
        below = self._declare(declared, graphql_field, rows)
        value = self._value(graphql_field, declared, node, rows)
        if rows is not None and _is_certain(rows.model, declared, _type(graphql_field)):
            return value
        return self._complete(_type(graphql_field), value, details, below)

    def _declare(
        self, declared: StrawberryField, graphql_field: GraphQLField, rows: _WantedRows | None
    ) -> _WantedRows | None:
        """Note what a field reads; return the rows below it where it shows a relation."""
        metadata = declared.metadata
        columns: Sequence[str] = metadata.get(COLUMNS, ())
        if OF in metadata:
            self._loose.setdefault(metadata[OF], _WantedRows(metadata[OF])).columns.update(columns)
            return None
        if rows is None:
            return None
        if RELATION in metadata:
            below = rows.relation(metadata[RELATION], _model_of(_type(graphql_field)))
            below.columns.update(columns)
            return below
        if _resolver(declared) is None:
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
        rows: _WantedRows | None,
    ) -> str:
        resolver = _resolver(declared)
        if resolver is None:
            name = declared.python_name
            return COLUMN.format(name) if rows is not None else f"o.{name}"
        if resolver.is_async or declared.extensions:
            raise NotSupported
        given = ["o"] if resolver.self_parameter is not None else []
        given += [f"{name}={source}" for name, source in _parameters(resolver).items()]
        arguments = self._arguments(graphql_field, declared, node)
        if arguments.constant is not None:
            given += [f"{name}={self._name(v)}" for name, v in arguments.constant.items()]
        else:
            given.append(f"**i._raw_info.arguments[{len(self.varying)}]")
            self.varying.append(arguments)
        return f"{self._name(_unbound(resolver))}({', '.join(given)})"

    def _arguments(
        self, graphql_field: GraphQLField, declared: StrawberryField, node: FieldNode
    ) -> Arguments:
        return Arguments(graphql_field, declared, node, self.converter)

    def _complete(
        self,
        of_type: Any,
        value: str,
        details: list[FieldDetails],
        below: _WantedRows | None,
    ) -> str:
        """Return the expression that turns a value into what its type shows of it."""
        if is_non_null_type(of_type):
            return self._present(_inner(of_type), value, details, below)
        name = self._local()
        if is_leaf_type(of_type) and not isinstance(of_type, GraphQLEnumType):
            return self._scalar(of_type, value, nullable=True)
        shown = self._present(of_type, name, details, below)
        return f"(None if ({name} := {value}) is None else {shown})"

    def _present(
        self, of_type: Any, value: str, details: list[FieldDetails], below: _WantedRows | None
    ) -> str:
        if is_list_type(of_type):
            item = self._local()
            shown = self._complete(_inner(of_type), item, details, below)
            called = _CALL.fullmatch(shown)
            if called is not None and called[1] in self._row_shapes and called[2] == item:
                return f"{self._row_shapes[called[1]]}({value}, i)"
            return f"[{shown} for {item} in {value}]"
        if isinstance(of_type, GraphQLEnumType):
            return f"{self._name(_names_of_members(of_type))}[{value}]"
        if is_leaf_type(of_type):
            return self._scalar(of_type, value, nullable=False)
        if is_object_type(of_type):
            shape = self._object(of_type, details, below)
            return f"{shape}({value}, i)"
        if is_abstract_type(of_type):
            return f"{self._name(self._dispatch(of_type, details))}({value}, i)"
        raise NotSupported

    def _scalar(self, of_type: GraphQLLeafType, value: str, *, nullable: bool) -> str:
        name = self._local()
        slow = self._name(_serialise(of_type, nullable=nullable))
        if of_type.name not in _AS_IT_IS:
            return f"{slow}({value})"
        test = _AS_IT_IS[of_type.name].format(name)
        if nullable:
            return f"({name} if ({name} := {value}) is None or {test} else {slow}({name}))"
        test = test.replace(name, f"({name} := {value})", 1)
        return f"({name} if {test} else {slow}({name}))"

    def _dispatch(self, of_type: GraphQLAbstractType, details: list[FieldDetails]) -> Shape:
        """Return a function that shapes an object by the type that it turns out to be of."""
        possible = [
            (each, self._names[self._object(each, details, None)])
            for each in self.schema.get_possible_types(of_type)
        ]
        by_class: dict[type, Shape] = {
            each.extensions["strawberry-definition"].origin: shape for each, shape in possible
        }
        others = [
            (each.is_type_of, shape) for each, shape in possible if each.is_type_of is not None
        ]

        def dispatch(value: Any, info: Any) -> Any:
            shape = by_class.get(value.__class__)
            if shape is not None:
                return shape(value, info)
            if not hasattr(value, "__strawberry_definition__"):
                for is_type_of, shape in others:
                    if is_type_of(value, info):
                        return shape(value, info)
            raise NotSupported

        return dispatch

    def _row_function(self, shown: str) -> str:
        """Define a function of rows, and one of lists of them; return the first one's name.

        A row's class knows at which index each column is. So the source is made anew for each class
        of rows that comes along, with columns taken by index instead of by name.
        """
        name, each = f"shape{self._next()}", f"each{self._next()}"
        known: dict[type, Shape] = {}
        names = self._names
        general = COLUMN_TOKEN.sub(r"o.\1", shown)
        self._function(f"return {general} if o is not None else absent()", f"{name}_general")

        def learn(row: Any, info: Any) -> Any:
            columns: Sequence[str] | None = getattr(row.__class__, "columns", None)
            if columns is None:
                return names[f"{name}_general"](row, info)
            if len(known) >= MAX_ROW_CLASSES:
                known.clear()
            # Each root field has names of its own, and this may run when another's are current.
            _define(f"{name}_row", _by_index(shown, columns), names)
            made = known[row.__class__] = names[f"{name}_row"]
            return made(row, info)

        self._names |= {f"{name}_known": known, f"{name}_learn": learn}
        self._function(
            f"f = {name}_known.get(o.__class__)\n"
            f"    return f(o, i) if f is not None else {name}_learn(o, i)",
            name,
        )
        self._function(
            f"f = {name}_known.get(o[0].__class__, {name}) if o else None\n"
            "    return [f(v, i) for v in o]",
            each,
        )
        self._row_shapes[name] = each
        return name

    def _function(self, body: str, name: str | None = None) -> str:
        """Define a function of an object `o` and the info `i`; return its name."""
        name = name or f"shape{self._next()}"
        _define(name, body, self._names)
        return name

    def _name(self, value: object) -> str:
        """Return a name by which the functions know a value."""
        if isinstance(value, bool | int | None):
            return repr(value)
        name = f"given{self._next()}"
        self._names[name] = value
        return name

    def _local(self) -> str:
        return f"v{self._next()}"

    def _next(self) -> int:
        self._count += 1
        return self._count


_AS_IT_IS: Final[Mapping[str, str]] = {
    "String": "{0}.__class__ is str",
    "ID": "{0}.__class__ is str",
    "Boolean": "{0}.__class__ is bool",
    "Int": "{0}.__class__ is int and -2147483648 <= {0} <= 2147483647",
    "Float": "{0}.__class__ is float and {0} - {0} == 0.0",
    # orjson writes both as `isoformat` does.
    "DateTime": "{0}.__class__ is datetime",
    "Date": "{0}.__class__ is date",
}
"""Tests for values that are already what the answer shows, by the name of the scalar."""


def _define(name: str, body: str, names: dict[str, Any]) -> None:
    exec(f"def {name}(o, i):\n    {body}", names)  # noqa: S102 - our own source


_CERTAIN: Final[Mapping[str, tuple[type, ...]]] = {
    "String": (fields.CharField, fields.TextField),
    "DateTime": (fields.DatetimeField,),
    "Date": (fields.DateField,),
    "Boolean": (fields.BooleanField,),
    "Int": (fields.SmallIntField,),
}
"""Scalars whose values come out of these columns just as an answer shows them."""


def _is_certain(model: type[Model], declared: StrawberryField, of_type: Any) -> bool:
    """Tell whether a field shows a column whose every value is of the field's type."""
    column: Any = cast("Any", model)._meta.fields_map.get(declared.python_name)
    if _resolver(declared) is not None or column is None:
        return False
    needed = isinstance(of_type, GraphQLNonNull)
    shown: Any = _inner(of_type) if needed else of_type
    kinds = _CERTAIN.get(getattr(shown, "name", ""), ())
    return isinstance(column, kinds) and not (needed and column.null)


def _by_index(shown: str, columns: Sequence[str]) -> str:
    """Return a function's body for rows with these columns, in this order."""
    index = {name: number for number, name in enumerate(columns)}
    used = {name for name in COLUMN_TOKEN.findall(shown) if name in index}
    if 2 * len(used) < len(columns):
        by_index = COLUMN_TOKEN.sub(
            lambda each: f"o[{index[each[1]]}]" if each[1] in index else f"o.{each[1]}", shown
        )
        return f"return {by_index}"
    names = ", ".join(f"c_{name}" if name in used else "_" for name in columns)
    unpacked = COLUMN_TOKEN.sub(
        lambda each: f"c_{each[1]}" if each[1] in index else f"o.{each[1]}", shown
    )
    return f"{names}, = o\n    return {unpacked}"


def _serialise(of_type: GraphQLLeafType, *, nullable: bool) -> Callable[[Any], Any]:
    def serialise(value: Any) -> Any:
        if value is None:
            if nullable:
                return None
            raise NotSupported
        return of_type.serialize(value)

    return serialise


def _names_of_members(of_type: GraphQLEnumType) -> dict[object, str]:
    """Return the names of an enum by its members and by their values, which rows hold."""
    definition: StrawberryEnumDefinition = of_type.extensions["strawberry-definition"]
    names: dict[object, str] = {}
    for member in cast("Any", definition.wrapped_cls):
        names[member] = names[member.value] = member.name
    return names


def _absent() -> None:
    raise NotSupported


def _as_it_is(value: Any, _info: Any) -> Any:
    return value


def _type(graphql_field: GraphQLField) -> Any:
    return cast("Any", graphql_field).type


def _inner(of_type: Any) -> Any:
    return of_type.of_type


def _strawberry(graphql_field: GraphQLField) -> StrawberryField:
    return graphql_field.extensions["strawberry-definition"]


def _resolver(declared: StrawberryField) -> Any:
    return cast("Any", declared).base_resolver


def metadata_of(graphql_field: GraphQLField) -> Mapping[Any, Any]:
    """Return what a field's declaration says of it beside its type."""
    return _strawberry(graphql_field).metadata


def _unbound(resolver: Any) -> Callable[..., Any]:
    function = resolver.wrapped_func
    return function.__func__ if isinstance(function, staticmethod) else function


def _parameters(resolver: Any) -> dict[str, str]:
    """Return what a resolver wants beside its arguments: the object (`o`) and the info (`i`)."""
    wants = {
        resolver.parent_parameter: "o",
        resolver.root_parameter: "o",
        resolver.info_parameter: "i",
    }
    return {parameter.name: source for parameter, source in wants.items() if parameter is not None}


def _model_of(of_type: Any) -> type[Model]:
    while not is_object_type(of_type):
        of_type = of_type.of_type
    origin: type[OfRow] = of_type.extensions["strawberry-definition"].origin
    return origin.model
