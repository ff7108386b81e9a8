"""The public contract: described, stored, and selectable."""

from collections.abc import Iterator
from itertools import combinations

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    build_schema,
    specified_scalar_types,
)

from core.alerts.states import ALERT_MOVES
from core.problems import Problem as DomainProblem
from core.reports.states import REPORT_MOVES
from schema.command import SCHEMA_FILE
from schema.schema import build_schema as build_ours
from schema.subjects import SUBJECTS

ROOTS = {
    "Query": "advisories advisoriesAt alert alerts cities city cityAt fareEstimate node report "
    "reportByReceipt reports statistics towedVehicle towings vehicle viewer",
    "Mutation": "addToReport amendAdvisory endAlert issueAdvisory lookUpVehicle raiseAlert "
    "releaseVehicle submitReport takeAction towVehicle updateAlert withdrawAdvisory",
    "Subscription": "advisoryEvents alertEvents placeEvents reportEvents",
}


@pytest.fixture(scope="module")
def contract() -> GraphQLSchema:
    return build_schema(SCHEMA_FILE.read_text("utf-8"))


def test_the_stored_schema_is_the_one_that_is_served() -> None:
    assert SCHEMA_FILE.read_text("utf-8") == build_ours(SUBJECTS).as_str() + "\n", (
        "run: make schema"
    )


@pytest.mark.parametrize("root", ROOTS)
def test_root_fields_keep_their_names(contract: GraphQLSchema, root: str) -> None:
    """Fields may be added; that the schema changes is seen in schema/schema.graphql."""
    fields = contract.type_map[root].fields
    assert set(ROOTS[root].split()) <= set(fields)


def parts_of(contract: GraphQLSchema) -> Iterator[tuple[str, str | None]]:
    """Yield the name and description of every type, field and argument that is ours."""
    for name, kind in contract.type_map.items():
        if name.startswith("__") or name in specified_scalar_types:
            continue
        yield name, kind.description
        for field_name, field in getattr(kind, "fields", {}).items():
            yield f"{name}.{field_name}", field.description
            for argument_name, argument in getattr(field, "args", {}).items():
                yield f"{name}.{field_name}({argument_name})", argument.description


def test_every_type_field_and_argument_is_described(contract: GraphQLSchema) -> None:
    assert [name for name, description in parts_of(contract) if not description] == []


def test_members_of_a_union_can_be_selected_together(contract: GraphQLSchema) -> None:
    clashes = [
        f"{name}: {one.name}.{field} and {other.name}.{field}"
        for name, union in contract.type_map.items()
        if isinstance(union, GraphQLUnionType)
        for one, other in combinations(union.types, 2)
        for field in one.fields.keys() & other.fields.keys()
        if str(one.fields[field].type) != str(other.fields[field].type)
        and not isinstance(getattr(one.fields[field].type, "of_type", None), GraphQLObjectType)
    ]
    assert clashes == []


def test_every_problem_has_its_type() -> None:
    ours = build_ours(SUBJECTS)._schema
    problem = ours.type_map["Problem"]
    assert isinstance(problem, GraphQLInterfaceType)
    types = [
        kind.extensions["strawberry-definition"].origin
        for kind in ours.get_implementations(problem).objects
    ]
    assert {kind.shows for kind in types} == set(DomainProblem.__subclasses__())
    assert len({kind.shows for kind in types}) == len(types)


def test_subjects_add_fields_to_a_city() -> None:
    without = build_ours([each for each in SUBJECTS if each.name != "fares"])._schema
    fields = build_ours(SUBJECTS)._schema.type_map["City"].fields.keys()
    assert fields - without.type_map["City"].fields.keys() == {"tariffs"}
    assert "Tariff" not in without.type_map


def test_action_kinds_of_the_contract_are_those_of_the_tables(contract: GraphQLSchema) -> None:
    kinds = contract.type_map["ActionKind"]
    assert isinstance(kinds, GraphQLEnumType)
    assert {*REPORT_MOVES, *ALERT_MOVES} <= set(kinds.values)
