"""Whoever loses the right to a stream gets no more of it, live or from the past."""

import asyncio
import gc
import json
import logging
import traceback
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta

import asyncpg
import pytest
import websockets
from tortoise.context import require_context

from core.clock import now
from core.identity import sign_in
from core.identity.people import Role
from schema.identity import sign_in as rights
from schema.live import broadcaster as broadcaster
from schema.transport import websocket
from schema.transport.websocket import GraphQLSocket
from tests.support.client import LIST, PLACE_EVENTS, Client
from tests.support.places import EDGETOWN
from tests.support.servers import Running

EVENTS = 150
LARGE = """subscription ($path: String!, $after: String) { placeEvents(path: $path, after: $after) {
  __typename ... on ReportEvent { action { text } report { %s } }
} }""" % " ".join(f"d{number}: description" for number in range(25))  # noqa: UP031


async def token_of(place: str) -> tuple[str, str]:
    """Make a token; return it with its id."""
    made = await sign_in.create_token("Desk", Role.OFFICER, place)
    (newest, *_) = await sign_in.list_tokens()
    return made.token, str(newest.id)


@asynccontextmanager
async def unread(
    running: Running, token: str, after: str
) -> AsyncIterator[websockets.ClientConnection]:
    """Come back from far behind over a socket of which the first message only is read."""
    async with websockets.connect(
        running.url.replace("http", "ws") + "/graphql",
        subprotocols=[websockets.Subprotocol("graphql-transport-ws")],
        max_queue=1,
    ) as socket:
        payload = {"Authorization": f"Bearer {token}"}
        await socket.send(json.dumps({"type": "connection_init", "payload": payload}))
        await socket.recv()
        operation = {"query": LARGE, "variables": {"path": EDGETOWN, "after": after}}
        await socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": operation}))
        await socket.recv()
        yield socket


@pytest.mark.parametrize("how", ["revoked", "expired"])
async def test_who_loses_the_right_while_being_caught_up_gets_no_more(
    running: Running, citizen: Client, officer: Client,
    monkeypatch: pytest.MonkeyPatch, how: str
) -> None:  # fmt: skip
    monkeypatch.setattr(websocket, "MAX_BACKLOG", 256 * 1024)
    monkeypatch.setattr(broadcaster, "LOOK_SECONDS", 0.0)
    page = await officer.ask(LIST, place=EDGETOWN)
    await citizen.submit(description="x" * 4000)
    (report,) = await officer.reports(EDGETOWN)
    for start in range(0, EVENTS, 30):
        notes = (officer.act(report["id"], "NOTE", text=str(start + n)) for n in range(30))
        await asyncio.gather(*notes)
    token, token_id = await token_of(EDGETOWN)
    async with unread(running, token, page["eventsCursor"]) as socket:
        if how == "revoked":
            assert await sign_in.revoke_token(token_id)
        else:
            object.__setattr__(running.app.domain, "clock", in_a_year)
        names = []
        async with asyncio.timeout(20):
            while (message := json.loads(await socket.recv()))["type"] == "next":
                names.append(message["payload"]["data"]["placeEvents"]["__typename"])
    assert names[-1] == "UnauthenticatedProblem"
    assert names.count("ReportEvent") == len(names) - 1 < EVENTS


def in_a_year() -> datetime:
    return now() + timedelta(days=400)


async def test_a_revocation_counts_whatever_the_clock_of_its_host_says(
    running: Running, citizen: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    token, token_id = await token_of(EDGETOWN)
    async with running.client(token) as desk, desk.stream(PLACE_EVENTS, path=EDGETOWN) as portal:
        await portal.caught_up()
        await citizen.submit()
        assert (await portal.next())["__typename"] == "ReportEvent"
        monkeypatch.setattr(sign_in, "now", lambda: now() - timedelta(hours=1))
        assert await sign_in.revoke_token(token_id)
        await citizen.submit()
        assert (await portal.next())["__typename"] == "UnauthenticatedProblem"
        await portal.ended()


@pytest.mark.database("postgresql")
async def test_revocations_become_visible_in_the_order_of_their_numbers(
    running: Running, database_url: str
) -> None:
    """The second waits for the first to commit: nobody sees it without the first."""
    (_, first), (_, second) = await token_of(EDGETOWN), await token_of(EDGETOWN)
    connection = await asyncpg.connect(database_url)
    try:
        transaction = connection.transaction()
        await transaction.start()
        number = await connection.fetchval(sign_in._TAKE_NUMBER)
        statement = "UPDATE officer_token SET revoked_at = now(), revocation = $1 WHERE id = $2"
        await connection.execute(statement, number, first)
        revoking = asyncio.create_task(sign_in.revoke_token(second))
        waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
        async with asyncio.timeout(10):
            while not await connection.fetchval(waiting):
                await asyncio.sleep(0.01)
        assert await sign_in.revoked_after(0) == {}
        await transaction.commit()
        assert await revoking
    finally:
        await connection.close()
    found = await sign_in.revoked_after(0)
    assert sorted((number, str(own_id)) for own_id, number in found.items()) == [
        (1, first),
        (2, second),
    ]
    assert [str(own_id) for own_id in await sign_in.revoked_after(1)] == [second]


@pytest.mark.database("sqlite")
async def test_a_refusal_is_new_each_time_and_holds_no_socket(
    running: Running, citizen: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rights, "KEPT_SECONDS", 60.0)
    token, token_id = await token_of(EDGETOWN)
    async with running.client(token) as desk:
        async with desk.stream(PLACE_EVENTS, path=EDGETOWN) as portal:
            await portal.caught_up()
            assert await sign_in.revoke_token(token_id)
            await citizen.submit()
            assert (await portal.next())["__typename"] == "UnauthenticatedProblem"
        for _ in range(20):
            async with desk.stream(PLACE_EVENTS, path=EDGETOWN) as portal:
                assert (await portal.next())["__typename"] == "UnauthenticatedProblem"
    await no_socket_is_left()
    assert running.app.feed._readers == 0


@pytest.mark.database("sqlite")
async def test_a_reader_that_fails_tells_each_who_waits_with_an_error_of_its_own(
    running: Running, officer: Client, caplog: pytest.LogCaptureFixture
) -> None:
    table = require_context().db()
    await officer.ask("{ viewer { name } }")
    await table.execute_script("ALTER TABLE city_log RENAME TO city_log_gone")
    async with AsyncExitStack() as stack:
        portals = [
            await stack.enter_async_context(officer.stream(PLACE_EVENTS, path=EDGETOWN))
            for _ in range(10)
        ]
        for portal in portals:
            async with asyncio.timeout(5):
                assert json.loads(await portal.socket.recv())["type"] == "error"
    await table.execute_script("ALTER TABLE city_log_gone RENAME TO city_log")
    depths = {
        len(traceback.extract_tb(record.exc_info[2]))
        for record in caplog.records
        if record.name == "citizencop.socket" and record.levelno == logging.ERROR
        and record.exc_info
    }  # fmt: skip
    assert len(depths) == 1
    async with officer.stream(PLACE_EVENTS, path=EDGETOWN) as portal:
        assert await portal.caught_up() == []


async def no_socket_is_left() -> None:
    """Wait until the server has let go of every socket."""
    async with asyncio.timeout(5):
        while True:
            gc.collect()
            if not any(isinstance(each, GraphQLSocket) for each in gc.get_objects()):
                return
            await asyncio.sleep(0.02)
