"""What an operation costs is counted before it runs, and an answer has a size."""

import re
from pathlib import Path
from typing import Any

import pytest
from graphql import get_introspection_query

from core.actions.dispositions import DISPOSITIONS
from core.advisories.kinds import ADVISORY_KINDS
from core.fares.tariffs import TARIFFS
from core.places.city import City
from core.places.numbers import NUMBERS
from core.places.phrases import PHRASES
from core.places.stations import STATIONS
from core.reports.categories import CATEGORIES
from plugins.runtime.sources import shipped
from schema.compiler import execution
from schema.compiler.cost import LENGTHS, MAX_COST, Lengths
from schema.compiler.execution import Executor
from schema.schema import build_schema
from schema.subjects import SUBJECTS
from tests.support.client import LIST, Client
from tests.support.place_folders import load_places
from tests.support.places import EDGETOWN
from tests.support.servers import Running

EXECUTOR = Executor(build_schema(SUBJECTS))
ROOT = Path(__file__).parents[3]
CITIES = "cities(first: %s) { ... on CityConnection { edges { node { path } } } }"
"""Costs one for itself, and two for each of the cities beside `edges`."""


def cost(query: str, **variables: Any) -> int:
    operation = EXECUTOR.documents.operation(query, None)
    return operation.cost.of(operation._coerced(variables).coerced)


def documented() -> list[str]:
    pages = "".join((ROOT / "docs" / name).read_text("utf-8") for name in ("api.md", "portals.md"))
    examples = (ROOT / "schema/explorer/examples.js").read_text("utf-8")
    return [
        *re.findall(r"```graphql\n(.*?)```", pages, re.DOTALL),
        *re.findall(r"query: `(.*?)`", examples, re.DOTALL),
    ]


@pytest.mark.parametrize("query", documented())
def test_what_is_documented_costs_a_tenth_of_what_is_allowed_at_the_most(query: str) -> None:
    operation = EXECUTOR.documents.operation(query, None)
    assert operation.cost.of({"first": 100}) <= MAX_COST / 10


def test_the_explorers_own_question_is_allowed() -> None:
    assert cost(get_introspection_query()) <= MAX_COST * 2 / 3


def test_pages_aliases_and_repeated_fields_add_up() -> None:
    one, root = cost("{ " + CITIES % 1 + " }"), cost("{ __typename }")
    each = cost("{ " + CITIES % 2 + " }") - one
    assert each == 2
    assert cost("{ " + CITIES % 100 + " }") == one + 99 * each
    assert cost("{ a: " + CITIES % 1 + " b: " + CITIES % 1 + " }") == 2 * one
    assert cost("{ " + "viewer { name } " * 9 + "}") == cost("{ viewer { name } }") + 8 * 2
    assert root < one


@pytest.mark.parametrize(
    ("given", "length"), [({"n": 7}, 7), ({"n": 5_000}, 100), ({"n": -1}, 0), ({}, 20)]
)
def test_a_variable_says_how_long_a_page_is(given: dict[str, Any], length: int) -> None:
    of_a_variable = cost("query ($n: Int! = 20) { " + CITIES % "$n" + " }", **given)
    assert of_a_variable == cost("{ " + CITIES % 1 + " }") + 2 * (length - 1)


def test_fragments_cost_what_they_stand_for() -> None:
    spread = "{ ...A } fragment A on Query { cities(first: 9) { ...B } } fragment B on "
    spread += "CityConnection { edges { node { ...C } } } fragment C on City { path }"
    assert cost(spread) == cost("{ " + CITIES % 9 + " }")


def test_introspection_costs_more_beside_other_fields() -> None:
    schema = "__schema { types { name fields { name } } }"
    assert cost(
        "{ " + schema + " cityAt(position: {latitude: 1, longitude: 1}) { __typename } }"
    ) > (4 * cost("{ " + schema + " }"))


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        (
            "{ "
            + " ".join(f"a{n}: " + CITIES % 100 for n in range(30)).replace("path", "path " * 12)
            + " }",
            {},
        ),
        (
            "query ($n: Int!) { cities(first: $n) { ... on CityConnection { edges { node {"
            " stations { beats { lines { name } } } } } } } }",
            {"n": 100},
        ),
        (
            "{ "
            + " ".join(
                f"a{n}: __schema {{ types {{ fields {{ args {{ name }} }} }} }}" for n in range(30)
            )
            + " }",
            {},
        ),
    ],
    ids=["aliases", "lists in a page", "introspection"],
)
@pytest.mark.database("sqlite")
async def test_what_costs_too_much_is_refused_before_it_runs(
    citizen: Client, query: str, variables: dict[str, Any]
) -> None:
    answer = await citizen.answer(query, **variables)
    assert not answer.get("data")
    (error,) = answer["errors"]
    assert error["extensions"]["code"] == "TOO_COSTLY"
    assert error["extensions"]["cost"] > error["extensions"]["limit"] == MAX_COST


@pytest.mark.database("sqlite")
async def test_a_stream_that_costs_too_much_is_refused(
    running: Running, citizen: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = 'subscription { placeEvents(path: "india") { __typename } }'
    monkeypatch.setattr("schema.compiler.cost.MAX_COST", 10)
    with pytest.raises(AssertionError, match="TOO_COSTLY"):
        async with citizen.stream(query) as stream:
            await stream.next()
    async with citizen.http.stream(
        "POST", "/graphql", json={"query": query}, headers={"accept": "text/event-stream"}
    ) as response:
        assert response.status_code == 400
        assert b"TOO_COSTLY" in await response.aread()


@pytest.mark.database("sqlite")
async def test_an_answer_that_is_too_large_is_refused(
    citizen: Client, officer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        await citizen.submit(description="x" * 5_000)
    monkeypatch.setattr(execution, "MAX_ANSWER_BYTES", 12_000)
    small = await officer.answer(LIST, place=EDGETOWN, first=2)
    assert "errors" not in small
    large = await officer.answer(LIST, place=EDGETOWN, first=3)
    assert large["data"] is None
    assert large["errors"][0]["extensions"] == {"code": "ANSWER_TOO_LARGE"}
    page = f'reports(place: "{EDGETOWN}")'
    page += " { ... on ReportConnection { edges { node { %s } } } }"
    several = await officer.answer(f"{{ a: {page % 'description'} b: {page % 'id'} }}")
    assert several["errors"][0]["extensions"] == {"code": "ANSWER_TOO_LARGE"}


async def test_no_city_that_ships_has_longer_lists_than_are_assumed() -> None:
    lengths = Lengths(EXECUTOR.schema)
    places = await load_places([source.root for source in shipped()])
    for city in places.all():
        for name, length in lists_of(city).items():
            assert length <= (lengths.of("City", name, None) or 0), f"{city.path}: {name}"


def lists_of(city: City) -> dict[str, int]:
    return {
        "stations": len(city[STATIONS]),
        "phrases": len(city[PHRASES]),
        "reportCategories": len(city[CATEGORIES]),
        "advisoryKinds": len(city[ADVISORY_KINDS]),
        "emergencyNumbers": len(city[NUMBERS]),
        "dispositions": len(city[DISPOSITIONS]),
        "tariffs": len(city[TARIFFS]),
        "languages": len(city.description.languages),
    }


def test_the_lists_whose_lengths_are_assumed_exist() -> None:
    for name in LENGTHS:
        type_name, field = name.split(".")
        assert field in EXECUTOR.schema.type_map[type_name].fields
