"""What a plugin claims of others, and what it loses, as operators and citizens see it."""

import subprocess
import sys
from pathlib import Path

import pytest

from server import Settings
from tests.support.client import IN_RAIPUR, Client
from tests.support.place_folders import write
from tests.support.places import PLACES, RAIPUR
from tests.support.servers import KEY, Running

ROOT = Path(__file__).parents[2]
TYPOTOWN = "india/testland/typotown"
IN_TYPOTOWN = {"latitude": 15.01, "longitude": 82.01}
TYPO = """
names = { en = "Typotown" }
position = { latitude = 15.0, longitude = 82.0 }
radius = 10000.0
deployment = "FUL"
"""
ALERTS = """query ($p: String!) { alerts(place: $p) { ... on AlertConnection {
  edges { node { place city { path } } } } } }"""


def run(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "server.py"), *words]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A folder that claims India, Raipur's ground and its path, and has a city with a typo."""
    folder = tmp_path / "mine"
    write(folder, "india", place='names = { en = "Mine" }')
    write(folder, RAIPUR, place='names = { en = "Mine" }')
    write(folder, TYPOTOWN, place=TYPO)
    return folder


@pytest.fixture
def settings(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mine: Path
) -> Settings:
    monkeypatch.setenv("CITIZENCOP_KEY", KEY)
    return Settings(database_url, tmp_path / "data", (PLACES, mine), given_key=KEY)


@pytest.mark.database("sqlite")
async def test_others_lose_nothing_and_those_who_watch_are_told(
    running: Running, citizen: Client, mine: Path
) -> None:
    taken = await citizen.submit(
        category="traffic.signal-jumping",
        position=IN_RAIPUR,
        answers=[{"question": "plate", "values": ["CG04AB1234"]}],
    )
    assert taken["__typename"] == "SubmitReportSuccess", taken
    assert taken["reference"].startswith("RPR-")
    answer = await citizen.http.get("/readyz")
    ready = answer.json()
    assert (answer.status_code, ready["status"]) == (200, "degraded")
    assert ready["reduced"] == [TYPOTOWN]
    assert ready["faults"] == [
        {"place": f"india (folder {mine})", "hook": "claim", "count": 1},
        {"place": f"{RAIPUR} (folder {mine})", "hook": "claim", "count": 1},
        {"place": TYPOTOWN, "hook": "describe_place", "count": 1},
    ]
    metrics = (await citizen.http.get("/metrics")).text
    assert "citizencop_reduced_cities 1.0" in metrics
    assert f'hook="claim",place="india (folder {mine})"' in metrics


@pytest.mark.database("sqlite")
async def test_a_call_for_help_from_a_city_with_a_typo_reaches_it_and_its_state(
    running: Running, citizen: Client
) -> None:
    raised = await citizen.raise_alert(position=IN_TYPOTOWN)
    assert raised["alert"]["city"] == {"path": TYPOTOWN}
    for place in (TYPOTOWN, "india/testland"):
        async with running.client(await running.officer(place)) as officer:
            page = await officer.ask(ALERTS, p=place)
            assert page["edges"] == [{"node": {"place": TYPOTOWN, "city": {"path": TYPOTOWN}}}]


def test_an_operator_sees_what_is_refused_and_may_allow_it(mine: Path) -> None:
    given = ("--plugins", str(mine))
    checked = run(*given, "city", "check", "india")
    assert checked.returncode == 1
    assert f"{mine / 'india/place.toml'}: error: claim: india already belongs to shipped" in (
        checked.stdout
    )
    assert f'--allow india="folder {mine}"' in checked.stdout
    listed = run(*given, "city", "list", "--within", RAIPUR).stdout.splitlines()
    assert listed[0].endswith("shipped")
    assert listed[1].split()[:2] == [RAIPUR, "refused"]
    allow = ("--allow", f"{RAIPUR}=folder {mine}")
    listed = run(*given, *allow, "city", "list", "--within", RAIPUR).stdout.splitlines()
    assert len(listed) == 1
    assert listed[0].endswith(f"folder {mine}")
    wrong = run(*given, "--allow", "india", "city", "list")
    assert wrong.returncode == 2
    assert "PATH=SOURCE" in wrong.stderr


def test_the_variable_allows_several(mine: Path) -> None:
    named = f"folder {mine}"
    listed = subprocess.run(
        [sys.executable, str(ROOT / "server.py"), "--plugins", str(mine), "city", "list"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
        env={"CITIZENCOP_ALLOW": f"india={named},{RAIPUR}={named}"},
    )
    assert listed.stdout.count(named) == 3, listed
    assert "refused" not in listed.stdout
