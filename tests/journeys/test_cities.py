"""What a city decides reaches its citizens: refusals, directory, boundaries, fares, metrics."""

import asyncio
import json
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from bench.server_process import ServerProcess
from tests.support.client import SUBMIT, Client, a_report, new_key
from tests.support.places import EDGETOWN
from tests.support.servers import Running

ROOT = Path(__file__).parents[2]
PUNE = "india/maharashtra/pune"
DIRECTORY = """query ($p: String!) { city(path: $p) { ... on City {
  stations { code zone address hours lines { name number } beats { code name lines { number } } }
  tariffs { code name currency base perKm nightFrom nightTimes verified source }
  reportCategories { code instead { name(language: "hi") numbers url } }
} } }"""
FARE = """query ($p: String!, $t: String!, $m: Float!, $at: DateTime) {
  fareEstimate(place: $p, tariff: $t, metres: $m, at: $at) {
    __typename
    ... on FareEstimate { total base distance night currency tariff { code } }
    ... on Problem { code field }
  } }"""


@pytest.mark.database("sqlite")
async def test_what_a_city_does_not_take_it_refuses_and_says_where_to_go(citizen: Client) -> None:
    query = SUBMIT.replace(
        "... on Problem",
        "... on CategoryRefusedProblem { category { code instead { name numbers url } } }"
        "\n  ... on Problem",
    )
    refused = await citizen.ask(query, input=a_report(category="municipal.rubbish"))
    assert refused["__typename"] == "CategoryRefusedProblem"
    assert refused["code"] == "CATEGORY_REFUSED"
    assert refused["field"] == ["input", "category"]
    assert refused["category"]["instead"] == {
        "name": "The municipal corporation takes this.",
        "numbers": ["155304"],
        "url": "https://edgetown.example/complaints",
    }


@pytest.mark.database("sqlite")
async def test_the_directory_and_the_fares_are_there_to_read(citizen: Client) -> None:
    found = await citizen.ask(DIRECTORY, p=EDGETOWN)
    north = next(each for each in found["stations"] if each["code"] == "north")
    assert north["zone"] == "Zone 1"
    assert north["lines"] == [{"name": "Station house officer", "number": "+9199900001"}]
    assert north["beats"][0]["code"] == "market"
    assert north["hours"] == "24/7"
    indore = await citizen.ask(DIRECTORY, p="india/madhya-pradesh/indore")
    (tariff,) = indore["tariffs"]
    assert (tariff["base"], tariff["perKm"], tariff["currency"]) == ("20", "17", "INR")


@pytest.mark.database("sqlite")
async def test_a_ride_is_reckoned_at_the_citys_own_time(citizen: Client) -> None:
    ride = {"p": "india/madhya-pradesh/indore", "t": "auto-rickshaw", "m": 5400.0}
    by_day = await citizen.ask(FARE, **ride, at="2026-11-24T12:00:00+05:30")
    assert (by_day["total"], by_day["night"]) == ("95", "0.00")
    # 18:00 in UTC is half past eleven at night in Indore.
    by_night = await citizen.ask(FARE, **ride, at="2026-11-24T18:00:00Z")
    assert (by_night["total"], by_night["currency"]) == ("114", "INR")
    for wrong, code in (
        ({"t": "rocket"}, "NOT_FOUND"),
        ({"m": -1.0}, "OUT_OF_RANGE"),
        ({"p": "india/nowhere/at-all"}, "UNKNOWN_PLACE"),
    ):
        assert (await citizen.ask(FARE, **ride | wrong))["code"] == code


@pytest.mark.database("sqlite")
async def test_what_plugins_lost_is_told_to_those_who_watch(
    running: Running, citizen: Client
) -> None:
    running.app.places.faults.record(EDGETOWN, "route_report", "it raised")
    text = (await citizen.http.get("/metrics")).text
    assert f'citizencop_plugin_faults_total{{hook="route_report",place="{EDGETOWN}"}} 1.0' in text
    assert "citizencop_cities 1" in text
    ready = (await citizen.http.get("/readyz")).json()
    assert ready["faults"] == [{"place": EDGETOWN, "hook": "route_report", "count": 1}]


async def test_from_nothing_to_a_live_report(tmp_path: Path) -> None:
    """`city new`, a change that is seen at once, a report routed by it."""
    command = [sys.executable, str(ROOT / "server.py")]
    new = [*command, "city", "new", PUNE, "--into", str(tmp_path / "mine"), "--yes"]
    await asyncio.to_thread(subprocess.run, new, check=True, capture_output=True)
    server = ServerProcess(
        f"sqlite://{tmp_path}/db.sqlite3", tmp_path, "--plugins", str(tmp_path / "mine")
    )
    await server.start("--reload")
    report = {
        "category": "crime.theft",
        "position": {"latitude": 18.52, "longitude": 73.85},
        "description": "A bicycle.",
    }
    try:
        async with httpx.AsyncClient(base_url=server.url, timeout=10) as http, asyncio.timeout(60):
            first = await _submitted(http, report)
            assert first["report"]["category"]["name"] == "Theft"
            assert first["reference"].startswith("PN-")
            with (tmp_path / "mine" / PUNE / "categories.toml").open("w") as file:
                file.write(
                    '[[categories]]\ncode = "crime.theft"\nnames = { en = "Stolen in Pune" }\n'
                )
            while True:
                again = await _submitted(http, report)
                if again["report"]["category"]["name"] == "Stolen in Pune":
                    break
                await asyncio.sleep(0.2)
        assert again["reference"] > first["reference"]
    finally:
        server.stop()


async def _submitted(http: httpx.AsyncClient, report: dict[str, object]) -> dict[str, dict]:
    """Submit as soon as the server answers."""
    query = """mutation ($input: SubmitReportInput!) { submitReport(input: $input) {
      ... on SubmitReportSuccess { reference report { category { name } } } } }"""
    variables = {"input": report | {"idempotencyKey": new_key()}}
    while True:
        with suppress(httpx.TransportError, json.JSONDecodeError):
            answer = (
                await http.post("/graphql", json={"query": query, "variables": variables})
            ).json()
            return answer["data"]["submitReport"]
        await asyncio.sleep(0.1)
