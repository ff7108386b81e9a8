"""Documents: parsed, validated and compiled once for all clients that send them."""

import asyncio
import hashlib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Final, ParamSpec, TypeVar, cast

from cachetools import LRUCache
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    get_variable_values,
    parse,
    specified_rules,
    validate,
)
from graphql.execution.values import VariableValues
from graphql.validation import (
    DeferStreamDirectiveLabel,
    DeferStreamDirectiveOnRootField,
    DeferStreamDirectiveOnValidOperationsRule,
    StreamDirectiveOnListField,
)
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from core.problems import Problem
from schema.base.selection import CACHED_BY
from schema.compiler.checks import error_of, shortened
from schema.compiler.coercion import NO_VARIABLES, PlainVariables
from schema.compiler.cost import Cost, Lengths, asks_of_the_schema, cost_of
from schema.compiler.declarations import metadata_of
from schema.compiler.functions import NotSupported
from schema.compiler.limits import TOO_LARGE, fragments_of, oversizes, size_of
from schema.compiler.plan import Plan, compile_plan, conditions_of

MAX_TOKENS: Final = 3_000
MAX_LENGTH: Final = 100_000
"""Characters of a document; errors repeat its names."""
MAX_ERRORS: Final = 20
KEPT_DOCUMENTS: Final = 500
"""Cached documents: this many that were sent once, and this many that were sent repeatedly.

Enough for all versions of apps and portals in use; a document with its plan takes about 60 KB."""
MAX_KEPT_LENGTH: Final = 32 * 1024
"""Characters; longer documents are not cached."""
MAX_PLANS: Final = 16
"""Cached plans of one operation: enough for all combinations of four `@skip` or `@include`."""
MAX_AT_ONCE: Final = 1_000
"""Characters; longer documents are prepared in a thread instead of on the event loop."""
MAX_FIELDS_AT_ONCE: Final = 100
"""Fields with fragments expanded; larger operations are compiled in a thread."""
_THREAD: Final = ThreadPoolExecutor(1, "documents")
"""One thread, so that a flood of long documents takes at most half of the processor's time."""
_OF_UNKNOWN_DIRECTIVES: Final = (
    DeferStreamDirectiveLabel,
    DeferStreamDirectiveOnRootField,
    DeferStreamDirectiveOnValidOperationsRule,
    StreamDirectiveOnListField,
)
"""Rules about `@defer` and `@stream`. The schema does not have these, and another rule reports
unknown directives. The last rule raises `AttributeError` for `@stream` inside a union (graphql-core
3.3.2)."""
_RULES: Final = (
    *(rule for rule in specified_rules if rule not in _OF_UNKNOWN_DIRECTIVES),
    MaybeNullValidationRule,
    OneOfInputValidationRule,
)


P = ParamSpec("P")
T = TypeVar("T")


