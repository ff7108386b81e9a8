"""Expensive requests: known attacks, and random operations over a schema."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLObjectType,
    GraphQLSchema,
    get_introspection_query,
    get_named_type,
    is_abstract_type,
    is_composite_type,
    is_required_argument,
)

CITY = "india/chhattisgarh/raipur"
CENTRE = {"latitude": 21.2333, "longitude": 81.6333}
MAX_ALIASES = 30
MAX_DEPTH = 7
Declared = dict[str, tuple[str, Any]]
"""Type and value of each variable, by name."""


@dataclass(frozen=True, slots=True)
class Attack:
    """Root fields to send, possibly several times in one operation, with aliases."""

    name: str
    root: str
    variables: Declared = field(default_factory=dict[str, tuple[str, Any]])
    fragments: str = ""
    body: bytes | None = None
    """The request body, if the attack is not an operation."""

    def query(self, count: int) -> str:
        """Return the operation with a random comment, so that no cache has the document."""
        declared = ", ".join(f"${name}: {kind}" for name, (kind, _) in self.variables.items())
        roots = " ".join(f"a{number}: {self.root}" if count > 1 else self.root
                         for number in range(count))  # fmt: skip
        head = f"query ({declared})" if declared else "query"
        return f"{head} {{ {roots} }} {self.fragments} # {random.getrandbits(64):x}"

    def values(self) -> dict[str, Any]:
        """Return the values of the variables."""
        return {name: value for name, (_, value) in self.variables.items()}


def known_attacks() -> list[Attack]:
    """Return attacks that blocked earlier versions, in full and reduced to today's limits."""
    page = "cities(first: 100) { ... on CityConnection { edges { node { %s } } } }"
    phrases = page % "phrases(language: $l) { key text }"
    numbers = page % "emergencyNumbers(kinds: $k, openNow: true) { kind }"
    found = "cities(name: $n, first: 100) { __typename }"
    kinds, many = "[NumberKind!]", {f"key{number}": {} for number in range(9_000)}
    fragments = range(150)
    return [
        Attack("a language of 10,000 characters", phrases, {"l": ("String!", "a-" * 5_000)}),
        Attack("a language of 35 characters", phrases, {"l": ("String!", "a-" * 17 + "a")}),
        Attack("a name of 690,000 characters", found, {"n": ("String", "\u0390" * 690_000)}),
        Attack("a name of 120 characters", found, {"n": ("String", "\u0390" * 120)}),
        Attack("250,000 kinds of number", numbers, {"k": (kinds, ["ALL"] * 250_000)}),
        Attack("250,000 unknown kinds", numbers, {"k": (kinds, ["X"] * 250_000)}),
        Attack("16 kinds of number", numbers, {"k": (kinds, ["ALL"] * 16)}),
        Attack("a viewer 740 times", "viewer { name } " * 740),
        Attack("a viewer 30 times", "viewer { name } " * 30),
        Attack("a viewer's name 900 times", f"viewer {{ {'name ' * 900} }}"),
        Attack("introspection", _introspection(), fragments=_introspection_fragments()),
        Attack("all fields of cities", page % _EVERYTHING),
        Attack("all fields of a city",
               f'city(path: "{CITY}") {{ ... on City {{ {_EVERYTHING} }} }}'),
        Attack("an input of unknown fields", 'cityAt(position: $p) { __typename }',
               {"p": ("PositionInput!", many)}),
        Attack("unknown fields", " ".join(f"advisoriez{n}" for n in range(900))),
        Attack("a name of 90,000 characters", "x" * 90_000),
        Attack("fragments in a chain", "...F0", fragments=" ".join(
            f"fragment F{n} on Query {{ ...F{n + 1} }}" for n in fragments
        ) + " fragment F150 on Query { viewer { name } }"),
        Attack("fragments beside each other", " ".join(f"...F{n}" for n in fragments),
               fragments=" ".join(
                   f"fragment F{n} on Query {{ c{n % 9}: viewer {{ name }} }}" for n in fragments)),
        Attack("2 MB of lists", "", body=b"[" + b"[]," * 690_000 + b"1]"),
        Attack("2 MB of numbers", "", body=b"[" + b"1.5," * 520_000 + b"1]"),
    ]  # fmt: skip


_EVERYTHING = (
    "path name deployment features timeZone languages emergencyNumbers { kind number name hours "
    "languages verified } phrases { key text } advisoryKinds { code name instruction } "
    "reportCategories { code name description questions { code name options { code name } } } "
    "dispositions { code name } stations { path name address zone hours openNow numbers }"
)


def _introspection() -> str:
    query = get_introspection_query()
    return query[query.index("__schema") : query.index("fragment FullType")].rstrip().rstrip("}")


def _introspection_fragments() -> str:
    query = get_introspection_query()
    return query[query.index("fragment FullType") :]


class RandomAttacks:
    """Generates random operations over a schema."""

    def __init__(self, schema: GraphQLSchema, pool: dict[str, Sequence[Any]], seed: int) -> None:
        self._schema = schema
        self._pool = pool
        self._chance = random.Random(seed)

    def draw(self) -> Attack:
        """Return an operation of one root field with random fields and arguments."""
        query = self._schema.query_type
        assert query is not None
        name = self._chance.choice(list(query.fields))
        declared: Declared = {}
        root = self._field(query, name, 0, self._chance.uniform(0.3, 1), declared)
        return Attack(f"random: {name}", root, declared)

    def _field(self, parent: Any, name: str, depth: int, density: float, declared: Declared) -> str:
        field = parent.fields[name]
        given: list[str] = []
        for argument, each in field.args.items():
            value = self._value(argument, get_named_type(each.type))
            if value is None or not (is_required_argument(each) or self._chance.random() < 0.8):
                continue
            variable = f"v{len(declared)}"
            declared[variable] = str(each.type), value
            given.append(f"{argument}: ${variable}")
        arguments = f"({', '.join(given)})" if given else ""
        inner = get_named_type(field.type)
        below = self._selections(inner, depth + 1, density, declared)
        return f"{name}{arguments}{below}"

    def _selections(self, of_type: Any, depth: int, density: float, declared: Declared) -> str:
        if not is_composite_type(of_type):
            return ""
        if is_abstract_type(of_type):
            parts = [
                f"... on {each.name}{self._selections(each, depth, density, declared)}"
                for each in self._schema.get_possible_types(of_type)
                if not each.name.endswith("Problem")
            ]
            return f" {{ __typename {' '.join(parts)} }}"
        return f" {{ __typename {' '.join(self._chosen(of_type, depth, density, declared))} }}"

    def _chosen(
        self, of_type: GraphQLObjectType, depth: int, density: float, declared: Declared
    ) -> list[str]:
        return [
            self._field(of_type, name, depth, density * 0.9, declared)
            for name, field in of_type.fields.items()
            if self._chance.random() < density
            and (depth < MAX_DEPTH or not is_composite_type(get_named_type(field.type)))
            # The same field of different union members must not have different arguments.
            and (not field.args or depth < MAX_DEPTH)
        ]

    def _value(self, name: str, of_type: Any) -> Any:
        values = self._pool.get(name)
        if values is not None:
            return self._chance.choice(values)
        if hasattr(of_type, "values"):
            return self._chance.choice(list(of_type.values))
        return None
