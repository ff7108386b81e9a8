"""Attacks on advisories, escalation, retention, towing, and on the files of places."""

import asyncio
import os
import sqlite3
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from core.alerts.models import Alert
from core.domain import Domain
from core.escalation import runner as escalation
from core.escalation.models import Timer
from core.places import stations
from core.retention import erasure
from core.storage import database
from tests.support.advisories import HERE, ISSUE, SEEN_BY_POLICE, WITHDRAW, an_advisory
from tests.support.client import ADD, PLACE_EVENTS, Client, new_key
from tests.support.place_folders import CITY, PLACE, STATIONS, load_places, write
from tests.support.places import EDGETOWN, IN_QUICKTOWN, QUICKTOWN, TESTLAND
from tests.support.servers import Running
from tests.support.towing import FIND, RELEASE, TOW, a_towing

AT_MY_FEET = {"latitude": 15.0, "longitude": 80.0}
REMEMBERED = """subscription ($path: String!, $after: String) {
  placeEvents(path: $path, after: $after) { __typename
    ... on ReportEvent { cursor action { kind text } report { description position { latitude } } }
    ... on CaughtUp { cursor } ... on Problem { code } } }"""


def later(running: Running, by: timedelta) -> Domain:
    return replace(running.app.domain, clock=lambda: datetime.now(UTC) + by)


@pytest.mark.database("sqlite")
async def test_many_advisories_elsewhere_hide_none_at_my_feet(
    officer: Client, citizen: Client
) -> None:
    here = {"position": AT_MY_FEET, "radius": 1000}
    await officer.ask(ISSUE, input=an_advisory(kind="suspicious-object", circle=here))
    elsewhere = {"position": {"latitude": 15.0, "longitude": 80.06}, "radius": 50}
    for _ in range(101):
        await officer.ask(ISSUE, input=an_advisory(kind="road.closed", circle=elsewhere))
    found = await citizen.ask(HERE, position=AT_MY_FEET)
    assert len(found["advisories"]) == 1
    outside = await citizen.ask(HERE, position={"latitude": 20.0, "longitude": 82.0})
    assert outside["advisories"] == []


async def test_a_countrys_advisory_is_heard_once_at_every_level(running: Running) -> None:
    async with (
        running.client(await running.officer("india")) as country,
        running.client(await running.officer(TESTLAND)) as cell,
        running.client(await running.officer(EDGETOWN)) as desk,
        country.stream(SEEN_BY_POLICE, path="india") as india,
        cell.stream(SEEN_BY_POLICE, path=TESTLAND) as state,
        desk.stream(SEEN_BY_POLICE, path=EDGETOWN) as city,
    ):
        for stream in (india, state, city):
            await stream.caught_up()
        for text in ("First", "Second"):
            given = an_advisory("india", texts=[{"language": "en", "headline": text}])
            assert (await country.ask(ISSUE, input=given))["__typename"] == "AdvisorySuccess"
        for stream in (india, state, city):
            heard = [(await stream.next())["advisory"]["headline"] for _ in range(2)]
            assert heard == ["First", "Second"]


async def test_what_was_erased_is_not_told_from_memory(
    running: Running, citizen: Client, officer: Client
) -> None:
    async with officer.stream(REMEMBERED, path=EDGETOWN) as portal:
        await portal.caught_up()
        await citizen.submit(description="My neighbour Zebra")
        first = await portal.next()
        assert first["report"]["description"] == "My neighbour Zebra"
        report = (await officer.reports(EDGETOWN))[0]["id"]
        await officer.act(report, "NOTE", text="Zebra again")
        await portal.next()
        assert await erasure.erase_overdue(later(running, timedelta(days=1200)), approved=True) == 1
        assert (await portal.next())["action"]["kind"] == "ERASE"
    async with running.client(officer.token) as late:
        start = first["cursor"]
        async with late.stream(REMEMBERED, path=EDGETOWN, after=start) as again:
            missed = await again.caught_up()
    assert "Zebra" not in str(missed)
    assert [event["action"]["kind"] for event in missed] == ["NOTE", "ERASE"]


