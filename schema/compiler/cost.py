"""What an operation costs, counted before it runs: about the values of its answer.

Each field counts one, or more where it takes longer, each root field what finding its value takes,
and what lies below a list as often as the list is long: `first` where it is a page, else what is
assumed of it. So the largest
operation that is allowed keeps a process busy for some milliseconds.
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
"""Of a root field: a statement takes a process about as long as showing so many values."""
WEIGHTS: Final[Mapping[str, int]] = {
    "cursor": 20,
    "startCursor": 20,
    "endCursor": 20,
    "eventsCursor": 20,
    "emergencyNumbers": 20,
    "url": 10,
    "openNow": 10,
}
"""Of fields that take as long as so many others: what is sealed, and what asks the clock."""
ASSUMED_LENGTH: Final = 5
"""Of lists that do not say how long they are."""
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
"""Assumed of lists that are longer or shorter."""
PAGE: Final = "first"
"""The argument that says how long the `edges` below a field are."""
EDGES: Final = "edges"
OF_THE_SCHEMA: Final = 2
"""How much more a field of introspection costs: no plan is made for it."""
BESIDE_OTHERS: Final = 10
"""The same where it cannot run in a thread, for there are other root fields beside it."""

Page = float | str | None
"""The length of the page that is read: a number, or the name of the variable that says it."""


@dataclass(frozen=True, slots=True)
class Cost:
    """A cost, and what is added for each item of a page whose length a variable says."""

    constant: float = 0
    by_variable: Mapping[str, float] = field(default_factory=dict[str, float])

    def plus(self, other: "Cost") -> "Cost":
        """Return the cost of both."""
        names = self.by_variable.keys() | other.by_variable.keys()
        both = {n: self.by_variable.get(n, 0) + other.by_variable.get(n, 0) for n in names}
        return Cost(self.constant + other.constant, both)

    def times(self, length: Page) -> "Cost":
        """Return the cost of a list as long as this."""
        if isinstance(length, str):
            # Two variables multiplied would be no sum any more.
            most = self.constant + MAX_PAGE * sum(self.by_variable.values())
            return Cost(0, {length: most})
        factor = length or 0
        return Cost(factor * self.constant, {n: factor * c for n, c in self.by_variable.items()})

    def of(self, variables: Mapping[str, Any]) -> int:
        """Return the cost with these variables."""
        if not self.by_variable:
            return round(self.constant)
        cost = self.constant
        for name, each in self.by_variable.items():
            cost += each * _page_length(variables.get(name, DEFAULT_PAGE))
        return round(cost)

    def refusal(self, variables: Mapping[str, Any]) -> GraphQLError | None:
        """Return what is wrong where the operation costs more than is allowed."""
        cost = self.of(variables)
        if cost <= MAX_COST:
            return None
        return GraphQLError(
            f"This operation costs {cost:,}; at most {MAX_COST:,} is allowed. Ask for fewer "
            "fields, shorter pages, or in several requests.",
            extensions={"code": TOO_COSTLY, "cost": cost, "limit": MAX_COST},
        )


def _page_length(first: Any) -> int:
    """Return how many items a page has at most; what is out of range is refused later."""
    return min(max(first, 0), MAX_PAGE) if isinstance(first, int) else MAX_PAGE


class Lengths:
    """How long the lists of a schema are assumed to be; those of introspection are known."""

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
    """Return the length of pages below a field."""
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
    """Tell whether an operation is introspection and nothing else."""
    roots = fields_at([operation.selection_set], fragments)
    return all(each.name.value.startswith("__") for each in roots)


def cost_of(operation: OperationDefinitionNode, fragments: Fragments, lengths: Lengths) -> Cost:
    """Return what a valid operation costs, whatever its `@skip` and `@include` leave out."""
    alone = asks_of_the_schema(operation, fragments)
    counter = _Counter(lengths, fragments, OF_THE_SCHEMA if alone else BESIDE_OTHERS)
    root: Any = lengths.schema.get_root_type(operation.operation)
    cost = counter.selections(operation.selection_set, root, None)
    roots = {key_of(each) for each in fields_at([operation.selection_set], fragments)}
    return cost.plus(Cost(ROOT_COST * len(roots)))
