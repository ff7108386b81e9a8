"""Vehicles: a citizen asks and leaves no trace, an officer asks and it is on record."""

import logging
import shutil
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from core.identity.people import Role
from core.position import Position
from core.storage import rows
from core.storage.conditions import at_least
from core.storage.rows import Wanted
from core.vehicles.models import VehicleLookUp
from plugins.runtime.isolation import SERVICE_LIMIT
from server import Settings
from tests.support.client import Client
from tests.support.places import EDGETOWN, PLACES, RAIPUR, TESTLAND
from tests.support.servers import KEY, Running
from tests.support.vehicles import LOOK_UP, VEHICLE, a_vehicle

TOWED_AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


async def look_up(officer: Client, plate: str = "MP09AB1234", **more: Any) -> Any:
    given = {"place": EDGETOWN, "plate": plate, "reason": "Case 17/2026"} | more
    return await officer.ask(LOOK_UP, input=given)


async def looked_up() -> list[Any]:
    wanted = Wanted(VehicleLookUp, ("at", "officer.name", "place", "plate", "reason"))
    return await rows.read(wanted, at_least("vehicle_look_up.plate", ""))


@pytest.mark.parametrize("typed", ["mp 09-ab 1234", "MP09AB1234", "IND MP 9 AB 1234"])
async def test_a_citizen_sees_the_vehicle_and_never_its_owner(
    citizen: Client, typed: str, caplog: pytest.LogCaptureFixture
) -> None:
    await a_vehicle(stolen=True, towed_to="North yard", towed_at=TOWED_AT)
    caplog.set_level(logging.DEBUG, "citizencop")
    assert await citizen.ask(VEHICLE, place=EDGETOWN, plate=typed) == {
        "__typename": "Vehicle",
        "plate": "MP09AB1234",
        "make": "Maruti",
        "model": "Swift",
        "colour": "White",
        "vehicleClass": "Motor Car",
        "stolen": True,
        "valid": True,
        "towed": {"yard": "North yard", "since": "2026-11-20T09:30:00+00:00"},
    }
    for field in ("owner", "fuel", "validUntil"):
        answer = await citizen.answer(
            f"query ($place: String!, $plate: String!) {{ vehicle(place: $place, plate: $plate) "
            f"{{ ... on Vehicle {{ {field} }} }} }}",
            place=EDGETOWN,
            plate=typed,
        )
        assert f"Cannot query field '{field}'" in answer["errors"][0]["message"]
    assert await looked_up() == []
    assert "MP09AB1234" not in caplog.text


async def test_the_nearest_register_answers(citizen: Client) -> None:
    await a_vehicle(plate="22BH1234AA", make="Country", place="india", valid_until=None)
    assert (await citizen.ask(VEHICLE, place=EDGETOWN, plate="22-BH-1234-AA"))["make"] == "Country"
    await a_vehicle(plate="22BH1234AA", make="State")
    assert (await citizen.ask(VEHICLE, place=EDGETOWN, plate="22BH1234AA"))["make"] == "State"
    await a_vehicle(plate="22BH1234AA", make="City", place=EDGETOWN)
    for place in (EDGETOWN, f"{EDGETOWN}/north"):
        assert (await citizen.ask(VEHICLE, place=place, plate="22BH1234AA"))["make"] == "City"
    state = await citizen.ask(VEHICLE, place=TESTLAND, plate="22BH1234AA")
    assert (state["make"], state["towed"]) == ("State", None)
    elsewhere = await citizen.ask(VEHICLE, place=RAIPUR, plate="22BH1234AA")
    assert (elsewhere["make"], elsewhere["valid"]) == ("Country", None)


@pytest.mark.parametrize(("days", "valid"), [(-2, False), (0, True), (1, True)])
async def test_a_registration_holds_through_its_last_day(
    citizen: Client, days: int, valid: bool
) -> None:
    await a_vehicle(valid_until=datetime.now(UTC).date() + timedelta(days))
    assert (await citizen.ask(VEHICLE, place=EDGETOWN, plate="MP09AB1234"))["valid"] is valid


