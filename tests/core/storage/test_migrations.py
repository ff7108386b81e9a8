"""A database that was filled long ago is brought up to date, and loses nothing."""

import ast
import sqlite3
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from tortoise.context import TortoiseContext, require_context
from tortoise.migrations.autodetector import MigrationAutodetector
from tortoise.migrations.executor import MigrationTarget

import core.migrations
from core.identity.sign_in import revoke_token, revoked_after
from core.storage import database

MIGRATIONS = Path(core.migrations.__file__ or "").parent
POINTING = ("action", "event", "media", "report", "alert", "officer", "officer_token", "city_log")


async def fill(connection: Any) -> None:
    """Write one row, at least, into each table of the schema as it was at 0004."""
    at = datetime(2026, 11, 24, tzinfo=UTC)
    own = {name: str(uuid4()) for name in ("officer", "report", "alert", "action", "media")}
    marks = (24, 64)
    rows: dict[str, dict[str, Any]] = {
        "city_log": {"city": "a/b/c", "last_number": 1},
        "officer": {"id": own["officer"], "name": "D", "role": "OFFICER", "place": "a"},
        "officer_token": {
            "id": str(uuid4()), "officer_id": own["officer"], "selector": "s", "verifier": "v",
            "expires_at": at,
        },
        "report": {
            "id": own["report"], "city": "a/b/c", "place": "a/b/c", "reference": "R-1",
            "category": "x", "urgency": "EXPECTED", "description": "words", "answers": "{}",
            "latitude": 1.0, "longitude": 1.0, "state": "RECEIVED", "route_reason": "r",
            "awaits_answer": False, "received_at": at, "received_on": at.date(),
            "updated_at": at, "receipt_selector": "r" * marks[0], "receipt_verifier": "v",
        },
        "alert": {
            "id": own["alert"], "city": "a/b/c", "place": "a/b/c", "state": "RAISED", "note": "",
            "route_reason": "r", "raised_at": at, "updated_at": at, "secret_selector": "a",
            "secret_verifier": "v", "watch_selector": "b", "watch_verifier": "v",
        },
        "action": {
            "id": own["action"], "report_id": own["report"], "kind": "SUBMIT",
            "actor": "REPORTER", "visibility": "PUBLIC", "at": at, "state": "RECEIVED",
            "text": "", "officer_id": own["officer"],
        },
        "media": {
            "id": own["media"], "report_id": own["report"], "action_id": own["action"],
            "position": 0, "kind": "PHOTO", "media_type": "image/jpeg", "sha256": "0" * marks[1],
            "byte_length": 1,
        },
        "event": {
            "city": "a/b/c", "number": 1, "place": "a/b/c", "action_id": own["action"],
            "report_id": own["report"],
        },
    }  # fmt: skip
    for table, row in rows.items():
        if table in ("officer", "officer_token"):
            row["created_at"] = at
        await insert(connection, table, row)


async def insert(connection: Any, table: str, row: dict[str, Any]) -> None:
    names = ", ".join(row)
    values = ", ".join(_shown(value) for value in row.values())
    await connection.execute_script(f"INSERT INTO {table} ({names}) VALUES ({values})")


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, (int, float)) else f"'{value}'"


