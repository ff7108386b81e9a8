"""Once its time is over, what was said is erased: from the database, the files and every answer."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from core.domain import Domain
from core.escalation.models import Timer
from core.media import uploads
from core.media.models import Media
from core.retention import erasure
from core.vehicles.models import VehicleLookUp
from tests.support.advisories import ISSUE, LIST, an_advisory
from tests.support.client import FOLLOW_REPORT, PLACE_EVENTS, UPDATE, Client
from tests.support.places import EDGETOWN, today_in_edgetown
from tests.support.samples import jpeg
from tests.support.servers import Running
from tests.support.towing import RELEASE, TOW, a_towing
from tests.support.vehicles import LOOK_UP, a_vehicle

YEARS = timedelta(days=1_200)
SEEN = """query ($place: String!) { reports(place: $place) { ... on ReportConnection {
  edges { node { description erasedAt reference categoryCode answers { question } assignee
    position { latitude longitude accuracy } media { url } actions { kind text actor } } } } } }"""
COUNTED = """query ($place: String!, $day: Date!) {
  statistics(place: $place, from: $day, to: $day) {
    ... on Statistics { total { registered actedUpon } byStation { key registered } } } }"""
RETENTION = '{ city(path: "%s") { ... on City { retention { reports alerts advisories } } } }'


def later(running: Running, by: timedelta) -> Domain:
    return replace(running.app.domain, clock=lambda: datetime.now(UTC) + by)


async def acted_upon(citizen: Client, officer: Client) -> Any:
    token = (await citizen.upload(jpeg())).json()["token"]
    sent = await citizen.submit(description="A Zebra in Edgetown", media=[token])
    report = (await officer.reports(EDGETOWN))[0]["id"]
    await officer.act(report, "ACKNOWLEDGE")
    await officer.act(report, "ASSIGN", assignee="Constable Named")
    await officer.act(report, "NOTE", text="The Zebra is known")
    await officer.act(report, "ACT", disposition="offender-warned")
    return sent


async def test_an_old_report_keeps_what_is_counted_and_nothing_that_was_said(
    running: Running, citizen: Client, officer: Client
) -> None:
    sent = await acted_upon(citizen, officer)
    domain = running.app.domain
    assert await erasure.erase_overdue(domain) == 0
    day = today_in_edgetown().isoformat()
    counted = await officer.ask(COUNTED, place=EDGETOWN, day=day)
    assert counted["total"] == {"registered": 1, "actedUpon": 1}
    async with officer.stream(PLACE_EVENTS, path=EDGETOWN) as portal:
        await portal.caught_up()
        assert (await officer.ask(SEEN, place=EDGETOWN))["edges"][0]["node"]["media"]
        assert await erasure.erase_overdue(later(running, YEARS), approved=True) == 1
        told = await portal.next()
        assert (told["action"]["kind"], told["action"]["actor"]) == ("ERASE", "SYSTEM")
    node = (await officer.ask(SEEN, place=EDGETOWN))["edges"][0]["node"]
    assert (node["description"], node["answers"], node["media"]) == ("", [], [])
    assert node["assignee"] is None
    assert node["position"] == {"latitude": 15.01, "longitude": 80.01, "accuracy": 1100.0}
    assert {action["text"] for action in node["actions"]} == {""}
    assert node["reference"] == sent["reference"]
    assert node["erasedAt"] is not None
    assert await officer.ask(COUNTED, place=EDGETOWN, day=day) == counted
    gone = await citizen.ask(FOLLOW_REPORT, receipt=sent["receipt"])
    assert gone["__typename"] == "NotFoundProblem"
    assert await erasure.erase_overdue(later(running, 2 * YEARS), approved=True) == 0
    assert await Media.all().count() == 0
    await domain.media.sweep(uploads.known_hashes, timedelta(0))
    files = [each for each in (running.data / "media").rglob("*") if each.is_file()]
    assert files == []


@pytest.mark.database("sqlite")
async def test_nothing_of_it_is_left_on_the_disk(
    running: Running, citizen: Client, officer: Client, tmp_path: Path
) -> None:
    await acted_upon(citizen, officer)
    await citizen.raise_alert(note="A Zebra and me")
    await erasure.erase_overdue(later(running, YEARS), approved=True)
    for file in tmp_path.glob("citizencop.sqlite3*"):
        content = file.read_bytes()
        for trace in (b"Zebra", b"Constable Named"):
            assert trace not in content, file.name


async def test_an_old_alert_loses_its_track_and_its_secrets(
    running: Running, citizen: Client, officer: Client
) -> None:
    raised = await citizen.raise_alert(note="Help")
    await citizen.ask(
        UPDATE, input={"secret": raised["secret"], "position": {"latitude": 15, "longitude": 80}}
    )
    assert await erasure.erase_overdue(later(running, YEARS), approved=True) == 1
    alerts = await officer.ask(
        """query ($p: String!) { alerts(place: $p) { ... on AlertConnection { edges { node {
          note erasedAt position { latitude } actions { position { latitude } text } } } } } }""",
        p=EDGETOWN,
    )
    node = alerts["edges"][0]["node"]
    assert (node["note"], node["position"]) == ("", None)
    assert all(action["position"] is None for action in node["actions"])
    again = await citizen.ask(UPDATE, input={"secret": raised["secret"], "battery": 5})
    assert again["__typename"] == "NotFoundProblem"
    assert await Timer.all().count() == 0


async def test_what_somebody_still_touches_stays(
    running: Running, citizen: Client, officer: Client
) -> None:
    await citizen.submit(description="An open case")
    edge_of_time = later(running, timedelta(days=1_095))
    assert await erasure.erase_overdue(edge_of_time, approved=True) == 0
    assert (await officer.reports(EDGETOWN))[0]["description"] == "An open case"


async def test_several_processes_erase_each_thing_once(
    running: Running, citizen: Client, officer: Client
) -> None:
    await asyncio.gather(*(citizen.submit() for _ in range(12)))
    domain = later(running, YEARS)
    done = await asyncio.gather(*(erasure.erase_overdue(domain, approved=True) for _ in range(4)))
    assert sum(done) == 12
    nodes = (await officer.ask(SEEN, place=EDGETOWN))["edges"]
    erasures = [[a["kind"] for a in edge["node"]["actions"]].count("ERASE") for edge in nodes]
    assert erasures == [1] * 12


async def test_look_ups_towings_and_advisories_go_too(
    running: Running, citizen: Client, officer: Client
) -> None:
    await a_vehicle()
    await officer.ask(LOOK_UP, input={"place": EDGETOWN, "plate": "MP09AB1234", "reason": "Case"})
    kept = await officer.ask(TOW, input=a_towing(plate="MP09AB0001"))
    gone = await officer.ask(TOW, input=a_towing(plate="MP09AB0002"))
    await officer.ask(RELEASE, input={"towing": gone["towing"]["id"]})
    await officer.ask(ISSUE, input=an_advisory())
    assert await erasure.erase_overdue(later(running, YEARS), approved=True) == 3
    assert await VehicleLookUp.all().count() == 0
    listed = await officer.ask(
        "query ($p: String!) { towings(place: $p, standing: false) "
        "{ ... on TowingConnection { edges { node { id } } } } }",
        p=EDGETOWN,
    )
    assert [edge["node"]["id"] for edge in listed["edges"]] == [kept["towing"]["id"]]
    page = await officer.ask(LIST, place=EDGETOWN, inForce=False)
    assert page["edges"][0]["node"]["headline"] == ""


@pytest.mark.database("sqlite")
async def test_anybody_may_know_how_long_a_city_keeps_things(citizen: Client) -> None:
    kept = await citizen.ask(RETENTION % EDGETOWN)
    assert kept["retention"] == {"reports": 1096, "alerts": 400, "advisories": 366}
