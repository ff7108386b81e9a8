"""The page on how to add a subject, followed in a copy of the tree, makes a subject that works."""

import asyncio
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.server_process import ServerProcess
from tests.support.client import Client, Stream, new_key
from tests.support.places import RAIPUR

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "adding-a-subject.md"
COPIED = ("core", "plugins", "cities", "schema", "bench", "tests", "docs/cities")
BIN = Path(sys.executable).parent
CHECKS = (
    [str(BIN / "ruff"), "check"],
    [str(BIN / "ruff"), "format", "--check"],
    [str(BIN / "lint-imports"), "--no-cache"],
    [
        str(BIN / "basedpyright"),
        "--pythonpath",
        sys.executable,
        "core/lost_pets",
        "schema/lost_pets",
    ],
)
MOST_FILES, MOST_LINES = 8, 6
"""Existing files that a subject may change, and lines that it may add to each."""
PUNE = "india/maharashtra/pune"
LONG_AGO = "2020-01-01 00:00:00+00:00"

PET = " fragment Pet on LostPet { id state species description status }"
REPORT = """mutation ($input: ReportLostPetInput!) { reportLostPet(input: $input) {
  __typename
  ... on LostPetSuccess { pet { ...Pet } }
  ... on FeatureUnavailableProblem { feature place }
  ... on Problem { code message field }
} }"""
FIND = """mutation ($input: MarkPetFoundInput!) { markPetFound(input: $input) {
  __typename
  ... on LostPetSuccess { pet { ...Pet } }
  ... on Problem { code message field }
} }"""
LIST = """query ($place: String!) { lostPets(place: $place) {
  ... on LostPetConnection { edges { node { ...Pet } } } } }"""
NODE = "query ($id: ID!) { node(id: $id) { ...Pet } }"
CITY = """query ($path: String!) { city(path: $path) { ... on City {
  features retention { lostPets } petSpecies { code name(language: "mr") } } } }"""
EVENTS = """subscription ($path: String!) { placeEvents(path: $path) {
  __typename
  ... on LostPetEvent { cursor urgency place action { kind actor } pet { ...Pet } }
  ... on CaughtUp { cursor }
  ... on Problem { code message field }
} }"""


def blocks(language: str) -> list[str]:
    """Return the blocks of the page that are of a language."""
    found = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return [text for each, text in found if each == language]


def changed(text: str, diff: str) -> str:
    """Return a text with the changes of a diff; each hunk belongs where its lines are found."""
    for hunk in diff.split("@@\n")[1:]:
        lines = hunk.splitlines(keepends=True)
        before = "".join(line[1:] for line in lines if line[0] != "+")
        after = "".join(line[1:] for line in lines if line[0] != "-")
        assert text.count(before) == 1, f"{PAGE.name} expects these lines once:\n{before}"
        text = text.replace(before, after)
    return text


def follow_the_page(tree: Path) -> None:
    """Write the files of the page, and change those that it changes; they are few."""
    for block in [*blocks("python"), *blocks("toml")]:
        name, _, text = block.partition("\n")
        file = tree / name.removeprefix("# ")
        assert not file.exists(), f"{name} exists already"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    diffs = dict(block.removeprefix("--- ").split("\n", 1) for block in blocks("diff"))
    assert len(diffs) == len(blocks("diff")) <= MOST_FILES
    for name, diff in diffs.items():
        assert len(re.findall(r"^\+", diff, re.MULTILINE)) <= MOST_LINES, name
        file = tree / name
        file.write_text(changed(file.read_text("utf-8"), diff), "utf-8")


def command_lines(tree: Path) -> Iterator[list[str]]:
    """Yield the commands of the page; a target of `make` is what its recipe says."""
    makefile = (tree / "Makefile").read_text("utf-8")
    for line in "".join(blocks("sh")).splitlines():
        words = line.split()
        if words[0] == "make":
            recipe = re.search(rf"^{words[1]}:.*\n\t(.+)$", makefile, re.MULTILINE)
            assert recipe is not None, line
            words = recipe[1].split()
        yield [sys.executable, *words[1:]]


