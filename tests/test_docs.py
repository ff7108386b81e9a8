"""The docs say what there is: every hook, setting, command, field; and their examples run."""

import asyncio
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from graphql import GraphQLSchema, build_schema, parse, validate

from core.log.transitions import Actor
from core.subjects import SUBJECTS
from plugins.catalogues import CATALOGUES
from plugins.contract.hookspecs import hooks_for
from schema.command import SCHEMA_FILE
from server import main
from tests.support.place_folders import load_places

ROOT = Path(__file__).parents[1]
PLACE_HOOKS = hooks_for(CATALOGUES)
HOOKS = sorted(name for name in dir(PLACE_HOOKS) if not name.startswith("_"))


def read(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


@pytest.fixture(scope="module")
def contract() -> GraphQLSchema:
    return build_schema(SCHEMA_FILE.read_text("utf-8"))


@pytest.mark.parametrize("hook", HOOKS)
def test_every_hook_is_documented(hook: str) -> None:
    assert f"### `{hook}`" in read("docs/cities/reference.md")
    specification = getattr(PLACE_HOOKS, hook).__doc__
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
    moves = [SUBJECTS["Report"].moves, SUBJECTS["Alert"].moves]
    for kind in {
        kind for each in moves for kind, move in each.items() if move.actor is Actor.POLICE
    }:
        assert f"| `{kind}` |" in portals


def test_the_readmes_operations_are_valid(contract: GraphQLSchema) -> None:
    bodies = re.findall(r"<<EOF\n(.*?)\nEOF\n", read("README.md"), re.DOTALL)
    assert len(bodies) == 3
    for body in bodies:
        document = parse(json.loads(body.replace("\n", " "))["query"])
        assert validate(contract, document) == []


def test_the_operations_of_the_pages_are_valid(contract: GraphQLSchema) -> None:
    pages = read("docs/api.md") + read("docs/portals.md")
    operations = re.findall(r"```graphql\n(.*?)```", pages, re.DOTALL)
    assert len(operations) >= 9
    for operation in operations:
        assert validate(contract, parse(operation)) == []


def test_the_explorers_examples_are_valid(contract: GraphQLSchema) -> None:
    operations = re.findall(r"query: `(.*?)`", read("schema/explorer/examples.js"), re.DOTALL)
    assert len(operations) == 8
    for operation in operations:
        assert validate(contract, parse(operation)) == []


def test_links_between_pages_lead_somewhere() -> None:
    for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\((?!http)([^)#]+)\)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_tutorial_for_cities_runs_as_it_stands(tmp_path: Path) -> None:
    """Each command of the page but `serve`, in order, with the files that it says to write."""
    page = read("docs/cities/tutorial.md")
    folder = tmp_path / "my-places/india/maharashtra/pune"
    shown = ""
    for language, text in re.findall(r"```(sh|toml|)\n(.*?)```", page, re.DOTALL):
        if language == "sh" and " serve " not in text:
            words = text.replace("my-places", str(tmp_path / "my-places")).split()[1:]
            done = subprocess.run(
                [sys.executable, *words], cwd=ROOT, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, (text, done.stdout, done.stderr)
            shown = done.stdout
        elif language == "toml":
            name = re.match(r"# ([\w.]+)\n", text)
            assert name is not None
            (folder / name[1]).write_text(text, "utf-8")
        elif "nearest station" in text:
            assert _without_times(text) == _without_times(shown)


def _without_times(text: str) -> str:
    return re.sub(r"\[[\d.]+ ms", "[ms", text)


def test_the_cookbooks_recipes_are_sound(tmp_path: Path) -> None:
    """Every data file and every piece of code of the recipes loads, each in a city of its own."""
    page = read("docs/cities/cookbook.md")
    recipes = re.split(r"\n## ", page)[1:]
    assert len(recipes) >= 10
    for number, recipe in enumerate(recipes):
        for language, text in re.findall(r"```(toml|python|ftl)\n(.*?)```", recipe, re.DOTALL):
            name = re.match(r"# ([\w./]+)\n", text)
            if name is None:
                tomllib.loads(text)
                continue
            folder = tmp_path / f"land/state/city-{number}-{language}-{len(text)}"
            (folder / "words").mkdir(parents=True, exist_ok=True)
            place = 'names = { en = "City" }\n'
            (folder / "place.toml").write_text(place, "utf-8")
            own = place + text if name[1] == "place.toml" else text
            (folder / name[1]).write_text(own, "utf-8")
    places = asyncio.run(load_places([tmp_path]))
    assert places.faults.messages == {}
    assert len(places.all()) > 6
