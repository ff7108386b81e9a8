"""Values are read at once as graphql-core and Strawberry read them, or left to those two."""

from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    get_named_type,
    get_variable_values,
    parse,
)
from graphql.execution.values import VariableValues
from hypothesis import given, settings
from hypothesis import strategies as st

from core.problems import Problem
from schema.base.bounds import MOST_ITEMS
from schema.compiler.checks import shortened
from schema.compiler.coercion import Arguments, PlainVariables
from schema.compiler.execution import Executor
from schema.schema import build_schema
from schema.subjects import SUBJECTS

EXECUTOR = Executor(build_schema(SUBJECTS))
SCHEMA = EXECUTOR.schema

ODD = st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=3)


def values(of_type: Any, depth: int = 4) -> st.SearchStrategy[Any]:
    """Values of a type, and now and then one that is none."""
    if isinstance(of_type, GraphQLNonNull):
        return values(of_type.of_type, depth)
    right = st.none() | _right(of_type, depth)
    return right | right | right | right | ODD


def _right(of_type: Any, depth: int) -> st.SearchStrategy[Any]:
    if isinstance(of_type, GraphQLList):
        items = values(of_type.of_type, depth)
        # Past the longest list that is read the rest is not looked at.
        return st.lists(items, max_size=3) | items.map(lambda item: [item] * (MOST_ITEMS + 9))
    if isinstance(of_type, GraphQLEnumType):
        return st.sampled_from(list(of_type.values))
    if isinstance(of_type, GraphQLInputObjectType):
        if not depth:
            return st.just({})
        fields = {name: values(each.type, depth - 1) for name, each in of_type.fields.items()}
        required = {name: fields.pop(name) for name in _required(of_type)}
        known = st.fixed_dictionaries(required, optional=fields)
        return known | known | known | st.dictionaries(st.sampled_from(["x", *fields]), ODD)
    return {
        "Int": st.integers(-(2**31), 2**31 - 1),
        "Float": st.floats(allow_nan=False, allow_infinity=False) | st.integers(-9, 9),
        "Boolean": st.booleans(),
        "DateTime": st.sampled_from(["2026-11-24T10:00:00Z", "2026-11-24", "soon"]),
        "Date": st.sampled_from(["2026-11-24", "2026-13-01"]),
    }.get(
        of_type.name, st.text(max_size=5) | st.sampled_from([30, 70, 200, 6_000]).map("x".__mul__)
    )


def _required(of_type: GraphQLInputObjectType) -> list[str]:
    return [name for name, each in of_type.fields.items() if isinstance(each.type, GraphQLNonNull)]


def operations() -> list[tuple[str, str]]:
    """Each root field with all its arguments as variables."""
    found: list[tuple[str, str]] = []
    for kind, root in (("query", SCHEMA.query_type), ("mutation", SCHEMA.mutation_type)):
        for name, field in root.fields.items():
            if field.args:
                declared = ", ".join(f"${arg}: {each.type}" for arg, each in field.args.items())
                passed = ", ".join(f"{arg}: ${arg}" for arg in field.args)
                below = "" if not hasattr(get_named_type(field.type), "fields") else " { id }"
                found.append((name, f"{kind} ({declared}) {{ {name}({passed}){below} }}"))
    return found


def read_both(text: str, root: Any, name: str, given_: dict[str, Any]) -> None:
    node: Any = parse(text).definitions[0]
    plain = PlainVariables(SCHEMA, node)
    fast = plain.read(given_)
    slow = get_variable_values(SCHEMA, node.variable_definitions, shortened(given_))
    if fast is None:
        return
    assert isinstance(slow, VariableValues), (given_, fast)
    assert repr(fast.coerced) == repr(slow.coerced)
    field = root.fields[name]
    selected = node.selection_set.selections[0]
    declared = field.extensions["strawberry-definition"]
    arguments = Arguments(field, declared, selected, EXECUTOR.converter)
    try:
        expected = arguments._read(field, selected, slow)
    except GraphQLError:
        with pytest.raises(GraphQLError):
            arguments.values(fast)
        return
    except Problem:
        with pytest.raises(Problem):
            arguments.values(fast)
        return
    assert repr(arguments.values(fast)) == repr(expected)


@pytest.mark.parametrize(("name", "text"), operations(), ids=[name for name, _ in operations()])
def test_every_root_field_reads_its_variables_as_they_do(name: str, text: str) -> None:
    root = SCHEMA.mutation_type if text.startswith("mutation") else SCHEMA.query_type
    arguments = root.fields[name].args
    drawn = st.fixed_dictionaries(
        {}, optional={arg: values(each.type) for arg, each in arguments.items()}
    )

    @settings(max_examples=60, deadline=None, database=None)
    @given(drawn)
    def alike(given_: dict[str, Any]) -> None:
        read_both(text, root, name, given_)

    alike()


@pytest.mark.parametrize(
    "given_",
    [
        {"la": 21.2, "lo": 81},
        {"la": 21.2},
        {"la": "21.2", "lo": 81.0},
        {"la": 21.2, "lo": None},
        {"la": float("nan"), "lo": 1.0},
        {"la": True, "lo": 1.0},
        {"la": 2**60, "lo": 1.0},
    ],
)
def test_an_object_that_is_written_out_is_built_of_its_variables(given_: dict[str, Any]) -> None:
    text = (
        "query ($la: Float!, $lo: Float!, $ac: Float) "
        "{ cityAt(position: {latitude: $la, longitude: $lo, accuracy: $ac}) { __typename } }"
    )
    read_both(text, SCHEMA.query_type, "cityAt", given_)


def test_plain_values_are_read_the_fast_way() -> None:
    """A reader that always gave up would pass the others."""
    for name, text in operations():
        node: Any = parse(text).definitions[0]
        assert PlainVariables(SCHEMA, node)._usable, name
    node = parse(dict(operations())["submitReport"]).definitions[0]
    report = {
        "category": "a",
        "position": {"latitude": 1, "longitude": 2.5},
        "answers": [{"question": "q", "values": ["v"]}],
        "idempotencyKey": "k",
    }
    read = PlainVariables(SCHEMA, node).read({"input": report})
    assert read is not None
    assert read.coerced["input"]["position"]["latitude"] == 1.0
