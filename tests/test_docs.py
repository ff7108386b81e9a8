"""The docs say what there is: every hook, setting, command, field; and their examples run."""

import json
import re
from pathlib import Path

import pytest
from graphql import GraphQLSchema, build_schema, parse, validate

from core.lifecycle import POLICE_ACTIONS
from plugins.hookspecs import PlaceHooks
from server import SCHEMA_FILE, main

ROOT = Path(__file__).parents[1]
HOOKS = sorted(name for name in vars(PlaceHooks) if not name.startswith("_"))


def read(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


@pytest.fixture(scope="module")
def contract() -> GraphQLSchema:
    return build_schema(SCHEMA_FILE.read_text("utf-8"))


@pytest.mark.parametrize("hook", HOOKS)
def test_every_hook_is_documented(hook: str) -> None:
    assert f"| `{hook}` |" in read("docs/cities.md")
    specification = getattr(PlaceHooks, hook).__doc__
    assert "Called" in specification


def test_every_setting_is_documented() -> None:
    operating = read("docs/operating.md")
    for parameter in [*main.params, *main.commands["serve"].params]:
        if parameter.name != "help" and not getattr(parameter, "hidden", False):
            assert parameter.opts[0] in operating
            assert all(name in operating for name in [parameter.envvar] if name)


def test_every_root_field_and_action_is_documented(contract: GraphQLSchema) -> None:
    api, portals = read("docs/api.md"), read("docs/portals.md")
    for root in ("Query", "Mutation", "Subscription"):
        for field in contract.type_map[root].fields:
            assert f"`{field}" in api, field
    for kind in POLICE_ACTIONS:
        assert f"| `{kind}` |" in portals


def test_the_readmes_operations_are_valid(contract: GraphQLSchema) -> None:
    bodies = re.findall(r"<<EOF\n(.*?)\nEOF\n", read("README.md"), re.DOTALL)
    assert len(bodies) == 3
    for body in bodies:
        document = parse(json.loads(body.replace("\n", " "))["query"])
        assert validate(contract, document) == []


def test_the_explorers_examples_are_valid(contract: GraphQLSchema) -> None:
    operations = re.findall(r"query: `(.*?)`", read("schema/graphiql/examples.js"), re.DOTALL)
    assert len(operations) == 7
    for operation in operations:
        assert validate(contract, parse(operation)) == []


def test_links_between_pages_lead_somewhere() -> None:
    for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\((?!http)([^)#]+)\)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
