"""The database freezes, breaks off or is locked: whoever asks is answered, in time and truly."""

import asyncio
import json
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import httpx
import pytest
import websockets

from core.alerts import raising
from core.storage import connecting, sqlite
from schema.identity import sign_in as rights
from server import Settings
from tests.support.client import (
    FOLLOW_REPORT,
    IN_EDGETOWN,
    LIST,
    PLACE_EVENTS,
    Client,
    a_report,
    new_key,
)
from tests.support.places import EDGETOWN
from tests.support.proxy import Proxy
from tests.support.servers import Running, serving

SUBMIT = """mutation ($input: SubmitReportInput!) { submitReport(input: $input) {
  __typename
  ... on SubmitReportSuccess { receipt }
  ... on UnavailableProblem { code message field retryAfter call { number } }
} }"""
RAISE = """mutation ($input: RaiseAlertInput!) { raiseAlert(input: $input) {
  __typename
  ... on RaiseAlertSuccess { secret }
  ... on UnavailableProblem { code message retryAfter call { kind number } }
} }"""
END = """mutation ($input: EndAlertInput!) { endAlert(input: $input) {
  __typename ... on Problem { code } } }"""
ALERTS = """query ($place: String!) { alerts(place: $place) {
  ... on AlertConnection { edges { node { id } } } } }"""
NUMBERS = (
    "query ($path: String!) { city(path: $path) { ... on City { emergencyNumbers { number } } } }"
)
RETRY = str(5)


@dataclass
class Behind:
    """A server behind a proxy to its database."""

    running: Running
    proxy: Proxy


@pytest.fixture
async def behind(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Behind]:
    """A server on PostgreSQL that is less patient than usual, so that tests need not be."""
    monkeypatch.setattr(connecting, "CONNECT_SECONDS", 0.5)
    monkeypatch.setattr(connecting, "TAKE_SECONDS", 0.5)
    monkeypatch.setattr(connecting, "STATEMENT_SECONDS", 1.0)
    monkeypatch.setattr(connecting, "TRANSACTION_SECONDS", 1.0)
    monkeypatch.setattr(connecting, "GIVE_BACK_SECONDS", 0.5)
    monkeypatch.setattr(rights, "SIGN_IN_SECONDS", 1.0)
    there = urlsplit(settings.database)
    assert there.hostname is not None
    async with Proxy.before(there.hostname, there.port or 5432) as proxy:
        netloc = f"{there.username}@127.0.0.1:{proxy.port}"
        url = there._replace(netloc=netloc).geturl()
        async with serving(replace(settings, database=url)) as running:
            yield Behind(running, proxy)
            proxy.resume()


async def sent(client: Client, query: str, **variables: Any) -> httpx.Response:
    return await client.http.post("/graphql", json={"query": query, "variables": variables})


async def submitted(client: Client, report: dict[str, Any]) -> dict[str, Any]:
    """Send a report as an app does: again with the same key, until it is taken."""
    async with asyncio.timeout(20):
        while True:
            answer = (await sent(client, SUBMIT, input=report)).json()["data"]["submitReport"]
            if answer["__typename"] == "SubmitReportSuccess":
                return answer
            await asyncio.sleep(0.05)


@pytest.mark.database("postgresql")
async def test_thirty_writes_over_a_frozen_database_are_answered_and_done_once(
    behind: Behind,
) -> None:
    async with behind.running.client() as client:
        first = await submitted(client, a_report())
        drafts = [a_report() for _ in range(30)]
        behind.proxy.freeze()
        async with asyncio.timeout(8):
            answers = await asyncio.gather(*(sent(client, SUBMIT, input=each) for each in drafts))
        for answer in answers:
            problem = answer.json()["data"]["submitReport"]
            assert problem["code"] == "UNAVAILABLE"
            assert problem["retryAfter"] == int(RETRY)
            assert "same idempotencyKey" in problem["message"]
            assert problem["call"] == []
            assert answer.headers["retry-after"] == RETRY
        behind.proxy.resume()
        receipts = [(await submitted(client, each))["receipt"] for each in drafts]
        assert len({*receipts, first["receipt"]}) == 31
    async with behind.running.client(await behind.running.officer(EDGETOWN)) as officer:
        listed = await officer.reports(EDGETOWN, first=100)
    assert sorted(each["reference"] for each in listed) == sorted(
        f"EDG-{number}" for number in range(1, 32)
    )


