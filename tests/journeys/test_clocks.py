"""A clock that is wrong puts nothing in a wrong order, and erases nothing."""

import asyncio
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest

from core.log.models import CityLog
from core.reports.models import Report
from core.retention import erasure, limits
from server import Settings, built
from tests.support.advisories import CAP, ISSUE, WITHDRAW, an_advisory
from tests.support.client import FOLLOW_REPORT, SUBMIT, a_report, new_key
from tests.support.places import EDGETOWN
from tests.support.samples import jpeg
from tests.support.servers import Running, served_with_clock
from tests.support.statistics import a_row

ALERTS = """query ($p: String!) { alerts(place: $p) { ... on AlertConnection {
  edges { node { id actions { kind } } } } } }"""


async def test_cap_says_cancel_though_the_clock_was_set_back(
    running: Running, settings: Settings
) -> None:
    token = await running.officer(EDGETOWN)
    async with running.client(token) as officer:
        issued = (await officer.ask(ISSUE, input=an_advisory()))["advisory"]
    async with (
        served_with_clock(settings, -timedelta(hours=2)) as behind,
        behind.client(token) as officer,
    ):
        ended = await officer.ask(
            WITHDRAW,
            input={"advisory": issued["id"], "text": "Found", "idempotencyKey": new_key()},
        )
        assert [action["kind"] for action in ended["advisory"]["actions"]] == ["ISSUE", "WITHDRAW"]
        answer = await officer.http.get(f"/cap/advisory/{issued['id']}")
    message = ElementTree.fromstring(answer.content)
    assert message.findtext(f"{CAP}msgType") == "Cancel"
    assert len((message.findtext(f"{CAP}references") or "").split()) == 1


async def test_timelines_have_the_order_of_the_log(running: Running, settings: Settings) -> None:
    token = await running.officer(EDGETOWN)
    async with running.client(token) as citizen:
        sent = await citizen.submit()
        await citizen.raise_alert()
    async with (
        served_with_clock(settings, -timedelta(hours=2)) as behind,
        behind.client(token) as officer,
    ):
        report = (await officer.reports(EDGETOWN))[0]["id"]
        alert = (await officer.ask(ALERTS, p=EDGETOWN))["edges"][0]["node"]["id"]
        for subject in (report, alert):
            await officer.act(subject, "ACKNOWLEDGE")
            await officer.act(subject, "DISPATCH")
        told = await officer.ask(FOLLOW_REPORT, receipt=sent["receipt"])
        assert [a["kind"] for a in told["actions"]] == ["SUBMIT", "ACKNOWLEDGE", "DISPATCH"]
        timeline = (await officer.ask(ALERTS, p=EDGETOWN))["edges"][0]["node"]["actions"]
        assert [action["kind"] for action in timeline] == ["RAISE", "ACKNOWLEDGE", "DISPATCH"]


YEARS = timedelta(days=1_461)


async def ready(running: Running) -> dict[str, Any]:
    async with running.client() as anybody:
        answer = await anybody.http.get("/readyz")
        assert answer.status_code == 200
        return answer.json()


async def words(running: Running, token: str) -> list[str]:
    async with running.client(token) as officer:
        return [report["description"] for report in await officer.reports(EDGETOWN)]


async def swept(running: Running) -> None:
    """Run the sweep's own work once more, by the server's own clock."""
    await erasure.erase_overdue(running.app.domain)


