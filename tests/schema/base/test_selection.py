"""The names of what an operation selects."""

import pytest
from graphql import FieldNode, FragmentDefinitionNode, OperationDefinitionNode, parse

from schema.base.selection import names_below


def names(text: str) -> set[str]:
    document = parse(text)
    operation = document.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    fragments = {
        each.name.value: each
        for each in document.definitions
        if isinstance(each, FragmentDefinitionNode)
    }
    roots = [node for node in operation.selection_set.selections if isinstance(node, FieldNode)]
    return set(names_below(roots, fragments))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{ a }", set()),
        ("{ a { b c: d { e } } }", {"b", "d", "e"}),
        ("{ a { ... on X { b ... { c } } } }", {"b", "c"}),
        ("{ a { ...F } } fragment F on X { b { ...G } } fragment G on X { c }", {"b", "c"}),
        ("{ a { ...F ...F } x { ...F } } fragment F on X { b }", {"b"}),
        ("{ a { ...F } } fragment F on X { b } fragment Unused on X { c }", {"b"}),
    ],
)
def test_names_are_found_at_any_depth(text: str, expected: set[str]) -> None:
    assert names(text) == expected


def test_fragments_that_spread_each_other_are_read_once() -> None:
    """Validation refuses them later; until then nothing must run for ever."""
    text = "{ a { ...F } } fragment F on X { b ...G } fragment G on X { c ...F }"
    assert names(text) == {"b", "c"}


def test_many_fragments_are_read_in_no_time() -> None:
    spreads = "".join(f"fragment F{n} on X {{ ...F{n + 1} ...F{n + 1} }} " for n in range(60))
    assert names("{ a { ...F0 } } " + spreads + "fragment F60 on X { b }") == {"b"}
