"""What nobody acknowledges in time is told to the next authority, also after a power cut."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bench.server_process import ServerProcess
from core.escalation.models import Timer
from core.escalation.runner import escalate_due
from tests.support.client import Client, Stream
from tests.support.places import IN_QUICKTOWN, PLACES, QUICKTOWN, TESTLAND
from tests.support.servers import Running

EVENTS = """subscription ($path: String!, $after: String) {
  placeEvents(path: $path, after: $after) {
    __typename
    ... on ReportEvent { cursor ...Action report { id escalatedTo state } }
    ... on AlertEvent { cursor ...Action alert { id escalatedTo state } }
    ... on CaughtUp { cursor }
    ... on ComeBack { cursor }
    ... on Problem { code message field }
  }
}
fragment Action on PlaceEvent {
  ... on ReportEvent { action { kind actor place visibility } }
  ... on AlertEvent { action { kind actor place visibility } }
}"""
WATCH = """query ($token: String!) { alert(token: $token) {
  ... on TrackedAlert { state actions { kind } } } }"""


def summary(event: dict[str, Any]) -> tuple[str, str | None]:
    return event["action"]["kind"], event["action"]["place"]


@pytest.fixture
async def desk(running: Running) -> AsyncIterator[Client]:
    """An officer of all of Quicktown."""
    async with running.client(await running.officer(QUICKTOWN)) as client:
        yield client


@pytest.fixture
async def portal(desk: Client) -> AsyncIterator[Stream]:
    """What the desk sees, live."""
    async with desk.stream(EVENTS, path=QUICKTOWN) as stream:
        await stream.caught_up()
        yield stream


async def test_the_city_is_told_then_the_state_and_the_owner_reads_nothing_of_it(
    running: Running, citizen: Client
) -> None:
    async with (
        running.client(await running.officer(TESTLAND)) as cell,
        cell.stream(EVENTS, path=TESTLAND) as state,
    ):
        await state.caught_up()
        raised = await citizen.raise_alert(position=IN_QUICKTOWN)
        assert summary(await state.next()) == ("RAISE", None)
        first, second = await state.next(), await state.next()
    assert summary(first) == ("ESCALATE", QUICKTOWN)
    assert summary(second) == ("ESCALATE", TESTLAND)
    assert (second["action"]["actor"], second["action"]["visibility"]) == ("SYSTEM", "INTERNAL")
    assert (second["alert"]["escalatedTo"], second["alert"]["state"]) == (TESTLAND, "RAISED")
    seen = await citizen.ask(WATCH, token=raised["watchToken"])
    assert [action["kind"] for action in seen["actions"]] == ["RAISE"]
    assert await Timer.all().count() == 0


async def test_who_acknowledges_is_left_alone(
    citizen: Client, desk: Client, portal: Stream
) -> None:
    await citizen.raise_alert(position=IN_QUICKTOWN)
    event = await portal.next()
    await desk.act(event["alert"]["id"], "ACKNOWLEDGE")
    assert summary(await portal.next()) == ("ACKNOWLEDGE", None)
    async with asyncio.timeout(5):
        while await Timer.all().count():
            await asyncio.sleep(0.05)
    await citizen.raise_alert(position=IN_QUICKTOWN)
    assert summary(await portal.next()) == ("RAISE", None)


async def test_a_ladder_is_about_the_kinds_of_report_that_it_names(
    citizen: Client, desk: Client, portal: Stream
) -> None:
    for category in ("nuisance.noise", "crime.cyber"):
        sent = await citizen.submit(position=IN_QUICKTOWN, category=category)
        assert sent["__typename"] == "SubmitReportSuccess", sent
        await portal.next()
    told = await portal.next()
    assert summary(told) == ("ESCALATE", TESTLAND)
    report = told["report"]["id"]
    assert await Timer.all().count() == 0
    await desk.act(report, "REFER", place=f"{QUICKTOWN}/control-room")
    assert summary(await portal.next())[0] == "REFER"
    # It waits for somebody anew, so the escalation policy begins anew.
    assert summary(await portal.next()) == ("ESCALATE", TESTLAND)


async def test_each_step_is_taken_once_however_many_look(
    running: Running, citizen: Client, portal: Stream
) -> None:
    await asyncio.gather(*(citizen.raise_alert(position=IN_QUICKTOWN) for _ in range(5)))
    domain = running.app.domain
    async with asyncio.timeout(10):
        while await Timer.all().count():
            await asyncio.gather(*(escalate_due(domain) for _ in range(4)))
            await asyncio.sleep(0.05)
    seen = [await portal.next() for _ in range(15)]
    told = [(event["alert"]["id"], *summary(event)) for event in seen]
    assert len(set(told)) == 15


async def test_a_step_that_fell_due_while_the_power_was_cut_is_taken_at_the_start(
    tmp_path: Path,
) -> None:
    server = ServerProcess(f"sqlite://{tmp_path}/db.sqlite3", tmp_path, "--plugins", str(PLACES))
    await server.start()
    token = server.officer(QUICKTOWN)
    async with Client(server.url, token) as desk, Client(server.url) as citizen:
        async with desk.stream(EVENTS, path=QUICKTOWN) as portal:
            await portal.caught_up()
            await citizen.raise_alert(position=IN_QUICKTOWN)
            cursor = (await portal.next())["cursor"]
            server.kill()
        await server.start()
        async with desk.stream(EVENTS, path=QUICKTOWN, after=cursor) as portal:
            told = await portal.caught_up()
            told += [await portal.next() for _ in range(2 - len(told))]
    server.stop()
    assert [summary(event) for event in told] == [
        ("ESCALATE", QUICKTOWN),
        ("ESCALATE", TESTLAND),
    ]
