"""A station is renamed: what lay with its former code is its own after the restart."""

import asyncio
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from core.actions import former_stations
from core.log.models import Action, Event
from core.storage import database
from server import Settings, built
from tests.support.client import FOLLOW_REPORT, PLACE_EVENTS, Client
from tests.support.places import EDGETOWN, PLACES
from tests.support.servers import KEY, Running, serving

ROOT = Path(__file__).parents[2]
NORTH, HARBOUR = f"{EDGETOWN}/north", f"{EDGETOWN}/harbour"
IN_NORTH = {"latitude": 15.05, "longitude": 80.0}
ALERTS = """query ($p: String!) { alerts(place: $p) { ... on AlertConnection {
  edges { node { id place state assignee possibleActions } } } } }"""
COUNTS = """query ($p: String!, $since: Date!, $until: Date!) {
  statistics(place: $p, from: $since, to: $until) {
    ... on Statistics { byStation { key registered } } } }"""


@pytest.fixture
def settings(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A server over a copy of the tests' places, which a test may change."""
    monkeypatch.setenv("CITIZENCOP_KEY", KEY)
    shutil.copytree(PLACES, tmp_path / "places")
    return Settings(database_url, tmp_path / "data", (tmp_path / "places",), given_key=KEY)


def rename(settings: Settings, former: str = "") -> None:
    file = settings.plugins[0] / EDGETOWN / "stations.toml"
    text = (PLACES / EDGETOWN / "stations.toml").read_text("utf-8")
    file.write_text(text.replace('code = "north"', f'code = "harbour"\n{former}'), "utf-8")


def check(settings: Settings, *options: str) -> subprocess.CompletedProcess[str]:
    named = ["--plugins", str(settings.plugins[0])]
    command = [sys.executable, str(ROOT / "server.py"), *named, "city", "check", EDGETOWN]
    return subprocess.run(
        [*command, *options], capture_output=True, text=True, cwd=ROOT, check=False
    )


async def written(running: Running) -> dict[str, Any]:
    """Write two reports, one of them closed, and an alert, all with the north station."""
    async with running.client() as citizen:
        open_one = await citizen.submit(position=IN_NORTH)
        closed = await citizen.submit(position=IN_NORTH)
        await citizen.raise_alert(position=IN_NORTH)
    async with running.client(await running.officer(NORTH)) as officer:
        listed = {each["reference"]: each["id"] for each in await officer.reports(NORTH)}
        await officer.act(listed[open_one["reference"]], "ASSIGN", assignee="Desk 4")
        await officer.act(listed[closed["reference"]], "REJECT", text="Not here.")
        async with officer.stream(PLACE_EVENTS, path=NORTH) as portal:
            await portal.caught_up()
    return {"open": open_one, "closed": closed, "ids": listed}


async def sees(officer: Client, place: str) -> tuple[dict[str, str], list[dict[str, Any]]]:
    reports = {each["reference"]: each["state"] for each in await officer.reports(place)}
    page = await officer.ask(ALERTS, p=place)
    return reports, [edge["node"] for edge in page["edges"]]


async def test_a_renamed_station_takes_over_what_lay_with_it(settings: Settings) -> None:
    async with serving(settings) as running:
        made = await written(running)
        rename(settings, 'former_codes = ["north"]')
        cursor_of_city = await _cursor(running, EDGETOWN)
    async with serving(settings) as running:
        async with running.client(await running.officer(HARBOUR)) as officer:
            await _the_new_station_goes_on(officer, made)
        async with running.client() as citizen:
            await _nothing_changed_for_its_reporter(citizen, made)
        async with running.client(await running.officer(EDGETOWN)) as officer:
            await _the_city_is_told_of_the_moves(officer, cursor_of_city)
        async with running.client(await running.officer(HARBOUR)) as officer:
            reports, _ = await sees(officer, HARBOUR)
            assert reports[made["closed"]["reference"]] == "REOPENED"
    before = await _events(settings)
    async with serving(settings):
        pass
    assert await _events(settings) == before


async def _the_new_station_goes_on(officer: Client, made: dict[str, Any]) -> None:
    reports, (alert,) = await sees(officer, HARBOUR)
    assert reports == {
        made["open"]["reference"]: "ACKNOWLEDGED",
        made["closed"]["reference"]: "REJECTED",
    }
    assert (alert["place"], alert["state"]) == (HARBOUR, "RAISED")
    acted = await officer.act(alert["id"], "ACKNOWLEDGE")
    assert acted["alert"]["state"] == "ACKNOWLEDGED"
    own = made["ids"][made["open"]["reference"]]
    done = await officer.act(own, "DISPATCH")
    assert done["report"]["assignee"] == "Desk 4"
    # The city's day may be another than here.
    days = {"since": _day(-1), "until": _day(1)}
    counted = await officer.ask(COUNTS, p=HARBOUR, **days)
    assert counted["byStation"] == [{"key": HARBOUR, "registered": 2}]


async def _nothing_changed_for_its_reporter(citizen: Client, made: dict[str, Any]) -> None:
    reopened = await citizen.add(made["closed"]["receipt"], "REOPEN", "It is.")
    assert reopened["report"]["state"] == "REOPENED"
    tracked = await citizen.ask(FOLLOW_REPORT, receipt=made["open"]["receipt"])
    assert "REFER" not in {each["kind"] for each in tracked["actions"]}


async def _the_city_is_told_of_the_moves(officer: Client, cursor: str) -> None:
    async with officer.stream(PLACE_EVENTS, path=EDGETOWN, after=cursor) as portal:
        told = await portal.caught_up()
    moved = [each for each in told if each["action"]["kind"] == "REFER"]
    assert [each["__typename"] for each in moved] == ["AlertEvent", "ReportEvent"]
    assert {each["place"] for each in moved} == {HARBOUR}


async def _cursor(running: Running, place: str) -> str:
    async with (
        running.client(await running.officer(place)) as officer,
        officer.stream(PLACE_EVENTS, path=place) as portal,
    ):
        while (item := await portal.next())["__typename"] != "CaughtUp":
            pass
        return item["cursor"]


def _day(from_today: int) -> str:
    return (datetime.now(UTC).date() + timedelta(from_today)).isoformat()


async def _events(settings: Settings) -> int:
    async with database.opened(settings.database):
        return await Event.all().count()


async def test_several_processes_move_each_thing_once(settings: Settings) -> None:
    async with serving(settings) as running:
        for _ in range(3):
            await written(running)
        rename(settings, 'former_codes = ["north"]')
    async with built(settings) as app:
        moved = await asyncio.gather(*(former_stations.adopt(app.domain) for _ in range(4)))
        assert sum(moved) == 6
        assert await Action.filter(actor="SYSTEM", kind="REFER").count() == 6
        numbers = (
            await Event.filter(city=EDGETOWN).order_by("number").values_list("number", flat=True)
        )
        assert list(numbers) == list(range(1, len(numbers) + 1))


async def test_check_fails_while_open_reports_name_a_station_that_is_gone(
    settings: Settings,
) -> None:
    database_option = ("--database", settings.database)
    async with serving(settings) as running:
        await written(running)
    sound = check(settings, *database_option)
    assert sound.returncode == 0, sound
    rename(settings)
    assert check(settings).returncode == 0
    gone = check(settings, *database_option)
    assert gone.returncode == 1
    assert re.search(
        r"stations\.toml: error: station-gone: the station north no longer exists, but has "
        r"1 open alert and 1 open report\n    fix: add former_codes = \[\"north\"\]",
        gone.stdout,
    ), gone
    rename(settings, 'former_codes = ["north"]')
    assert check(settings, *database_option).returncode == 0
    nothing = check(settings, "--database", "sqlite:///nowhere/at/all")
    assert nothing.returncode == 1
    assert "There is no database file" in nothing.stderr
    assert not Path("/nowhere").exists()