@pytest.mark.database("postgresql")
async def test_readiness_is_told_in_time(behind: Behind) -> None:
    async with behind.running.client() as client:
        assert (await client.http.get("/readyz")).status_code == 200
        behind.proxy.freeze()
        began = time.monotonic()
        ready = await client.http.get("/readyz")
        assert time.monotonic() - began < 3
        assert ready.status_code == 503
        cap = await client.http.get(f"/cap/place/{EDGETOWN}")
        assert cap.status_code == 503
        assert cap.headers["retry-after"] == RETRY
        assert cap.json()["errors"][0]["extensions"]["code"] == "UNAVAILABLE"
        assert (await client.http.get("/healthz")).status_code == 200
        behind.proxy.resume()
        async with asyncio.timeout(10):
            while (await client.http.get("/readyz")).status_code != 200:
                await asyncio.sleep(0.05)


@pytest.mark.database("postgresql")
@pytest.mark.parametrize("how", ["freeze", "cut"])
async def test_a_call_for_help_is_told_whom_to_call(behind: Behind, how: str) -> None:
    alert = {"position": IN_EDGETOWN, "idempotencyKey": new_key()}
    at_sea_of_india = {
        "position": {"latitude": 15.5, "longitude": 78.0},
        "idempotencyKey": new_key(),
    }
    async with behind.running.client() as client:
        city = await client.ask(NUMBERS, path=EDGETOWN)
        getattr(behind.proxy, how)()
        for given in (alert, at_sea_of_india):
            answer = await sent(client, RAISE, input=given)
            problem = answer.json()["data"]["raiseAlert"]
            assert problem["code"] == "UNAVAILABLE"
            assert answer.headers["retry-after"] == RETRY
            assert problem["call"], "in the country too there is somebody to call"
            if given is alert:
                numbers = [each["number"] for each in problem["call"]]
                assert numbers == [each["number"] for each in city["emergencyNumbers"]]
        # What is in memory is answered all the while.
        assert await client.ask(NUMBERS, path=EDGETOWN) == city
        behind.proxy.resume()
        async with asyncio.timeout(20):
            while (await client.ask(RAISE, input=alert))["__typename"] != "RaiseAlertSuccess":
                await asyncio.sleep(0.05)