@pytest.mark.database("sqlite")
@pytest.mark.parametrize(
    ("place", "plate", "typename", "code", "field"),
    [
        (EDGETOWN, "MP09AB9999", "NotFoundProblem", "NOT_FOUND", "plate"),
        (EDGETOWN, "hello", "InvalidInputProblem", "MALFORMED", "plate"),
        (EDGETOWN, "", "InvalidInputProblem", "REQUIRED", "plate"),
        (EDGETOWN, "MP" * 10_000, "InvalidInputProblem", "TOO_LONG", "plate"),
        ("india/testland/atlantis", "MP09AB1234", "UnknownPlaceProblem", "UNKNOWN_PLACE", "place"),
        (f"{EDGETOWN}/nowhere", "MP09AB1234", "UnknownPlaceProblem", "UNKNOWN_PLACE", "place"),
        ("??", "MP09AB1234", "InvalidInputProblem", "MALFORMED", "place"),
        (
            "india/maharashtra/mumbai",
            "MP09AB1234",
            "FeatureUnavailableProblem",
            "FEATURE_UNAVAILABLE",
            "place",
        ),
    ],
)
async def test_what_cannot_be_told_is_a_type(
    citizen: Client, officer: Client, place: str, plate: str, typename: str, code: str, field: str
) -> None:
    told = await citizen.ask(VEHICLE, place=place, plate=plate)
    assert (told["__typename"], told["code"], told["field"]) == (typename, code, [field])
    if place.startswith(EDGETOWN):
        told = await look_up(officer, plate, place=place)
        assert (told["__typename"], told["code"]) == (typename, code)
        assert told["field"] == ["input", field]


async def test_an_officer_sees_all_and_each_look_up_is_on_record(
    running: Running, officer: Client
) -> None:
    vehicle = await a_vehicle()
    told = await look_up(officer, "mp 9 ab 1234")
    assert told["record"] == {
        "plate": "MP09AB1234",
        "make": "Maruti",
        "model": "Swift",
        "colour": "White",
        "vehicleClass": "Motor Car",
        "fuel": "Petrol",
        "validUntil": str(vehicle.valid_until),
        "stolen": False,
        "valid": True,
        "towed": None,
        "owner": "A Person Of Edgetown",
    }
    assert (await look_up(officer, "MP09ZZ0001"))["__typename"] == "NotFoundProblem"
    async with running.client(await running.officer(TESTLAND, name="State cell")) as cell:
        assert (await look_up(cell, place=TESTLAND, reason="Theft"))["record"]["make"] == "Maruti"
    kept = {(row.officer_name, row.place, row.plate, row.reason) for row in await looked_up()}
    assert kept == {
        ("Desk 1", EDGETOWN, "MP09AB1234", "Case 17/2026"),
        ("Desk 1", EDGETOWN, "MP09ZZ0001", "Case 17/2026"),
        ("State cell", TESTLAND, "MP09AB1234", "Theft"),
    }


async def test_without_the_right_nothing_is_told_or_kept(running: Running, citizen: Client) -> None:
    await a_vehicle()
    assert (await look_up(citizen))["__typename"] == "UnauthenticatedProblem"
    for place, role in ((EDGETOWN, Role.OBSERVER), (RAIPUR, Role.OFFICER)):
        async with running.client(await running.officer(place, role)) as other:
            assert (await look_up(other))["__typename"] == "ForbiddenProblem"
    async with running.client(await running.officer(EDGETOWN)) as officer:
        # The state's register is looked into for one's own place, not for all of the state.
        assert (await look_up(officer, place=TESTLAND))["__typename"] == "ForbiddenProblem"
        for reason, code in ((" ", "REQUIRED"), ("x" * 501, "TOO_LONG")):
            told = await look_up(officer, reason=reason)
            assert (told["code"], told["field"]) == (code, ["input", "reason"])
    assert await looked_up() == []


