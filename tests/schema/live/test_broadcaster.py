"""An event is encoded once for all who asked the same; who joins, lags or loses a right is safe."""

import asyncio
import json
import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import datetime, timedelta
from typing import Any

import pytest
import websockets

from core.clock import now
from schema.compiler.execution import Executor
from schema.live.events import Delivered
from schema.transport import websocket
from tests.support.client import ADD, PLACE_EVENTS, REPORT_EVENTS, Client, new_key
from tests.support.places import EDGETOWN
from tests.support.servers import Running

NAMES = """subscription ($path: String!, $language: String!) { placeEvents(path: $path) {
  __typename ... on ReportEvent { report { category { name(language: $language) } } }
} }"""
LARGE = """subscription ($path: String!, $after: String) { placeEvents(path: $path, after: $after) {
  __typename
  ... on CaughtUp { cursor }
  ... on ReportEvent { cursor action { text } report { %s } }
} }""" % " ".join(f"d{number}: description" for number in range(25))  # noqa: UP031


@pytest.fixture
def encoded(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The events that were encoded, one entry for each time."""
    found: list[object] = []
    encode = Executor.event

    def counting(self: Executor, *given: Any) -> bytes:
        if isinstance(given[-1], Delivered):
            found.append(given[-1])
        return encode(self, *given)

    monkeypatch.setattr(Executor, "event", counting)
    return found


@pytest.mark.database("sqlite")
async def test_ten_portals_cost_one_shaping_whatever_cursor_they_came_with(
    citizen: Client, officer: Client, encoded: list[object]
) -> None:
    async with officer.stream(PLACE_EVENTS, path=EDGETOWN) as portal:
        await portal.caught_up()
        await citizen.submit()
        cursor = (await portal.next())["cursor"]
    encoded.clear()
    async with AsyncExitStack() as stack:
        portals = [
            await stack.enter_async_context(
                officer.stream(PLACE_EVENTS, path=EDGETOWN, after=cursor if number % 2 else None)
            )
            for number in range(10)
        ]
        for portal in portals:
            await portal.caught_up()
        await citizen.submit()
        events = await asyncio.gather(*(portal.next() for portal in portals))
    assert all(event == events[0] for event in events)
    assert len(encoded) == 1


@pytest.mark.database("sqlite")
async def test_who_asked_for_other_words_gets_other_words(citizen: Client, officer: Client) -> None:
    async with (
        officer.stream(NAMES, path=EDGETOWN, language="en") as english,
        officer.stream(NAMES, path=EDGETOWN, language="hi") as hindi,
    ):
        await english.caught_up()
        await hindi.caught_up()
        await citizen.submit()
        names = [(await portal.next())["report"]["category"]["name"] for portal in (english, hindi)]
    assert names == ["Noise", "शोर"]


@pytest.mark.database("sqlite")
async def test_stations_and_the_city_get_cursors_of_their_own(
    citizen: Client, officer: Client
) -> None:
    station = f"{EDGETOWN}/north"
    async with (
        officer.stream(PLACE_EVENTS, path=EDGETOWN) as city,
        officer.stream(PLACE_EVENTS, path=station) as north,
    ):
        await city.caught_up()
        await north.caught_up()
        await citizen.submit(position={"latitude": 15.04, "longitude": 80.0})
        one, other = await city.next(), await north.next()
        assert one["report"] == other["report"]
        assert one["cursor"] != other["cursor"]
        async with officer.stream(PLACE_EVENTS, path=station, after=one["cursor"]) as confused:
            assert (await confused.next())["__typename"] == "InvalidCursorProblem"
            await confused.ended()


async def test_who_joins_while_events_come_has_each_once_and_in_order(
    citizen: Client, officer: Client
) -> None:
    """Subscribers come and go with their cursors, at random, while citizens report."""
    chance = random.Random(3)
    total = 40
    expected = [f"EDG-{number}" for number in range(1, total + 1)]
    async with officer.stream(PLACE_EVENTS, path=EDGETOWN) as portal:
        first = await portal.next()

    async def follow() -> list[str]:
        seen: list[str] = []
        cursor = first["cursor"]
        while len(seen) < total:
            async with officer.stream(PLACE_EVENTS, path=EDGETOWN, after=cursor) as portal:
                for _ in range(chance.randint(1, 6)):
                    item = await portal.next(within=20)
                    cursor = item["cursor"]
                    if item["__typename"] == "ReportEvent":
                        seen.append(item["report"]["reference"])
                    if len(seen) == total:
                        break
        return seen

    async def write() -> None:
        for _ in range(total // 4):
            await citizen.submit()
            await asyncio.sleep(chance.uniform(0, 0.01))

    following = [asyncio.create_task(follow()) for _ in range(8)]
    await asyncio.gather(*(write() for _ in range(4)))
    assert await asyncio.gather(*following) == [expected] * 8


@pytest.mark.database("sqlite")
async def test_a_slow_reader_is_sent_away_with_its_cursor_and_nobody_waits_for_it(
    running: Running, citizen: Client, officer: Client,
    monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    monkeypatch.setattr(websocket, "MAX_BACKLOG", 256 * 1024)
    monkeypatch.setattr(websocket, "GOODBYE_SECONDS", 30.0)
    await citizen.submit(description="x" * 4000)
    (report,) = await officer.reports(EDGETOWN)
    events = 150
    async with AsyncExitStack() as stack:
        slow = await stack.enter_async_context(_slow(running, officer.token))
        quick = await stack.enter_async_context(officer.stream(LARGE, path=EDGETOWN))
        cursor = json.loads(await slow.recv())["payload"]["data"]["placeEvents"]["cursor"]
        await quick.caught_up()
        for number in range(events):
            await officer.act(report["id"], "NOTE", text=str(number))
            assert (await quick.next())["action"]["text"] == str(number)
        texts: list[str] = []
        with suppress(websockets.ConnectionClosed):
            async for message in slow:
                item = json.loads(message)["payload"]["data"]["placeEvents"]
                texts.append(item["action"]["text"])
                cursor = item["cursor"]
        assert slow.close_code == 1013
        assert slow.close_reason == "Come back with your cursor"
        assert len(texts) < events
        again = await stack.enter_async_context(officer.stream(LARGE, path=EDGETOWN, after=cursor))
        texts += [item["action"]["text"] for item in await again.caught_up()]
    assert texts == [str(number) for number in range(events)]


@asynccontextmanager
async def _slow(running: Running, token: str | None) -> AsyncIterator[websockets.ClientConnection]:
    """Subscribe to what is large over a socket that buffers one message only."""
    async with websockets.connect(
        running.url.replace("http", "ws") + "/graphql",
        subprotocols=[websockets.Subprotocol("graphql-transport-ws")],
        max_queue=1,
    ) as socket:
        payload = {"Authorization": f"Bearer {token}"}
        await socket.send(json.dumps({"type": "connection_init", "payload": payload}))
        await socket.recv()
        operation = {"query": LARGE, "variables": {"path": EDGETOWN}}
        await socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": operation}))
        yield socket


@pytest.mark.database("sqlite")
async def test_a_token_that_expires_ends_its_streams_before_the_next_event(
    running: Running, citizen: Client, officer: Client,
    monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    def later() -> datetime:
        return now() + timedelta(days=400)

    async with officer.stream(PLACE_EVENTS, path=EDGETOWN) as portal:
        await portal.caught_up()
        object.__setattr__(running.app.domain, "clock", later)
        await citizen.submit()
        assert (await portal.next())["__typename"] == "UnauthenticatedProblem"
        await portal.ended()


@pytest.mark.database("sqlite")
async def test_one_socket_carries_several_subscriptions(
    running: Running, citizen: Client, officer: Client
) -> None:
    receipt = (await citizen.submit())["receipt"]
    async with officer.stream(PLACE_EVENTS, path=EDGETOWN) as portal:
        await portal.caught_up()
        socket = portal.socket
        query = "subscription ($r: String!) { reportEvents(receipt: $r) { __typename } }"
        payload = {"query": query, "variables": {"r": receipt}}
        await socket.send(json.dumps({"id": "2", "type": "subscribe", "payload": payload}))
        assert json.loads(await socket.recv())["id"] == "2"
        given = {"receipt": receipt, "kind": "ADD", "text": "More.", "idempotencyKey": new_key()}
        added = await citizen.ask(ADD, input=given)
        assert added["__typename"] == "AddToReportSuccess"
        both = {json.loads(await socket.recv())["id"] for _ in range(2)}
        assert both == {"1", "2"}
        await socket.send(json.dumps({"id": "2", "type": "complete"}))
        await citizen.ask(ADD, input=given | {"idempotencyKey": new_key()})
        await citizen.submit()
        seen = [await portal.next() for _ in range(2)]
        assert [event["action"]["kind"] for event in seen] == ["ADD", "SUBMIT"]


@pytest.mark.database("sqlite")
async def test_groups_end_with_their_last_member(running: Running, officer: Client) -> None:
    async with officer.stream(PLACE_EVENTS, path=EDGETOWN) as portal:
        await portal.caught_up()
        assert running.app.feed._readers == 1
    async with asyncio.timeout(5):
        while running.app.feed._readers:
            await asyncio.sleep(0.01)


async def add(citizen: Client, receipt: str, text: str) -> None:
    given = {"receipt": receipt, "kind": "ADD", "text": text, "idempotencyKey": new_key()}
    added = await citizen.ask(ADD, input=given)
    assert added["__typename"] == "AddToReportSuccess", added


@pytest.mark.database("sqlite")
async def test_those_who_follow_a_receipt_share_a_reader_and_are_woken_by_their_own_events(
    running: Running, citizen: Client, officer: Client, encoded: list[object]
) -> None:
    receipts = [(await citizen.submit())["receipt"] for _ in range(12)]
    async with AsyncExitStack() as stack:
        portals = [
            await stack.enter_async_context(citizen.stream(REPORT_EVENTS, receipt=receipt))
            for receipt in receipts
        ]
        for portal in portals:
            assert await portal.caught_up() == []
        assert running.app.feed._readers == 1
        encoded.clear()
        await citizen.submit()
        await add(citizen, receipts[5], "for the sixth")
        await add(citizen, receipts[7], "for the eighth")
        assert (await portals[7].next())["action"]["text"] == "for the eighth"
        assert (await portals[5].next())["action"]["text"] == "for the sixth"
        assert len(encoded) == 2
        for number, portal in enumerate(portals):
            await add(citizen, receipts[number], f"last, {number}")
            assert (await portal.next())["action"]["text"] == f"last, {number}"
    async with asyncio.timeout(5):
        while running.app.feed._readers:
            await asyncio.sleep(0.01)


@pytest.mark.database("sqlite")
async def test_an_event_that_cannot_be_shaped_ends_its_own_followers_only(
    running: Running, citizen: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    encode = Executor.event

    def failing(self: Executor, *given: Any) -> bytes:
        if isinstance(given[-1], Delivered) and given[-1].action.text == "broken":
            raise ValueError("it cannot be encoded")
        return encode(self, *given)

    monkeypatch.setattr(Executor, "event", failing)
    one, other = [(await citizen.submit())["receipt"] for _ in range(2)]
    async with (
        citizen.stream(REPORT_EVENTS, receipt=one) as broken,
        citizen.stream(REPORT_EVENTS, receipt=other) as whole,
    ):
        await broken.caught_up()
        await whole.caught_up()
        await add(citizen, one, "broken")
        await add(citizen, other, "whole")
        assert (await whole.next())["action"]["text"] == "whole"
        async with asyncio.timeout(5):
            message = json.loads(await broken.socket.recv())
        assert message["type"] == "error"
        assert message["payload"][0]["extensions"] == {"code": "INTERNAL"}


async def test_who_follows_a_receipt_begins_now_however_far_the_others_are(citizen: Client) -> None:
    first = (await citizen.submit())["receipt"]
    async with citizen.stream(REPORT_EVENTS, receipt=first) as other:
        await other.caught_up()
        for _ in range(15):
            receipt = (await citizen.submit())["receipt"]
            async with citizen.stream(REPORT_EVENTS, receipt=receipt) as portal:
                assert (await portal.next())["__typename"] == "CaughtUp"
                await add(citizen, receipt, "More.")
                assert (await portal.next())["action"]["kind"] == "ADD"


async def follow_receipt(
    citizen: Client, chance: random.Random, receipt: str, cursor: str, total: int
) -> list[str]:
    """Come and go with the last cursor until so many additions are there; return their texts."""
    seen: list[str] = []
    while len(seen) < total:
        async with citizen.stream(REPORT_EVENTS, receipt=receipt, after=cursor) as portal:
            for _ in range(chance.randint(1, 5)):
                item = await portal.next(within=20)
                cursor = item["cursor"]
                if item["__typename"] == "TrackedReportEvent":
                    seen.append(item["action"]["text"])
                if len(seen) == total:
                    break
    return seen


async def test_who_follows_a_receipt_while_events_come_has_each_once_and_in_order(
    citizen: Client,
) -> None:
    """Reporters come and go with their cursors, at random, beside one another's events."""
    chance = random.Random(4)
    total = 15
    expected = [str(number) for number in range(total)]
    receipts = [(await citizen.submit())["receipt"] for _ in range(6)]

    async def write(receipt: str) -> None:
        for number in expected:
            await add(citizen, receipt, number)
            await asyncio.sleep(chance.uniform(0, 0.02))

    following: list[asyncio.Task[list[str]]] = []
    for receipt in receipts:
        async with citizen.stream(REPORT_EVENTS, receipt=receipt) as portal:
            cursor = (await portal.next())["cursor"]
        for _ in range(2):
            work = follow_receipt(citizen, chance, receipt, cursor, total)
            following.append(asyncio.create_task(work))
    await asyncio.gather(*(write(receipt) for receipt in receipts))
    assert await asyncio.gather(*following) == [expected] * len(following)
