"""Answers that change with time alone are not cached: fields declare it, each for its own type."""

from types import SimpleNamespace
from typing import Annotated, Any

import pytest
import strawberry
from graphql import GraphQLObjectType

from core.identity.people import Role, Viewer
from schema.base.context import Context
from schema.base.selection import CACHED_BY, DEPENDS_ON_CLOCK
from schema.compiler.declarations import declaration_of
from schema.compiler.execution import Executor
from schema.schema import build_schema
from schema.subjects import SUBJECTS
from tests.support.places import EDGETOWN


@strawberry.type
class Office:
    name: str = "Office"

    @strawberry.field(metadata={DEPENDS_ON_CLOCK: True})
    def open_now(self) -> bool:
        return True


@strawberry.type
class Door:
    name: str = "Door"

    @strawberry.field
    def open_now(self) -> bool:
        return True


Part = Annotated[Office | Door, strawberry.union("Part")]


@strawberry.type
class Query:
    @strawberry.field(metadata={CACHED_BY: "place"})
    async def office(self, place: str) -> Office:
        return Office()

    @strawberry.field(metadata={CACHED_BY: "place"})
    async def door(self, place: str) -> Door:
        return Door()

    @strawberry.field(metadata={CACHED_BY: "place"}, graphql_type=list[Part])
    async def parts(self, place: str) -> list[Any]:
        return [Office(), Door()]


class Feed:
    async def heads(self, scope: str) -> dict[str, int]:
        return {scope: 1}


def a_context() -> Context:
    viewer = Viewer(name="Desk", role=Role.OFFICER, place=EDGETOWN)
    nothing: Any = SimpleNamespace()
    feed: Any = Feed()
    return Context(nothing, feed, nothing, viewer=viewer)


@pytest.mark.parametrize(
    ("selection", "is_cached"),
    [
        ("door(place: $p) { openNow }", True),
        ("office(place: $p) { openNow }", False),
        ("office(place: $p) { a: openNow }", False),
        ("office(place: $p) { openNow: name }", True),
        ("office(place: $p) { ...Fields }", False),
        ("parts(place: $p) { ... on Door { openNow } ... on Office { name } }", True),
        ("parts(place: $p) { ... on Door { name } ... on Office { openNow } }", False),
        ("office(place: $p) { name openNow @include(if: $no) }", True),
        ("office(place: $p) { name openNow @skip(if: $no) }", False),
    ],
)
async def test_only_answers_without_a_clock_are_cached(selection: str, is_cached: bool) -> None:
    executor = Executor(strawberry.Schema(Query))
    text = f"query ($p: String!, $no: Boolean = false) {{ {selection} }}"
    text = text if "$no" in selection else text.replace(", $no: Boolean = false", "")
    text += " fragment Fields on Office { openNow }" if "...Fields" in selection else ""
    operation = executor.documents.operation(text, None)
    variables = {"p": EDGETOWN}
    answers = {await executor.cached_answer(operation, variables, a_context()) for _ in range(3)}
    assert len(answers) == 1
    assert b"errors" not in answers.pop()
    assert (executor.cache.hits, executor.cache.misses) == ((2, 1) if is_cached else (0, 0))
    assert bool(executor.cache.size) is is_cached


def test_every_field_that_reads_the_clock_declares_it() -> None:
    schema: Any = Executor(build_schema(SUBJECTS)).schema
    roots = (schema.query_type, schema.mutation_type, schema.subscription_type)
    declared: set[str] = set()
    reading: set[str] = set()
    for of_type in schema.type_map.values():
        if not isinstance(of_type, GraphQLObjectType) or of_type in roots:
            continue
        for name, field in of_type.fields.items():
            if "strawberry-definition" not in field.extensions:
                continue
            declaration: Any = declaration_of(field)
            if DEPENDS_ON_CLOCK in declaration.metadata:
                declared.add(f"{of_type.name}.{name}")
            resolver = declaration.base_resolver
            if resolver is not None and "clock" in _names(resolver.wrapped_func):
                reading.add(f"{of_type.name}.{name}")
    assert {"Station.openNow", "City.emergencyNumbers", "Advisory.inForce"} <= declared
    assert reading == declared


def _names(function: Any) -> tuple[str, ...]:
    return getattr(function, "__func__", function).__code__.co_names