async def test_no_answer_before_it_is_on_record(
    running: Running, officer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    await a_vehicle()

    async def full(*_: object, **__: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(VehicleLookUp, "save", full)
    answer = await officer.answer(
        LOOK_UP, input={"place": EDGETOWN, "plate": "MP09AB1234", "reason": "Case"}
    )
    assert answer["errors"][0]["extensions"] == {"code": "INTERNAL"}
    assert "Maruti" not in str(answer)


SERVICE = """
import asyncio, time
from plugins import Route, VehicleRecord, hookimpl

@hookimpl
{kind} look_up_vehicle(place, plate):
    {body}

@hookimpl
def route_report(stations):
    return Route(station="south", reason="its own way")
"""
ANSWER = (
    "VehicleRecord(plate={plate}, make='Live', model='M', colour='Red', vehicle_class='C', "
    "owner='An Owner')"
)
LIVE = {
    "answers": ("async def", "return " + ANSWER.format(plate="plate")),
    "answers plainly": ("def", "return " + ANSWER.format(plate="plate")),
}
BROKEN = {
    "knows nothing": ("def", "return None"),
    "hangs": ("def", "time.sleep(4)"),
    "hangs awaiting": ("async def", "await asyncio.sleep(4)"),
    "raises": ("async def", "raise ValueError(plate)"),
    "answers another type": ("def", "return {'plate': plate}"),
    "answers of another": ("def", "return " + ANSWER.format(plate="'MP09AB0001'")),
    "answers too much": ("def", "return " + ANSWER.format(plate="plate * 9")),
}


@pytest.fixture
def settings(database_url: str, tmp_path: Path, service: tuple[str, str]) -> Settings:
    """A server whose Edgetown has a live service beside what the tests' place has."""
    folder = tmp_path / "places" / EDGETOWN
    folder.mkdir(parents=True)
    shutil.copytree(PLACES / EDGETOWN, folder, dirs_exist_ok=True)
    kind, body = service
    if body:
        (folder / "plugin.py").write_text(SERVICE.format(kind=kind, body=body))
    places = tmp_path / "places"
    allowed = (f"{EDGETOWN}=folder {places}",)
    folders = (PLACES, places)
    return Settings(database_url, tmp_path / "data", folders, allowed=allowed, given_key=KEY)


@pytest.fixture
def service() -> tuple[str, str]:
    return "def", ""


@pytest.mark.parametrize("service", LIVE.values(), ids=LIVE.keys())
async def test_the_citys_own_service_is_asked_first(
    citizen: Client, officer: Client, service: tuple[str, str]
) -> None:
    await a_vehicle()
    told = await citizen.ask(VEHICLE, place=EDGETOWN, plate="mp09ab1234")
    assert (told["__typename"], told["make"], told["valid"]) == ("Vehicle", "Live", None)
    record = (await look_up(officer))["record"]
    assert (record["make"], record["owner"]) == ("Live", "An Owner")
    assert len(await looked_up()) == 1


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("service", BROKEN.values(), ids=BROKEN.keys())
async def test_a_service_that_fails_costs_one_wait_and_no_other_hook(
    running: Running, citizen: Client, service: tuple[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    await a_vehicle()
    hangs = "sleep" in service[1]
    began = time.monotonic()
    for turn in range(2):
        told = await citizen.ask(VEHICLE, place=EDGETOWN, plate="MP09AB1234")
        assert told["make"] == "Maruti"
        if hangs and turn == 0:
            assert time.monotonic() - began > SERVICE_LIMIT
        city = running.app.places.get(EDGETOWN)
        assert city is not None
        route = await city.route_report("crime", Position(15.0, 80.0))
        assert route is not None
        assert route.reason == "its own way"
    if hangs:
        # The second time it rests, and is not waited for.
        assert running.app.places.faults.messages[EDGETOWN, "look_up_vehicle"] == [
            f"no answer within {SERVICE_LIMIT:g} s",
            "skipped for 30 s after a timeout",
        ]
    faults = running.app.places.faults.counts
    assert set(faults) == ({(EDGETOWN, "look_up_vehicle")} if "None" not in service[1] else set())
    # What no register has may yet be in the one that does not answer.
    unknown = await citizen.ask(VEHICLE, place=EDGETOWN, plate="MP09AB9999")
    expected = "NotFoundProblem" if "None" in service[1] else "TryLaterProblem"
    assert (unknown["__typename"], unknown["field"]) == (expected, ["plate"])
    if expected == "TryLaterProblem":
        assert unknown["code"] == "TRY_LATER"
        async with running.client(await running.officer(EDGETOWN)) as officer:
            told = await look_up(officer, plate="MP09AB9999")
        assert (told["__typename"], told["code"]) == ("TryLaterProblem", "TRY_LATER")
        assert told["field"] == ["input", "plate"]
    assert "MP09AB" not in caplog.text
