"""Every text and list of a request has a limit, which the SDL tells and coercion holds it to."""

from collections.abc import Iterator
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    get_named_type,
    get_nullable_type,
)

from core.credentials import new_credential
from schema.base.bounds import LIMIT, MOST_ITEMS, Limit
from schema.compiler.checks import TEXTS
from schema.compiler.execution import Executor
from schema.schema import build_schema
from schema.subjects import SUBJECTS
from tests.support.client import IN_EDGETOWN, SUBMIT, Client, a_report
from tests.support.places import EDGETOWN

SCHEMA = Executor(build_schema(SUBJECTS)).schema
BOUNDED = {"Boolean", "Int", "Float", "Date", "DateTime"}
"""Scalars of which one value is as long as another."""


def given_values() -> Iterator[tuple[str, Any]]:
    """Each argument of each field, and each field of each input object."""
    for kind in SCHEMA.type_map.values():
        if kind.name.startswith("__"):
            continue
        for name, field in getattr(kind, "fields", {}).items():
            if isinstance(kind, GraphQLInputObjectType):
                yield f"{kind.name}.{name}", field
            for argument, declared in getattr(field, "args", {}).items():
                yield f"{kind.name}.{name}({argument})", declared


GIVEN = dict(given_values())


def limit_of(declared: Any) -> Limit | None:
    return declared.extensions["strawberry-definition"].metadata.get(LIMIT)


def is_list(declared: Any) -> bool:
    return isinstance(get_nullable_type(declared.type), GraphQLList)


def is_text(declared: Any) -> bool:
    return get_named_type(declared.type).name in TEXTS


@pytest.mark.parametrize("name", GIVEN)
def test_every_text_and_list_has_a_limit_that_the_description_tells(name: str) -> None:
    declared = GIVEN[name]
    kind = get_named_type(declared.type)
    known = isinstance(kind, GraphQLEnumType | GraphQLInputObjectType) or kind.name in BOUNDED
    assert known or is_text(declared), f"{kind}: is one value of it as long as another?"
    if not is_text(declared) and not is_list(declared):
        return
    limit = limit_of(declared)
    assert limit is not None
    assert declared.description.endswith(limit.words)
    assert (limit.length is not None) == is_text(declared)
    assert (limit.items is not None) == is_list(declared)
    assert (limit.items or 0) <= MOST_ITEMS
    inner = get_nullable_type(declared.type)
    if isinstance(inner, GraphQLList):
        item = inner.of_type.of_type if isinstance(inner.of_type, GraphQLNonNull) else inner.of_type
        assert not isinstance(item, GraphQLList), "lists of lists are limited at one level only"


TOO_LONG = "x" * 1_000_000
LITERALS = '{ cities(name: "%s") { __typename ... on Problem { code field } } }'


@pytest.mark.database("sqlite")
@pytest.mark.parametrize(
    ("query", "variables", "typename", "code", "field"),
    [
        (
            "query ($n: String) { cities(name: $n) { __typename ... on Problem { code field } } }",
            {"n": "\u0390" * 990_000},
            "InvalidInputProblem",
            "TOO_LONG",
            ["name"],
        ),
        (LITERALS % ("x" * 2_000), {}, "InvalidInputProblem", "TOO_LONG", ["name"]),
        (
            'query ($n: String = "%s") { cities(name: $n) { __typename ... on Problem { code '
            "field } } }" % ("x" * 2_000),
            {},
            "InvalidInputProblem",
            "TOO_LONG",
            ["name"],
        ),
        (
            SUBMIT,
            {"input": a_report(description=TOO_LONG)},
            "InvalidInputProblem",
            "TOO_LONG",
            ["input", "description"],
        ),
        (
            SUBMIT,
            {"input": a_report(answers=[{"question": "q", "values": ["v"] * 200_000}])},
            "InvalidInputProblem",
            "TOO_MANY",
            ["input", "answers", "0", "values"],
        ),
        (
            SUBMIT,
            {"input": a_report(answers=[{"question": "q", "values": ["v", "v" * 2_001]}])},
            "InvalidInputProblem",
            "TOO_LONG",
            ["input", "answers", "0", "values", "1"],
        ),
        (
            SUBMIT,
            {"input": a_report(media=[new_credential()] * 6)},
            "InvalidInputProblem",
            "TOO_MANY",
            ["input", "media"],
        ),
        (
            "query ($r: String!) { reportByReceipt(receipt: $r) { __typename "
            "... on Problem { code field } } }",
            {"r": TOO_LONG},
            "InvalidCredentialProblem",
            "INVALID_CREDENTIAL",
            ["receipt"],
        ),
    ],
    ids=["variable", "literal", "default", "object", "list", "item", "media", "credential"],
)
async def test_what_is_over_its_limit_is_refused_by_the_type_for_it(
    citizen: Client,
    query: str,
    variables: dict[str, Any],
    typename: str,
    code: str,
    field: list[str],
) -> None:
    answer = await citizen.ask(query, **variables)
    assert (answer["__typename"], answer["code"], answer["field"]) == (typename, code, field)