@pytest.fixture
def url(database_name: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if database_name == "sqlite":
        return f"sqlite://{tmp_path}/old.sqlite3"
    return request.getfixturevalue("database_url")


@pytest.fixture(params=["0004_vehicles"])
async def old(url: str, database_name: str, request: pytest.FixtureRequest) -> AsyncIterator[Any]:
    """A database as it was at a migration from 0004 on, filled."""
    async with database.opened(url):
        executor = database._executor()
        if database_name == "postgresql":
            await (
                require_context()
                .db()
                .execute_script("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
            )
            executor = database._executor()
        await executor.migrate([MigrationTarget("core", request.param)], direction="forward")
        await fill(require_context().db())
        yield require_context().db()


EARLIER = [file.stem for file in sorted(MIGRATIONS.glob("0*.py")) if file.stem >= "0004"][:-1]


@pytest.mark.parametrize("old", EARLIER, indirect=True)
async def test_nothing_is_lost_on_the_way(old: Any) -> None:
    await database.migrate()
    assert await database.pending_migrations() == []
    for table in POINTING:
        counted = await old.execute_query_dict(f"SELECT count(*) AS n FROM {table}")
        assert counted[0]["n"] == 1, table
    await assert_each_refers_to_the_report(old)


async def assert_each_refers_to_the_report(old: Any) -> None:
    """Assert that action, event and file have its kind and ID, and are bound to one another."""
    (report,) = await old.execute_query_dict("SELECT id, version FROM report")
    for table in ("action", "event", "media"):
        (row,) = await old.execute_query_dict(f"SELECT subject_type, subject_id FROM {table}")
        assert (row["subject_type"], str(row["subject_id"])) == ("Report", str(report["id"]))
    (action,) = await old.execute_query_dict("SELECT number FROM action")
    assert report["version"] == action["number"]
    (alert,) = await old.execute_query_dict("SELECT version FROM alert")
    assert alert["version"] == 0
    # What points to what is still held by the database.
    await old.execute_script("DELETE FROM action")
    for table in ("event", "media"):
        assert (await old.execute_query_dict(f"SELECT count(*) AS n FROM {table}"))[0]["n"] == 0


async def test_tokens_that_were_revoked_are_numbered(old: Any) -> None:
    """In the order in which they were, and the next takes the number after theirs."""
    holder = (await old.execute_query_dict("SELECT id FROM officer"))[0]["id"]
    at = "2026-11-24 00:00:00+00:00"
    own_ids = [str(uuid4()) for _ in range(3)]
    for own_id, minute in zip(own_ids, (3, 1, 2), strict=True):
        await old.execute_script(
            "INSERT INTO officer_token (id, officer_id, selector, verifier, created_at, "
            "expires_at, revoked_at) VALUES "
            f"('{own_id}', '{holder}', '{own_id[:20]}', 'v', '{at}', '{at}', "
            f"'2026-11-24 00:0{minute}:00+00:00')"
        )
    await database.migrate()
    (good,) = await old.execute_query_dict("SELECT id FROM officer_token WHERE revoked_at IS NULL")
    revoked = {str(own_id): number for own_id, number in (await revoked_after(0)).items()}
    assert revoked == dict(zip(own_ids, (3, 1, 2), strict=True))
    assert await revoke_token(str(good["id"]))
    assert [str(own_id) for own_id in await revoked_after(3)] == [str(good["id"])]


@pytest.mark.parametrize("old", ["0008_retention"], indirect=True)
async def test_actions_take_the_numbers_of_their_own_logs(old: Any) -> None:
    """An advisory of a state is a line in each city's log: that of its own place counts."""
    at = datetime(2026, 11, 24, tzinfo=UTC)
    advisory, action = str(uuid4()), str(uuid4())
    await insert(
        old,
        "advisory",
        {
            "id": advisory, "city": "a/b", "place": "a/b", "kind": "x", "category": "MET",
            "urgency": "EXPECTED", "severity": "MINOR", "certainty": "LIKELY",
            "status": "ACTUAL", "state": "ISSUED", "texts": "{}", "issued_at": at,
            "expires_at": at, "updated_at": at,
        },
    )  # fmt: skip
    await insert(
        old,
        "action",
        {
            "id": action, "advisory_id": advisory, "kind": "ISSUE", "actor": "POLICE",
            "visibility": "PUBLIC", "at": at, "state": "ISSUED", "text": "",
        },
    )  # fmt: skip
    for city, number in (("a/b/c", 7), ("a/b", 5), ("a/b/a", 9)):
        line = {"city": city, "number": number, "place": "a/b", "action_id": action,
                "advisory_id": advisory}  # fmt: skip
        await insert(old, "event", line)
    await database.migrate()
    numbers = await old.execute_query_dict("SELECT number FROM action ORDER BY number")
    assert [row["number"] for row in numbers] == [1, 5]


async def test_the_migrations_know_every_change_of_the_models(tmp_path: Path) -> None:
    """As `make migrations` looks for changes; it would write a file."""
    config = database.configuration(f"sqlite://{tmp_path}/x.sqlite3")
    async with TortoiseContext() as context:
        await context.init(config=config)
        changes = await MigrationAutodetector(context.apps, config["apps"]).changes()
    assert [operation for writer in changes for operation in writer.operations] == []


async def test_every_index_of_the_models_is_there(tmp_path: Path) -> None:
    """What migrations made has the indexes that Tortoise would make at once."""
    indexes: list[set[tuple[str, tuple[str, ...]]]] = []
    for name in ("migrated", "generated"):
        url = f"sqlite://{tmp_path}/{name}.sqlite3"
        if name == "migrated":
            async with database.opened(url):
                await database.migrate()
        else:
            async with TortoiseContext() as context:
                await context.init(config=database.configuration(url))
                await context.generate_schemas()
        indexes.append(indexes_of(tmp_path / f"{name}.sqlite3"))
    migrated, generated = indexes
    assert generated <= migrated


def indexes_of(file: Path) -> set[tuple[str, tuple[str, ...]]]:
    connection = sqlite3.connect(file)
    tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master "
                                                   "WHERE type = 'table'")]  # fmt: skip
    found = set()
    for table in tables:
        for index in connection.execute(f"PRAGMA index_list('{table}')").fetchall():
            columns = connection.execute(f"PRAGMA index_info('{index[1]}')").fetchall()
            found.add((table, tuple(column[2] for column in columns)))
    connection.close()
    return found


@pytest.mark.parametrize("file", sorted(MIGRATIONS.glob("0*.py")), ids=lambda file: file.stem)
def test_no_migration_builds_a_table_anew(file: Path) -> None:
    """On SQLite that drops the old one, and by foreign keys what points to its rows."""
    called = {
        node.func.attr
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    assert called.isdisjoint({"AlterField", "RemoveField", "RenameField", "DeleteModel"})
