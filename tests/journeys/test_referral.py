"""A station that a report or a call for help has left is told that it left, and nothing after."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from core.storage import rows
from tests.support.client import LIST, UPDATE, Client
from tests.support.places import EDGETOWN
from tests.support.servers import Running

NORTH, SOUTH = f"{EDGETOWN}/north", f"{EDGETOWN}/south"
IN_NORTH = {"latitude": 15.04, "longitude": 80.0}
LATER = {"latitude": 15.0625, "longitude": 80.0625}
ACTION = "action { id kind text officer assignee state position { latitude } }"
SUBJECT = """id place state assignee escalatedTo possibleActions updatedAt position { latitude }
  actions { kind text officer assignee state position { latitude } }"""
EVENTS = f"""subscription ($path: String!, $after: String) {{
  placeEvents(path: $path, after: $after) {{
    __typename
    ... on Event {{ cursor at }}
    ... on PlaceEvent {{ urgency }}
    ... on ReportEvent {{ place {ACTION} report {{ {SUBJECT} reference }} }}
    ... on AlertEvent {{ place {ACTION} alert {{ {SUBJECT} battery note }} }}
    ... on LeftEvent {{ subject place previousPlace }}
    ... on CaughtUp {{ cursor }}
    ... on Problem {{ code message }}
  }}
}}"""


class ServerSentEvents:
    """One subscription over server-sent events."""

    def __init__(self, lines: AsyncIterator[str]) -> None:
        self._lines = lines

    async def next(self) -> dict[str, Any]:
        """Return what the next event says below the root field."""
        async with asyncio.timeout(5):
            async for line in self._lines:
                if line.startswith("data: {"):
                    return json.loads(line.removeprefix("data: "))["data"]["placeEvents"]
        raise AssertionError("the stream has ended")


@asynccontextmanager
async def follow(client: Client, transport: str, after: str | None = None) -> AsyncIterator[Any]:
    """Follow what happens in the north."""
    variables = {"path": NORTH, "after": after}
    if transport == "WebSocket":
        async with client.stream(EVENTS, **variables) as stream:
            yield stream
        return
    request = {"query": EVENTS, "variables": variables}
    headers = {"Accept": "text/event-stream"}
    async with client.http.stream("POST", "/graphql", json=request, headers=headers) as response:
        yield ServerSentEvents(response.aiter_lines())


async def until_caught_up(stream: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while (item := await stream.next())["__typename"] != "CaughtUp":
        found.append(item)
    return found


class Subject:
    """A report or an alert of the north, and what its owner sends later."""

    def __init__(self, kind: str, citizen: Client) -> None:
        self.kind, self._citizen, self._secret = kind, citizen, ""

    async def made(self) -> None:
        if self.kind == "report":
            await self._citizen.submit(position=IN_NORTH)
        else:
            raised = await self._citizen.raise_alert(position=IN_NORTH)
            self._secret = raised["secret"]

    async def moved(self) -> None:
        """Send a position that only those may see who are in charge."""
        if self.kind == "alert":
            given = {"secret": self._secret, "position": LATER}
            answer = await self._citizen.ask(UPDATE, input=given)
            assert answer["__typename"] == "UpdateAlertSuccess", answer


@pytest.mark.parametrize("transport", ["WebSocket", "SSE"])
@pytest.mark.parametrize("kind", ["report", "alert"])
async def test_the_old_station_learns_that_it_left_and_nothing_after(
    running: Running, citizen: Client, kind: str, transport: str
) -> None:
    async with (
        running.client(await running.officer(NORTH, name="Constable North")) as north,
        running.client(await running.officer(SOUTH, name="Inspector Rao")) as south,
    ):
        start = (await north.ask(LIST, place=NORTH))["eventsCursor"]
        subject = Subject(kind, citizen)
        async with follow(north, transport) as live:
            assert await until_caught_up(live) == []
            await subject.made()
            made = await live.next()
            await _referred_to_the_south(north, made[kind]["id"], live)
            await _worked_on_in_the_south(south, made[kind]["id"])
            await subject.moved()
            left = await live.next()
            await citizen.submit(position=IN_NORTH)
            after_it = await live.next()
        _names_where_it_went(left, made[kind]["id"])
        assert after_it["action"]["kind"] == "SUBMIT"
        for after in (start, made["cursor"]):
            async with follow(north, transport, after) as again:
                assert await until_caught_up(again) == [left, after_it]
        async with follow(north, transport, left["cursor"]) as again:
            assert await until_caught_up(again) == [after_it]
        returned = await south.act(made[kind]["id"], "REFER", place=NORTH)
        assert returned["__typename"] == "TakeActionSuccess", returned
        async with follow(north, transport, after_it["cursor"]) as again:
            _has_all_that_was_done(kind, *(await until_caught_up(again)))


async def _referred_to_the_south(north: Client, own_id: str, live: Any) -> None:
    await north.act(own_id, "NOTE", text="Seen from here.")
    assert (await live.next())["action"]["text"] == "Seen from here."
    referred = await north.act(own_id, "REFER", place=SOUTH)
    assert referred["__typename"] == "TakeActionSuccess"


async def _worked_on_in_the_south(south: Client, own_id: str) -> None:
    for action, more in (
        ("ACKNOWLEDGE", {}),
        ("ASSIGN", {"assignee": "Inspector Rao"}),
        ("NOTE", {"text": "Their own note"}),
        ("DISPATCH", {}),
    ):
        done = await south.act(own_id, action, **more)
        assert done["__typename"] == "TakeActionSuccess", done


def _names_where_it_went(left: dict[str, Any], own_id: str) -> None:
    assert left == {
        "__typename": "LeftEvent",
        "cursor": left["cursor"],
        "at": left["at"],
        "subject": own_id,
        "place": SOUTH,
        "previousPlace": NORTH,
    }


def _has_all_that_was_done(kind: str, back: dict[str, Any]) -> None:
    """A subject that returns is shown again, with what the other station did meanwhile."""
    event_type = {"report": "ReportEvent", "alert": "AlertEvent"}[kind]
    assert (back["__typename"], back["action"]["kind"]) == (event_type, "REFER")
    assert "Their own note" in [action["text"] for action in back[kind]["actions"]]


async def test_who_follows_the_city_is_told_all(
    running: Running, citizen: Client, officer: Client
) -> None:
    async with (
        officer.stream(EVENTS, path=EDGETOWN) as city,
        officer.stream(EVENTS, path=NORTH) as north,
    ):
        await city.caught_up()
        await north.caught_up()
        await citizen.submit(position=IN_NORTH)
        own_id = (await city.next())["report"]["id"]
        await north.next()
        await officer.act(own_id, "REFER", place=SOUTH)
        await officer.act(own_id, "NOTE", text="Their own note")
        seen = [await city.next(), await city.next()]
        assert [item["action"]["kind"] for item in seen] == ["REFER", "NOTE"]
        # Of the north is told what is the north's, whoever follows it.
        assert (await north.next())["__typename"] == "LeftEvent"
        await citizen.submit(position=IN_NORTH)
        assert (await north.next())["action"]["kind"] == "SUBMIT"


async def test_what_leaves_while_it_is_read_is_told_as_left(
    running: Running, citizen: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its actions are read after itself: then they may be the other station's."""
    async with (
        running.client(await running.officer(NORTH)) as north,
        running.client(await running.officer(SOUTH)) as south,
    ):
        start = (await north.ask(LIST, place=NORTH))["eventsCursor"]
        await citizen.submit(position=IN_NORTH)
        (report,) = await north.reports(NORTH)
        read, begun = rows._read_relation, asyncio.Event()

        async def meanwhile(*given: Any) -> None:
            if not begun.is_set():
                begun.set()
                await north.act(report["id"], "REFER", place=SOUTH)
                await south.act(report["id"], "NOTE", text="Their own note")
            await read(*given)

        monkeypatch.setattr(rows, "_read_relation", meanwhile)
        async with north.stream(EVENTS, path=NORTH, after=start) as portal:
            told = await portal.caught_up()
        assert begun.is_set()
        assert [item["__typename"] for item in told] == ["LeftEvent"]