async def run(tree: Path, words: list[str]) -> None:
    process = await asyncio.create_subprocess_exec(
        *words, cwd=tree, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    shown, _ = await process.communicate()
    assert process.returncode == 0, f"{' '.join(words)}\n{shown.decode()}"


def copy_of_the_tree(target: Path) -> Path:
    for name in COPIED:
        ignored = shutil.ignore_patterns("node_modules")
        shutil.copytree(ROOT / name, target / name, ignore=ignored)
    for name in ("server.py", "Makefile", "pyproject.toml"):
        shutil.copy2(ROOT / name, target / name)
    return target


async def test_the_page_makes_a_subject_that_works(tmp_path: Path) -> None:
    tree = copy_of_the_tree(tmp_path / "tree")
    follow_the_page(tree)
    migrations, *others = command_lines(tree)
    await run(tree, migrations)
    server = ServerProcess(
        f"sqlite://{tmp_path}/db.sqlite3",
        tmp_path,
        "--plugins",
        str(tree / "my-places"),
        script=tree / "server.py",
    )
    try:
        await asyncio.gather(server.start(), *(run(tree, each) for each in [*others, *CHECKS]))
        token = await asyncio.to_thread(server.officer, PUNE)
        async with Client(server.url, token) as officer, Client(server.url) as citizen:
            await use_the_subject(citizen, officer)
            async with officer.stream(EVENTS + PET, path=PUNE) as portal:
                await portal.caught_up()
                await outlast_the_retention_period(server, tmp_path / "db.sqlite3", portal)
    finally:
        server.kill()


async def use_the_subject(citizen: Client, officer: Client) -> None:
    """Report a pet, see it live, and mark it as found."""
    offered = await citizen.ask(CITY, path=PUNE)
    assert "LOST_PETS" in offered["features"]
    assert offered["retention"] == {"lostPets": 90}
    assert offered["petSpecies"] == [
        {"code": "dog", "name": "कुत्रा"},
        {"code": "cat", "name": "मांजर"},
    ]
    async with officer.stream(EVENTS + PET, path=PUNE) as portal:
        await portal.caught_up()
        sent = {"place": PUNE, "species": "dog", "description": "A Zebra"}
        sent["idempotencyKey"] = new_key()
        pet = (await citizen.ask(REPORT + PET, input=sent))["pet"]
        assert (await citizen.ask(REPORT + PET, input=sent))["pet"] == pet
        assert (pet["state"], pet["status"]) == ("LOST", "Still missing")
        event = await portal.next()
        assert event["action"] == {"kind": "SUBMIT", "actor": "REPORTER"}
        assert (event["pet"], event["place"], event["urgency"]) == (pet, PUNE, "FUTURE")
        assert (await citizen.ask(LIST + PET, place=PUNE))["edges"] == [{"node": pet}]
        given: dict[str, Any] = {"pet": pet["id"], "idempotencyKey": new_key()}
        refused = await citizen.ask(FIND + PET, input=given)
        assert refused["__typename"] == "UnauthenticatedProblem"
        found = (await officer.ask(FIND + PET, input=given))["pet"]
        assert (found["state"], found["status"]) == ("FOUND", "Found")
        assert (await officer.ask(FIND + PET, input=given))["pet"] == found
        event = await portal.next()
        assert (event["action"], event["pet"]) == ({"kind": "ACT", "actor": "POLICE"}, found)
    again = await officer.ask(FIND + PET, input=given | {"idempotencyKey": new_key()})
    assert again["__typename"] == "ActionNotPossibleProblem"
    assert (await citizen.ask(LIST + PET, place=PUNE))["edges"] == []
    assert await citizen.ask(NODE + PET, id=pet["id"]) == found
    sent = {"place": RAIPUR, "species": "dog", "description": "-", "idempotencyKey": new_key()}
    elsewhere = await citizen.ask(REPORT + PET, input=sent)
    assert elsewhere["__typename"] == "FeatureUnavailableProblem"
    assert (elsewhere["feature"], elsewhere["place"]) == ("LOST_PETS", RAIPUR)


async def outlast_the_retention_period(
    server: ServerProcess, database: Path, portal: Stream
) -> None:
    """Let the pet be of long ago; its description is erased, and police see that it was."""
    with sqlite3.connect(database) as opened:
        opened.execute(
            "UPDATE lost_pet SET reported_at = ?, updated_at = ?", ["2020-01-01 00:00:00+00:00"] * 2
        )
    shown = await asyncio.to_thread(server.command, "retention", "approve", "--yes")
    assert f"{PUNE}: 1 of 1 in lost_pet are overdue" in shown
    event = await portal.next()
    assert event["action"] == {"kind": "ERASE", "actor": "SYSTEM"}
    assert event["pet"]["description"] == ""
