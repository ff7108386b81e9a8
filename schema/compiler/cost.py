"""The cost of an operation, computed before it runs: about the number of values in its answer.

Each field costs 1, or its weight if it takes longer. Each root field adds the cost of loading its
value. The fields below a list count once per item: `first` items for a page, otherwise an assumed
length. The most expensive allowed operation keeps a process busy for some milliseconds.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLEnumType,
    GraphQLError,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLSchema,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
)

from schema.base.connection import DEFAULT_PAGE, MAX_PAGE
from schema.compiler.declarations import is_list, named_type, nullable, type_of
from schema.compiler.limits import Fragments, fields_at, key_of

MAX_COST: Final = 40_000
TOO_COSTLY: Final = "TOO_COSTLY"
ROOT_COST: Final = 500
"""Cost of a root field: a statement takes about as long as showing this many values."""
WEIGHTS: Final[Mapping[str, int]] = {
    "cursor": 20,
    "startCursor": 20,
    "endCursor": 20,
    "eventsCursor": 20,
    "emergencyNumbers": 20,
    "url": 10,
    "openNow": 10,
}
"""Costs of slow fields, which seal cursors or read the clock."""
ASSUMED_LENGTH: Final = 5
"""Default length of lists without `first`."""
LENGTHS: Final[Mapping[str, int]] = {
    "City.stations": 40,
    "City.phrases": 80,
    "City.reportCategories": 20,
    "City.advisoryKinds": 20,
    "City.emergencyNumbers": 20,
    "City.dispositions": 10,
    "Statistics.byCategory": 20,
    "Statistics.byStation": 40,
    "Statistics.byDay": 366,
    "AdvisoriesHere.advisories": 20,
    "Action.media": 1,
}
"""Assumed lengths of other lists."""
PAGE: Final = "first"
"""The argument that limits the length of `edges` below a field."""
EDGES: Final = "edges"
OF_THE_SCHEMA: Final = 2
"""Cost of an introspection field, which has no plan."""
BESIDE_OTHERS: Final = 10
"""Cost of an introspection field beside other root fields: it then cannot run in a thread."""

Page = float | str | None
"""The length of the current page: a number, or the name of a variable."""


@dataclass(frozen=True, slots=True)
class Cost:
    """A constant cost, and the cost per item for each variable that is a page length."""

    constant: float = 0
    by_variable: Mapping[str, float] = field(default_factory=dict[str, float])

    def plus(self, other: "Cost") -> "Cost":
        """Return the sum of both."""
        names = self.by_variable.keys() | other.by_variable.keys()
        both = {n: self.by_variable.get(n, 0) + other.by_variable.get(n, 0) for n in names}
        return Cost(self.constant + other.constant, both)

    def times(self, length: Page) -> "Cost":
        """Return the cost of a list of this length."""
        if isinstance(length, str):
            # The product of two variables cannot be represented, so assume the longest inner page.
            most = self.constant + MAX_PAGE * sum(self.by_variable.values())
            return Cost(0, {length: most})
        factor = length or 0
        return Cost(factor * self.constant, {n: factor * c for n, c in self.by_variable.items()})

    def of(self, variables: Mapping[str, Any]) -> int:
        """Return the cost for the values of variables."""
        if not self.by_variable:
            return round(self.constant)
        cost = self.constant
        for name, each in self.by_variable.items():
            cost += each * _page_length(variables.get(name, DEFAULT_PAGE))
        return round(cost)

    def refusal(self, variables: Mapping[str, Any]) -> GraphQLError | None:
        """Return an error if the operation costs more than is allowed, else `None`."""
        cost = self.of(variables)
        if cost <= MAX_COST:
            return None
        return GraphQLError(
            f"This operation costs {cost:,}; at most {MAX_COST:,} is allowed. Request fewer "
            "fields or shorter pages, or split the request.",
            extensions={"code": TOO_COSTLY, "cost": cost, "limit": MAX_COST},
        )


def _page_length(first: Any) -> int:
    """Return the greatest length of a page; values out of range are refused later."""
    return min(max(first, 0), MAX_PAGE) if isinstance(first, int) else MAX_PAGE


class Lengths:
    """The assumed lengths of a schema's lists; for introspection, their average lengths."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self.schema = schema
        self._of_the_schema = _averages(schema)

    def of(self, type_name: str, name: str, page: Page) -> Page:
        """Return the length of a list."""
        if name == EDGES and page is not None:
            return page
        if type_name.startswith("__"):
            return self._of_the_schema.get(name, ASSUMED_LENGTH)
        return LENGTHS.get(f"{type_name}.{name}", ASSUMED_LENGTH)