async def in_thread(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run work that takes many milliseconds in a thread, outside the event loop."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_THREAD, lambda: work(*args, **kwargs))


class RequestError(Exception):
    """A request that cannot be executed: invalid syntax, document or variables, or too costly."""

    def __init__(self, errors: Sequence[GraphQLError]) -> None:
        super().__init__(errors)
        self.errors = list(errors)


@dataclass(slots=True, eq=False)
class Operation:
    """An operation of a valid document, and its plans."""

    name: str | None
    kind: str
    """`query`, `mutation` or `subscription`."""
    text: str
    document: DocumentNode
    node: OperationDefinitionNode
    fragments: Mapping[str, FragmentDefinitionNode]
    conditions: tuple[str, ...]
    schema: GraphQLSchema
    converter: GraphQLCoreConverter
    plain_variables: PlainVariables
    cost: Cost
    is_large: bool
    """Whether it is compiled in a thread."""
    is_of_the_schema: bool
    """Whether it consists only of introspection."""
    is_cacheable: bool
    """Whether answers may be cached: they depend on one place, and in known plans not on time."""
    digest: bytes
    """Identifies text and name in caches that must not keep the operation alive."""
    _is_allowed: bool = False
    """Whether it is known to be allowed with all variables."""
    plans: LRUCache[tuple[object, ...], Plan | None] = field(
        default_factory=lambda: LRUCache(MAX_PLANS)
    )
    """By the values of its conditions; used only on the event loop."""

    def variables(self, given: Mapping[str, Any] | None) -> VariableValues:
        """Coerce the variables of a request, and check that the operation may run with them.

        Raises `RequestError` for invalid variables, for texts and lists over their limits below the
        root, and for too high a cost.
        """
        variables = self._coerced(given)
        self._require_allowed(variables)
        return variables

    async def admitted(self, given: Mapping[str, Any] | None) -> VariableValues:
        """Do the same as `variables`, but compile a large operation in a thread."""
        variables = self._coerced(given)
        if self.is_large:
            key = self._conditions(variables)
            if key not in self.plans:
                self.plans[key] = await in_thread(self._compiled, variables)
        if not self._is_allowed:
            self._require_allowed(variables)
        return variables

    def _require_allowed(self, variables: VariableValues) -> None:
        refusal = self.cost.refusal(variables.coerced)
        if refusal is not None:
            raise RequestError([refusal])
        plan = self.plan(variables)
        # If nothing depends on variables, one check is enough.
        self._is_allowed = not (
            self.cost.by_variable or self.conditions or plan is None or plan.limited
        )
        for arguments in plan.limited if plan is not None else ():
            try:
                arguments.require_allowed(variables)
            except Problem as problem:
                raise RequestError([error_of(problem)]) from None
            except GraphQLError:
                # The value is missing: only the field with this argument fails, with its path.
                return

    def _coerced(self, given: Mapping[str, Any] | None) -> VariableValues:
        definitions = self.node.variable_definitions
        if not definitions:
            return NO_VARIABLES
        plain = self.plain_variables.read(given) if given else None
        if plain is not None:
            return plain
        # Ignore variables that the operation does not declare.
        names = (each.variable.name.value for each in definitions)
        declared = {name: shortened(given[name]) for name in names if given and name in given}
        coerced = get_variable_values(self.schema, definitions, declared, max_errors=MAX_ERRORS)
        if isinstance(coerced, list):
            raise RequestError(coerced)
        return coerced

    def plan(self, variables: VariableValues) -> Plan | None:
        """Return the plan for these variables, or `None` if only graphql-core can answer."""
        key = self._conditions(variables)
        if key in self.plans:
            return self.plans[key]
        plan = self.plans[key] = self._compiled(variables)
        return plan

    def _conditions(self, variables: VariableValues) -> tuple[object, ...]:
        if not self.conditions:
            return ()
        return tuple(variables.coerced.get(name) for name in self.conditions)

    def _compiled(self, variables: VariableValues) -> Plan | None:
        try:
            plan = compile_plan(self.schema, self.converter, self.node, self.fragments, variables)
        except (NotSupported, GraphQLError):
            return None
        if plan.depends_on_clock and not self.conditions:
            # There is no other plan, so no answer can be cached.
            self.is_cacheable = False
        return plan


class _Document:
    """The operations of a document, or its errors."""

    def __init__(
        self, text: str, schema: GraphQLSchema, converter: GraphQLCoreConverter, lengths: Lengths
    ) -> None:
        self.errors: list[GraphQLError] = []
        self.operations: dict[str | None, Operation] = {}
        if len(text) > MAX_LENGTH:
            message = f"A document has at most {MAX_LENGTH:,} characters."
            self.errors = [GraphQLError(message, extensions={"code": TOO_LARGE})]
            return
        try:
            parsed = parse(text, max_tokens=MAX_TOKENS)
            found = oversizes(parsed) or validate(schema, parsed, _RULES, max_errors=MAX_ERRORS)
            # An exception inside a rule counts as an error of the document, not of the server.
            self.errors = [_of_the_document(each) for each in found]
            if not self.errors:
                self._read(text, parsed, converter, lengths)
        except GraphQLError as error:
            self.errors = [error]
        except (ValueError, RecursionError):
            # Python rejects integers of more than 4,300 digits.
            self.errors = [GraphQLError("The document contains an invalid value.")]

    def _read(
        self,
        text: str,
        parsed: DocumentNode,
        converter: GraphQLCoreConverter,
        lengths: Lengths,
    ) -> None:
        fragments = fragments_of(parsed)
        schema = lengths.schema
        for node in parsed.definitions:
            if isinstance(node, OperationDefinitionNode):
                name = node.name.value if node.name else None
                self.operations[name] = Operation(
                    name=name,
                    kind=node.operation.value,
                    text=text,
                    document=parsed,
                    node=node,
                    fragments=fragments,
                    conditions=conditions_of([node, *fragments.values()]),
                    schema=schema,
                    converter=converter,
                    plain_variables=PlainVariables(schema, node),
                    cost=cost_of(node, fragments, lengths),
                    is_large=size_of(node, fragments).fields > MAX_FIELDS_AT_ONCE,
                    is_of_the_schema=asks_of_the_schema(node, fragments),
                    is_cacheable=_depends_on_one_place(node, schema),
                    digest=hashlib.blake2b(f"{name}\0{text}".encode(), digest_size=16).digest(),
                )

    def operation(self, name: str | None) -> Operation:
        if self.errors:
            raise RequestError(self.errors)
        if name is None and len(self.operations) == 1:
            return next(iter(self.operations.values()))
        if name is None:
            nodes = [operation.node for operation in self.operations.values()]
            message = "The document has several operations: name one in `operationName`."
            raise RequestError([GraphQLError(message, nodes)])
        if name not in self.operations:
            raise RequestError([GraphQLError(f"The document has no operation {name!r}.")])
        return self.operations[name]


def _of_the_document(error: GraphQLError) -> GraphQLError:
    return GraphQLError(error.message, error.nodes, extensions=error.extensions)


def _depends_on_one_place(node: OperationDefinitionNode, schema: GraphQLSchema) -> bool:
    selections = node.selection_set.selections
    if node.operation is not OperationType.QUERY or len(selections) != 1:
        return False
    only = selections[0]
    query_type = schema.query_type
    if not isinstance(only, FieldNode) or query_type is None:
        return False
    declared = query_type.fields.get(only.name.value)
    return declared is not None and CACHED_BY in metadata_of(declared)


class Documents:
    """A cache of documents, so that those of apps and portals are prepared once.

    A document that is sent a second time moves to a second cache. So a client that sends many
    different documents evicts only others that were sent once.
    """

    def __init__(self, schema: GraphQLSchema, converter: GraphQLCoreConverter) -> None:
        self._schema = schema
        self._converter = converter
        self._lengths = Lengths(schema)
        self._new: LRUCache[str, _Document] = LRUCache(KEPT_DOCUMENTS)
        self._known: LRUCache[str, _Document] = LRUCache(KEPT_DOCUMENTS)

    def operation(self, text: str, name: str | None) -> Operation:
        """Return the operation with this name, or the only one; raises `RequestError`."""
        document = self._known.get(text) or self._admitted(text)
        return document.operation(name)

    async def prepared(self, text: str, name: str | None) -> Operation:
        """Do the same as `operation`, but prepare a long document in a thread."""
        if len(text) <= MAX_AT_ONCE or text in self._known or text in self._new:
            return self.operation(text, name)
        return self._cached_as_new(text, await in_thread(self._read, text)).operation(name)

    def _admitted(self, text: str) -> _Document:
        document = self._new.pop(text, None)
        if document is not None:
            self._known[text] = document
            return document
        return self._cached_as_new(text, self._read(text))

    def _read(self, text: str) -> _Document:
        return _Document(text, self._schema, self._converter, self._lengths)

    def _cached_as_new(self, text: str, document: _Document) -> _Document:
        if len(text) <= MAX_KEPT_LENGTH:
            self._new[text] = document
        return document


def converter_of(schema: object) -> GraphQLCoreConverter:
    """Return the converter with which Strawberry built a schema."""
    return cast("Any", schema).schema_converter
