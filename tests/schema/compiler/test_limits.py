"""An operation has a size, and measuring it is cheap whatever its fragments do."""

import pytest
from graphql import GraphQLError, get_introspection_query

from schema.compiler.documents import RequestError
from schema.compiler.execution import Executor
from schema.compiler.limits import MAX_ALIASES, MAX_FIELDS, TOO_LARGE
from schema.schema import build_schema
from schema.subjects import SUBJECTS

DOCUMENTS = Executor(build_schema(SUBJECTS)).documents


def errors_of(query: str) -> list[GraphQLError]:
    with pytest.raises(RequestError) as refused:
        DOCUMENTS.operation(query, None)
    return refused.value.errors


def refusals(query: str) -> list[str]:
    return [error.message for error in errors_of(query) if "at most" in error.message]


def test_the_explorers_own_question_is_small_enough() -> None:
    assert DOCUMENTS.operation(get_introspection_query(specified_by_url=True), None)


@pytest.mark.parametrize(
    ("query", "what"),
    [
        ("{ __schema { types " + "{ ofType " * 20 + "{ name }" + " }" * 20 + " } }", "levels"),
        ("{ " + " ".join(f"a{n}: __typename" for n in range(MAX_ALIASES + 1)) + " }", "aliases"),
        (
            "{ ...A } fragment A on Query { "
            + " ".join(f"...B{n}" for n in range(40))
            + " } "
            + " ".join(
                f"fragment B{n} on Query {{ {'__typename ' * (MAX_FIELDS // 40 + 1)} }}"
                for n in range(40)
            ),
            "fields",
        ),
        ("{ " + "viewer { name } " * 31 + "}", "31 times"),
        (
            "{ ...A ...B viewer { place } } fragment A on Query { viewer { "
            + "name " * 20
            + "} } fragment B on Query { ... on Query { viewer { "
            + "name " * 11
            + "} } }",
            "31 times",
        ),
    ],
)
def test_what_is_too_large_is_refused_by_name(query: str, what: str) -> None:
    (message,) = refusals(query)
    assert what in message
    assert any((error.extensions or {}).get("code") == TOO_LARGE for error in errors_of(query))


def test_fragments_that_double_cost_nothing() -> None:
    """Sixty of them would unfold to more fields than there are atoms to count with."""
    fragments = " ".join(f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(60))
    query = "{ ...F0 } " + fragments + " fragment F60 on Query { __typename }"
    (message,) = refusals(query)
    assert f"at most {MAX_FIELDS} fields" in message


@pytest.mark.parametrize(
    "query",
    [
        "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }",
        "{ ...A } fragment A on Query { a: node(id: 1) { ...B } b: node(id: 2) { ...B } } "
        "fragment B on Node { id ... on Report { city { ...B } station { path } } }",
    ],
)
def test_a_circle_is_reported_and_followed_once(query: str) -> None:
    assert any("itself" in error.message for error in errors_of(query))