def _averages(schema: GraphQLSchema) -> dict[str, float]:
    types = list(schema.type_map.values())
    fields: list[Any] = [
        each
        for kind in types
        if not isinstance(kind, GraphQLInputObjectType)
        for each in getattr(kind, "fields", {}).values()
    ]
    inputs = sum(len(kind.fields) for kind in types if isinstance(kind, GraphQLInputObjectType))
    values = sum(len(kind.values) for kind in types if isinstance(kind, GraphQLEnumType))
    members = sum(len(getattr(kind, "types", ())) for kind in types)
    interfaces = sum(len(getattr(kind, "interfaces", ())) for kind in types)
    count = len(types)
    return {
        "types": count,
        "fields": len(fields) / count,
        "args": sum(len(each.args) for each in fields) / len(fields),
        "inputFields": inputs / count,
        "enumValues": values / count,
        "possibleTypes": (members + interfaces) / count,
        "interfaces": interfaces / count,
        "directives": len(schema.directives),
    }


class _Counter:
    def __init__(self, lengths: Lengths, fragments: Fragments, of_the_schema: int) -> None:
        self._lengths = lengths
        self._fragments = fragments
        self._of_the_schema = of_the_schema
        self._known: dict[tuple[str, Page], Cost] = {}

    def selections(self, nodes: SelectionSetNode, parent: Any, page: Page) -> Cost:
        cost = Cost()
        for node in nodes.selections:
            cost = cost.plus(self._selection(node, parent, page))
        return cost

    def _selection(self, node: Any, parent: Any, page: Page) -> Cost:
        if isinstance(node, FieldNode):
            return self.field(node, parent, page)
        if isinstance(node, FragmentSpreadNode):
            return self._fragment(node.name.value, page)
        condition = node.type_condition
        inner = self._type(condition.name.value) if condition is not None else parent
        return self.selections(node.selection_set, inner, page)

    def _fragment(self, name: str, page: Page) -> Cost:
        if (name, page) not in self._known:
            fragment = self._fragments[name]
            inner = self._type(fragment.type_condition.name.value)
            self._known[name, page] = self.selections(fragment.selection_set, inner, page)
        return self._known[name, page]

    def _type(self, name: str) -> Any:
        return self._lengths.schema.type_map[name]

    def field(self, node: FieldNode, parent: Any, page: Page) -> Cost:
        weight = WEIGHTS.get(node.name.value, 1)
        if parent.name.startswith("__"):
            weight = self._of_the_schema
        declared = self._lengths.schema.get_field(parent, node.name.value)
        if declared is None or node.selection_set is None:
            return Cost(weight)
        of_type = type_of(declared)
        inner = named_type(of_type)
        below = self.selections(node.selection_set, inner, _page(node, declared, page))
        if is_list(nullable(of_type)):
            below = below.times(self._lengths.of(parent.name, node.name.value, page))
        elif node.name.value == "ofType":
            # Every second type is wrapped.
            below = below.times(0.5)
        return below.plus(Cost(weight))


def _page(node: FieldNode, declared: GraphQLField, page: Page) -> Page:
    """Return the length of the page that a field selects, or `page` if it selects none."""
    if PAGE not in declared.args:
        return page
    for argument in node.arguments or ():
        if argument.name.value == PAGE:
            value = argument.value
            if isinstance(value, VariableNode):
                return value.name.value
            return _page_length(int(value.value)) if isinstance(value, IntValueNode) else MAX_PAGE
    return DEFAULT_PAGE


def asks_of_the_schema(operation: OperationDefinitionNode, fragments: Fragments) -> bool:
    """Return whether an operation consists only of introspection."""
    roots = fields_at([operation.selection_set], fragments)
    return all(each.name.value.startswith("__") for each in roots)


def cost_of(operation: OperationDefinitionNode, fragments: Fragments, lengths: Lengths) -> Cost:
    """Return the cost of a valid operation; ignores `@skip` and `@include`."""
    alone = asks_of_the_schema(operation, fragments)
    counter = _Counter(lengths, fragments, OF_THE_SCHEMA if alone else BESIDE_OTHERS)
    root: Any = lengths.schema.get_root_type(operation.operation)
    cost = counter.selections(operation.selection_set, root, None)
    roots = {key_of(each) for each in fields_at([operation.selection_set], fragments)}
    return cost.plus(Cost(ROOT_COST * len(roots)))