async def test_a_clock_years_ahead_at_start_erases_nothing(
    running: Running, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    token = await running.officer(EDGETOWN)
    async with running.client() as citizen:
        for _ in range(6):
            await citizen.submit(description="A Zebra")
    async with served_with_clock(settings, YEARS) as ahead:
        # A report that the wrong clock dates is no proof that the clock is right.
        async with ahead.client() as citizen:
            await citizen.submit(description="A Zebra")
        await swept(ahead)
        (why,) = (await ready(ahead))["retention"]
        assert "ahead of the last recorded time" in why
        assert await words(running, token) == ["A Zebra"] * 7
        async with ahead.client() as anybody:
            metrics = (await anybody.http.get("/metrics")).text
        assert "citizencop_retention_waits 1.0" in metrics
        errors = [each for each in caplog.records if "ahead of the last" in each.getMessage()]
        assert [each.levelname for each in errors] == ["ERROR"]
        assert "retention status" in errors[0].getMessage()
        assert await erasure.erase_overdue(ahead.app.domain, approved=True) == 6
        assert (await ready(ahead))["retention"] == []
        assert sorted(await words(running, token)) == [""] * 6 + ["A Zebra"]
    (why,) = (await ready(running))["retention"]
    assert "behind the last recorded time" in why


async def test_keys_and_uploads_outlive_a_wrong_clock(running: Running, settings: Settings) -> None:
    async with running.client() as citizen:
        token = (await citizen.upload(jpeg())).json()["token"]
        given = a_report()
        first = await citizen.ask(SUBMIT, input=given)
    async with served_with_clock(settings, YEARS):
        pass
    async with running.client() as citizen:
        assert (await citizen.ask(SUBMIT, input=given))["reference"] == first["reference"]
        assert (await citizen.submit(media=[token]))["__typename"] == "SubmitReportSuccess"


async def test_a_server_that_was_off_for_years_erases_once_its_operator_approves(
    settings: Settings,
) -> None:
    async with served_with_clock(settings, -YEARS) as once:
        token = await once.officer(EDGETOWN)
        async with once.client() as citizen:
            for _ in range(3):
                await citizen.submit(description="A Zebra")
    async with served_with_clock(settings, timedelta(0)) as now:
        assert len((await ready(now))["retention"]) == 1
        shown = await asyncio.to_thread(command, settings, "status")
        assert "ahead of the last recorded time" in shown
        assert f"{EDGETOWN}: 3 of 3 in report are overdue" in shown
        assert "3 erased." in await asyncio.to_thread(command, settings, "approve", "--yes")
        assert (await ready(now))["retention"] == []
        async with now.client(await now.officer(EDGETOWN)) as officer:
            told = await officer.reports(EDGETOWN)
    assert token
    assert [report["description"] for report in told] == [""] * 3
    shown = await asyncio.to_thread(command, settings, "status")
    assert shown.split("\n")[:2] == ["Retention runs by itself.", "Nothing is overdue."]


def command(settings: Settings, *arguments: str) -> str:
    options = ["--database", settings.database, "--data", str(settings.data)]
    for folder in settings.plugins:
        options += ["--plugins", str(folder)]
    done = subprocess.run(
        [sys.executable, "server.py", *options, "retention", *arguments],
        env=os.environ | {"CITIZENCOP_KEY": settings.given_key or ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


async def test_no_run_erases_much_of_a_place_without_approval(settings: Settings) -> None:
    """As after a typo in a place's retention: each step of the clock is small."""
    # No server runs here, whose own sweep would erase some of it first.
    async with built(settings) as app:
        domain = app.domain
        at = domain.clock()
        old, fresh = at - timedelta(days=1_100), at
        rows = [a_row(number, "x", "s", acted=False) for number in range(400)]
        for number, row in enumerate(rows):
            row.city = row.place = EDGETOWN
            row.received_at = row.updated_at = old if number < 21 else fresh
        await Report.bulk_create(rows)
        await CityLog.create(city=EDGETOWN, last_number=0)
        assert await erasure.erase_overdue(domain) == 0
        (why,) = await limits.problems(at)
        assert f"{EDGETOWN}: 21 of 400 in report are overdue" in why
        await Report.filter(id=rows[0].id).update(updated_at=fresh)
        assert await erasure.erase_overdue(domain) == 20
        assert await limits.problems(at) == []
        await Report.filter(id__in=[row.id for row in rows[30:80]]).update(
            received_at=old, updated_at=old
        )
        assert await erasure.erase_overdue(domain) == 0
        assert await erasure.erase_overdue(domain, approved=True) == 50


async def test_an_embedded_server_erases_from_its_first_start_on(settings: Settings) -> None:
    async with served_with_clock(settings, timedelta(0)) as running:
        assert (await ready(running))["retention"] == []
        async with running.client() as citizen:
            await citizen.submit()
        await Report.all().update(
            received_at=datetime.now(UTC) - YEARS, updated_at=datetime.now(UTC) - YEARS
        )
        # The server's own first sweep may be the one that erases it.
        async with asyncio.timeout(10):
            while not await Report.filter(erased_at__isnull=False).exists():
                await erasure.erase_overdue(running.app.domain)