LANGUAGE = """query ($l: String! = "en", $k: [NumberKind!]) {
  city(path: "india/testland/edgetown") { ... on City {
    phrases(language: $l) { key text } emergencyNumbers(kinds: $k) { kind }
  } }
}"""
WITHOUT_L = LANGUAGE.replace('$l: String! = "en", ', "")
WITHOUT_K = LANGUAGE.replace(", $k: [NumberKind!]", "")


@pytest.mark.database("sqlite")
@pytest.mark.parametrize(
    ("query", "variables", "rule", "field"),
    [
        (LANGUAGE, {"l": "a-" * 5_000}, "TOO_LONG", ["language"]),
        (LANGUAGE, {"k": ["ALL"] * 250_000}, "TOO_MANY", ["kinds"]),
        (WITHOUT_L.replace("$l)", f'"{"a-" * 100}")'), {}, "TOO_LONG", ["language"]),
        (LANGUAGE.replace('"en"', f'"{"a-" * 100}"'), {}, "TOO_LONG", ["language"]),
        (WITHOUT_K.replace("$k)", f"[{'ALL ' * 17}])"), {}, "TOO_MANY", ["kinds"]),
        ("query ($i: ID!) { node(id: $i) { id } }", {"i": TOO_LONG}, "MALFORMED", ["id"]),
    ],
    ids=["variable", "list", "literal", "default", "literal list", "root without a union"],
)
async def test_where_no_type_can_refuse_it_an_error_does(
    citizen: Client, query: str, variables: dict[str, Any], rule: str, field: list[str]
) -> None:
    answer = await citizen.answer(query, **variables)
    (error,) = answer["errors"]
    assert not any((answer.get("data") or {}).values())
    assert error["extensions"] == {"code": "INVALID_INPUT", "rule": rule, "field": field}


@pytest.mark.database("sqlite")
async def test_a_change_is_not_made_where_its_answer_is_asked_for_wrongly(
    citizen: Client, officer: Client
) -> None:
    query = SUBMIT.replace("($input", "($l: String!, $input").replace(
        "reference state", "reference status(language: $l) state"
    )
    answer = await citizen.answer(query, l="x" * 36, input=a_report(position=IN_EDGETOWN))
    assert answer["errors"][0]["extensions"]["rule"] == "TOO_LONG"
    assert await officer.reports(EDGETOWN) == []


@pytest.mark.database("sqlite")
async def test_a_stream_is_refused_in_the_same_way(citizen: Client) -> None:
    query = """subscription ($r: String!) { reportEvents(receipt: $r) {
      __typename ... on Problem { code field } } }"""
    async with citizen.stream(query, r="A" * 65) as stream:
        refusal = await stream.next()
        assert refusal["__typename"] == "InvalidCredentialProblem"
        assert refusal["field"] == ["receipt"]
        await stream.ended()