async def test_nothing_is_added_to_what_was_erased(
    running: Running, citizen: Client, officer: Client
) -> None:
    sent = await citizen.submit()
    report = (await officer.reports(EDGETOWN))[0]["id"]
    await erasure.erase_overdue(later(running, timedelta(days=1200)), approved=True)
    refused = await officer.act(report, "NOTE", text="Ms X sent it")
    assert refused["__typename"] == "ActionNotPossibleProblem"
    added = await citizen.ask(
        ADD, input={"receipt": sent["receipt"], "kind": "ADD", "text": "I am X",
                    "idempotencyKey": new_key()},
    )  # fmt: skip
    assert added["__typename"] == "NotFoundProblem"


@pytest.mark.database("sqlite")
async def test_who_reads_for_long_does_not_stop_the_erasure_nor_the_erasure_the_readers(
    running: Running, citizen: Client, officer: Client, tmp_path: Path
) -> None:
    await citizen.submit(description="A Zebra in Edgetown")
    reader = sqlite3.connect(tmp_path / "citizencop.sqlite3", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM report").fetchone()
    began = time.monotonic()
    await erasure.erase_overdue(later(running, timedelta(days=1200)), approved=True)
    assert time.monotonic() - began < 5
    reader.execute("COMMIT")
    reader.close()
    assert await database.forget_written()
    for file in tmp_path.glob("citizencop.sqlite3*"):
        assert b"Zebra" not in file.read_bytes()


@pytest.mark.database("postgresql")
async def test_a_locked_call_for_help_holds_up_no_other(
    running: Running, citizen: Client, officer: Client
) -> None:
    from tortoise.transactions import in_transaction

    locked, other = [await citizen.raise_alert(position=IN_QUICKTOWN) for _ in range(2)]
    first = await Alert.all().order_by("raised_at").first()
    assert first is not None
    assert locked["secret"] != other["secret"]
    async with in_transaction():
        await Alert.filter(id=first.id).select_for_update().get()

        async def look() -> None:
            ended = asyncio.get_running_loop().time() + 10
            while asyncio.get_running_loop().time() < ended:
                told = await Alert.filter(escalated_to__isnull=False).count()
                if told:
                    return
                await asyncio.sleep(0.1)
            raise AssertionError("the other one was not told of")

        # Outside of this transaction, as other requests are.
        await asyncio.create_task(look())


async def test_a_ladder_that_changed_between_two_starts_is_followed_as_it_is_now(
    running: Running, citizen: Client
) -> None:
    await citizen.raise_alert(position=IN_QUICKTOWN)
    domain = running.app.domain
    far = datetime.now(UTC) + timedelta(days=3)
    await Timer.all().update(due_at=far)
    assert await escalation.begin(domain) == 1
    timer = await Timer.all().first()
    assert timer is None or timer.due_at < far


async def test_a_mistake_elsewhere_hides_no_towed_vehicle(
    running: Running, citizen: Client, officer: Client
) -> None:
    await officer.ask(TOW, input=a_towing())
    async with running.client(await running.officer(QUICKTOWN)) as other:
        wrong = await other.ask(TOW, input=a_towing(place=QUICKTOWN, yard="East yard"))
        await other.ask(RELEASE, input={"towing": wrong["towing"]["id"]})
        state = await other.ask(TOW, input=a_towing(place=TESTLAND))
        assert state["__typename"] == "ForbiddenProblem"
    found = await citizen.ask(FIND, place=EDGETOWN, plate="MP09AB1234")
    assert found["yard"] == "North yard"


@pytest.mark.database("sqlite")
async def test_a_circle_far_away_and_a_time_before_time_are_refused(
    officer: Client, citizen: Client
) -> None:
    for given, field in (
        ({"circle": {"position": {"latitude": 80.0, "longitude": 15.0}, "radius": 100}}, "circle"),
        ({"onsetAt": "0001-01-01T00:00:00Z"}, "onsetAt"),
    ):
        answer = await officer.ask(ISSUE, input=an_advisory(**given))
        assert (answer["__typename"], answer["field"][1]) == ("InvalidInputProblem", field)


@pytest.mark.database("sqlite")
async def test_a_feed_names_no_host_and_tells_of_withdrawals(
    officer: Client, citizen: Client
) -> None:
    issued = await officer.ask(ISSUE, input=an_advisory())
    own_id = issued["advisory"]["id"]
    given = {"advisory": own_id, "text": "Found", "idempotencyKey": new_key()}
    await officer.ask(WITHDRAW, input=given)
    feed = await citizen.http.get(f"/cap/place/{EDGETOWN}", headers={"Host": "evil.example"})
    assert "evil.example" not in feed.text
    assert "<title>Withdrawn</title>" in feed.text
    assert (await citizen.http.get(f"/cap/advisory/{own_id}")).status_code == 200


@pytest.mark.database("sqlite")
async def test_what_changes_with_the_clock_is_not_kept(
    running: Running, officer: Client, citizen: Client
) -> None:
    await citizen.submit()
    query = """query ($p: String!) { reports(place: $p) { ... on ReportConnection {
      edges { node { station { openNow } } } } } }"""
    for _ in range(2):
        answer = await officer.ask(query, p=EDGETOWN)
    assert answer["edges"][0]["node"]["station"]["openNow"] is True
    from schema.compiler.documents import Documents, converter_of
    from schema.schema import build_schema
    from schema.subjects import SUBJECTS

    schema: Any = build_schema(SUBJECTS)
    documents = Documents(schema._schema, converter_of(schema))
    operation = documents.operation(query, None)
    assert operation.plan(operation.variables({"p": EDGETOWN})) is not None
    assert not operation.is_cacheable


async def test_a_time_zone_that_is_none_costs_the_city_nothing_else(tmp_path: Path) -> None:
    write(tmp_path, CITY, place=PLACE + 'time_zone = "Mars/Olympus"\n', stations=STATIONS)
    write(tmp_path, "land", place='names = { en = "Land" }\ntime_zone = "Asia/Kolkata"\n')
    places = await load_places([tmp_path])
    town = places.get(CITY)
    assert town is not None
    assert town.description.time_zone == "Asia/Kolkata"
    assert town[stations.STATIONS]
    assert places.faults.counts[CITY, "describe_place"] == 1


async def test_files_that_never_end_cost_their_own_place_alone(tmp_path: Path) -> None:
    folder = write(tmp_path, CITY, stations=STATIONS)
    os.mkfifo(folder / "numbers.toml")
    (folder / "fares.toml").symlink_to("/dev/zero")
    (folder / "plates.toml").write_text(".".join("a" * 40_000) + " = 1")
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/land/state/\xff\xfe"))
    odd.mkdir(parents=True)
    (odd / "place.toml").write_text(PLACE)
    began = time.monotonic()
    places = await load_places([tmp_path])
    assert time.monotonic() - began < 8
    town = places.get(CITY)
    assert town is not None
    assert set(town[stations.STATIONS]) == {"near", "far"}
    lost = {hook for path, hook in places.faults.counts if path == CITY}
    assert lost == {"emergency_numbers", "tariffs", "plate_formats"}


@pytest.mark.database("sqlite")
async def test_the_stream_for_portals_still_knows_all(officer: Client, citizen: Client) -> None:
    async with officer.stream(PLACE_EVENTS, path=EDGETOWN) as portal:
        await portal.caught_up()
        await citizen.submit()
        event = await portal.next()
        for kind in ("ACKNOWLEDGE", "DISPATCH"):
            await officer.act(event["report"]["id"], kind)
            last = await portal.next()
        async with officer.stream(PLACE_EVENTS, path=EDGETOWN, after=event["cursor"]) as late:
            missed = await late.caught_up()
    assert [each["cursor"] for each in missed][-1] == last["cursor"]
    assert [each["action"]["kind"] for each in missed] == ["ACKNOWLEDGE", "DISPATCH"]
