"""Random valid operations against a schema, for two executors to answer the same."""

from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
    is_composite_type,
    is_list_type,
    is_non_null_type,
    is_required_argument,
)
from hypothesis import strategies as st

MAX_DEPTH = 6


@dataclass
class Writer:
    """Draws one operation; `pool` holds values worth asking with, by the name of an argument."""

    schema: GraphQLSchema
    draw: Any
    pool: dict[str, list[Any]]
    variables: dict[str, tuple[str, Any]] = field(default_factory=dict)
    fragments: list[str] = field(default_factory=list)
    count: int = 0
    plain: bool = False
    """Without a directive on the next field: a subscription's own may have none."""

    def fresh(self, prefix: str) -> str:
        self.count += 1
        return f"{prefix}{self.count}"

    def maybe(self, one_in: int) -> bool:
        return self.draw(st.integers(1, one_in)) == 1

    def operation(self, kind: str, root: GraphQLObjectType) -> tuple[str, dict[str, Any]]:
        names = list(root.fields)
        chosen = self.draw(st.lists(st.sampled_from(names), min_size=1, max_size=3))
        if kind == "subscription":
            chosen = chosen[:1]
            self.plain = True
        parts = [self.field(root, name, 0) for name in chosen]
        if kind == "query" and self.maybe(4):
            parts.append("__typename")
        declared = ", ".join(f"${name}: {kind_}" for name, (kind_, _) in self.variables.items())
        head = f"{kind} Random{f'({declared})' if declared else ''}"
        text = f"{head} {{ {' '.join(parts)} }} {' '.join(self.fragments)}"
        values = {name: value for name, (_, value) in self.variables.items() if value is not ...}
        return text, values

    def selections(self, of_type: Any, depth: int) -> str:
        if is_abstract_type(of_type):
            return self.abstract(of_type, depth)
        names = [name for name, each in of_type.fields.items() if self.fits(each, depth)]
        chosen = self.draw(st.lists(st.sampled_from(names), max_size=6)) if names else []
        parts = [self.field(of_type, name, depth) for name in chosen]
        if not parts or self.maybe(5):
            parts.append(f"{self.fresh('t')}: __typename" if self.maybe(2) else "__typename")
        if self.maybe(5):
            parts.append(self.fragment(of_type, depth))
        return "{ " + " ".join(parts) + " }"

    def fits(self, declared: Any, depth: int) -> bool:
        return depth < MAX_DEPTH or not is_composite_type(get_named_type(declared.type))

    def abstract(self, of_type: Any, depth: int) -> str:
        parts = ["__typename"] if self.maybe(2) else []
        for each in self.schema.get_possible_types(of_type):
            if self.maybe(2):
                parts.append(f"... on {each.name} {self.selections(each, depth + 1)}")
        for interface in ("Problem", "Event", "Node"):
            if self.maybe(6) and self.overlaps(of_type, interface):
                inner = self.schema.type_map[interface]
                scalar = self.draw(st.sampled_from(list(inner.fields)))
                parts.append(f"... on {interface} {{ {scalar} }}")
        return "{ " + (" ".join(parts) or "__typename") + " }"

    def overlaps(self, of_type: Any, interface: str) -> bool:
        possible = self.schema.get_possible_types(self.schema.type_map[interface])
        return bool(set(possible) & set(self.schema.get_possible_types(of_type)))

    def fragment(self, of_type: Any, depth: int) -> str:
        inner = self.selections(of_type, MAX_DEPTH) if depth < MAX_DEPTH else "{ __typename }"
        if self.maybe(2):
            return f"... on {of_type.name}{self.directive()} {inner}"
        name = self.fresh("F")
        self.fragments.append(f"fragment {name} on {of_type.name} {inner}")
        return f"...{name}{self.directive()}"

    def field(self, of_type: Any, name: str, depth: int) -> str:
        declared = of_type.fields[name]
        arguments = [
            text
            for argument, each in declared.args.items()
            if (text := self.argument(argument, each)) is not None
        ]
        given = f"({', '.join(arguments)})" if arguments else ""
        alias = f"{self.fresh('a')}: " if declared.args or self.maybe(8) else ""
        named = get_named_type(declared.type)
        directive = self.directive()
        self.plain = False
        below = f" {self.selections(named, depth + 1)}" if is_composite_type(named) else ""
        return f"{alias}{name}{given}{directive}{below}"

    def directive(self) -> str:
        if self.plain or not self.maybe(10):
            return ""
        name = self.draw(st.sampled_from(["skip", "include"]))
        value = self.draw(st.booleans())
        if self.maybe(2):
            return f" @{name}(if: {'true' if value else 'false'})"
        variable = self.fresh("b")
        self.variables[variable] = "Boolean!", value
        return f" @{name}(if: ${variable})"

    def argument(self, name: str, declared: Any) -> str | None:
        required = is_required_argument(declared)
        if not required and self.maybe(2):
            return None
        value = self.value(name, declared.type)
        if self.maybe(2):
            variable = self.fresh("v")
            if not required and self.maybe(6):
                value = ...
            self.variables[variable] = str(declared.type), value
            if value is ... and is_non_null_type(declared.type):
                self.variables[variable] = str(declared.type.of_type), value
            return f"{name}: ${variable}"
        return f"{name}: {literal(value, declared.type)}"

    def value(self, name: str, of_type: Any) -> Any:
        if is_non_null_type(of_type):
            return self.value(name, of_type.of_type)
        if is_list_type(of_type):
            return [self.value(name, of_type.of_type) for _ in range(self.draw(st.integers(0, 2)))]
        if isinstance(of_type, GraphQLEnumType):
            return self.draw(st.sampled_from(list(of_type.values)))
        if isinstance(of_type, GraphQLInputObjectType):
            return {
                key: self.value(key, each.type)
                for key, each in of_type.fields.items()
                if is_required_argument(each) or self.maybe(2)
            }
        return self.draw(st.sampled_from(self.pool[name]))


def literal(value: Any, of_type: Any) -> str:
    """Write a value as GraphQL does."""
    named = get_named_type(of_type)
    match value:
        case bool():
            return "true" if value else "false"
        case None:
            return "null"
        case list():
            return f"[{', '.join(literal(each, named) for each in value)}]"
        case dict():
            fields = (f"{key}: {literal(v, named.fields[key].type)}" for key, v in value.items())
            return "{" + ", ".join(fields) + "}"
        case str() if isinstance(named, GraphQLEnumType):
            return value
        case str():
            return f'"{value}"'
        case _:
            return str(value)