@pytest.mark.database("postgresql")
async def test_who_calls_for_help_is_told_sooner_than_others(
    behind: Behind, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And what was sent is stored all the same, once the database goes on."""
    monkeypatch.setattr(connecting, "STATEMENT_SECONDS", 8.0)
    monkeypatch.setattr(raising, "ANSWER_SECONDS", 0.3)
    alert = {"position": IN_EDGETOWN, "idempotencyKey": new_key()}
    token = await behind.running.officer(EDGETOWN)
    async with behind.running.client() as client, behind.running.client(token) as officer:
        await client.raise_alert()
        behind.proxy.freeze()
        async with asyncio.timeout(3):
            assert (await client.ask(RAISE, input=alert))["call"]
        behind.proxy.resume()
        async with asyncio.timeout(10):
            while len((await officer.ask(ALERTS, place=EDGETOWN))["edges"]) < 2:
                await asyncio.sleep(0.05)
        assert (await client.ask(RAISE, input=alert))["__typename"] == "RaiseAlertSuccess"
        assert len((await officer.ask(ALERTS, place=EDGETOWN))["edges"]) == 2


@asynccontextmanager
async def opened_socket(running: Running, token: str | None) -> AsyncIterator[Any]:
    async with websockets.connect(
        running.url.replace("http", "ws") + "/graphql",
        subprotocols=[websockets.Subprotocol("graphql-transport-ws")],
    ) as socket:
        payload = {"Authorization": f"Bearer {token}"} if token else {}
        await socket.send(json.dumps({"type": "connection_init", "payload": payload}))
        yield socket


async def told(socket: Any) -> dict[str, Any]:
    async with asyncio.timeout(8):
        return json.loads(await socket.recv())


@pytest.mark.database("postgresql")
@pytest.mark.parametrize("how", ["freeze", "cut"])
async def test_a_socket_that_signs_in_meanwhile_is_closed_with_a_code(
    behind: Behind, how: str
) -> None:
    token = await behind.running.officer(EDGETOWN)
    getattr(behind.proxy, how)()
    async with opened_socket(behind.running, token) as socket:
        with pytest.raises(websockets.ConnectionClosedError) as closed:
            await told(socket)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1013


@pytest.mark.database("postgresql")
@pytest.mark.parametrize("how", ["freeze", "cut"])
async def test_an_operation_of_a_socket_fails_and_its_id_is_free_again(
    behind: Behind, how: str
) -> None:
    token = await behind.running.officer(EDGETOWN)
    query = {"query": PLACE_EVENTS, "variables": {"path": EDGETOWN}}
    subscribe = json.dumps({"id": "1", "type": "subscribe", "payload": query})
    async with opened_socket(behind.running, token) as socket:
        assert (await told(socket))["type"] == "connection_ack"
        getattr(behind.proxy, how)()
        assert await _code(socket, subscribe) == "UNAVAILABLE"
        behind.proxy.resume()
        async with asyncio.timeout(20):
            while (code := await _code(socket, subscribe)) is not None:
                assert code == "UNAVAILABLE"


async def _code(socket: Any, subscribe: str) -> str | None:
    """Subscribe; return the code of the refusal, as a type or as an error, if there is one."""
    await socket.send(subscribe)
    message = await told(socket)
    if message["type"] == "error":
        return message["payload"][0]["extensions"]["code"]
    item = message["payload"]["data"]["placeEvents"]
    if item["__typename"] == "CaughtUp":
        return None
    assert (await told(socket))["type"] == "complete"
    return item["code"]


@pytest.mark.database("postgresql")
async def test_server_sent_events_say_it_too(behind: Behind) -> None:
    token = await behind.running.officer(EDGETOWN)
    async with behind.running.client() as client:
        receipt = (await submitted(client, a_report()))["receipt"]
        behind.proxy.freeze()
        stream = {"Accept": "text/event-stream"}
        request = {"query": FOLLOW_REPORT, "variables": {"receipt": receipt}}
        events = await client.http.post("/graphql", json=request, headers=stream)
        assert '"__typename":"UnavailableProblem"' in events.text
        assert "event: complete" in events.text
        signing_in = stream | {"Authorization": f"Bearer {token}"}
        refused = await client.http.post("/graphql", json=request, headers=signing_in)
        assert refused.status_code == 503
        assert refused.headers["retry-after"] == RETRY
        assert refused.json()["errors"][0]["extensions"]["code"] == "UNAVAILABLE"


@pytest.mark.database("postgresql")
async def test_a_stream_goes_on_after_the_database_was_away(behind: Behind) -> None:
    token = await behind.running.officer(EDGETOWN)
    async with (
        behind.running.client() as client,
        behind.running.client(token) as officer,
        officer.stream(PLACE_EVENTS, path=EDGETOWN) as stream,
    ):
        assert await stream.caught_up() == []
        await submitted(client, a_report())
        assert (await stream.next())["report"]["reference"] == "EDG-1"
        behind.proxy.cut()
        problem = await sent(client, SUBMIT, input=a_report())
        assert problem.json()["data"]["submitReport"]["code"] == "UNAVAILABLE"
        behind.proxy.resume()
        await submitted(client, a_report())
        assert (await stream.next(20))["report"]["reference"] == "EDG-2"


@pytest.mark.database("postgresql")
async def test_that_it_was_away_is_not_kept_as_an_answer(
    behind: Behind, settings: Settings
) -> None:
    """The city's log is read, but its reports are locked for longer than anybody waits."""
    token = await behind.running.officer(EDGETOWN)
    async with behind.running.client(token) as officer:
        other = await asyncpg.connect(settings.database)
        locking = other.transaction()
        await locking.start()
        await other.execute("LOCK TABLE report IN ACCESS EXCLUSIVE MODE")
        page = await sent(officer, LIST, place=EDGETOWN)
        assert page.json()["data"]["reports"]["code"] == "UNAVAILABLE"
        assert page.headers["retry-after"] == RETRY
        await locking.rollback()
        await other.close()
        assert await officer.reports(EDGETOWN) == []


@pytest.mark.database("sqlite")
async def test_a_locked_file_is_told_and_let_go_again(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sqlite.PRAGMAS, "busy_timeout", 200)
    monkeypatch.setattr(connecting, "TAKE_SECONDS", 0.5)
    async with serving(settings) as running, running.client() as client:
        raised = await client.ask(
            RAISE, input={"position": IN_EDGETOWN, "idempotencyKey": new_key()}
        )
        other = sqlite3.connect(settings.database.removeprefix("sqlite://"), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        draft = a_report()
        refused = await asyncio.gather(*(sent(client, SUBMIT, input=a_report()) for _ in range(10)))
        codes = {each.json()["data"]["submitReport"]["code"] for each in refused}
        assert codes == {"UNAVAILABLE"}
        ending = {"secret": raised["secret"], "outcome": "CANCELLED"}
        assert (await client.ask(END, input=ending))["code"] == "UNAVAILABLE"
        other.execute("ROLLBACK")
        other.close()
        await submitted(client, draft)
        assert (await client.ask(END, input=ending))["__typename"] == "EndAlertSuccess"
