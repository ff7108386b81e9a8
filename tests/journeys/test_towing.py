"""A vehicle is towed and put on record; whoever misses it finds it, and it is handed back."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from core.identity.people import Role
from core.vehicles.models import Towing
from tests.support.client import Client
from tests.support.places import EDGETOWN
from tests.support.servers import Running
from tests.support.towing import FIND, RELEASE, TOW, a_towing
from tests.support.vehicles import LOOK_UP, VEHICLE, a_vehicle

LIST = """query ($place: String!, $standing: Boolean! = true, $first: Int! = 20, $after: String) {
  towings(place: $place, standing: $standing, first: $first, after: $after) { __typename
    ... on TowingConnection { pageInfo { hasNextPage endCursor } edges { node { plate } } }
    ... on Problem { code } } }"""


async def test_a_towed_vehicle_is_found_and_handed_back(citizen: Client, officer: Client) -> None:
    missing = await citizen.ask(FIND, place=EDGETOWN, plate="MP09AB1234")
    assert missing["__typename"] == "NotFoundProblem"
    towed = await officer.ask(TOW, input=a_towing(note="On a zebra crossing"))
    assert towed["__typename"] == "TowingSuccess", towed
    record = towed["towing"]
    assert (record["plate"], record["officer"], record["releasedAt"]) == (
        "MP09AB1234",
        "Desk 1",
        None,
    )
    found = await citizen.ask(FIND, place=EDGETOWN, plate="MP 09 AB 1234")
    assert found == {
        "__typename": "TowedVehicle",
        "plate": "MP09AB1234",
        "yard": "North yard",
        "place": f"{EDGETOWN}/north",
        "station": {"name": "North"},
    }
    # Asked in another city of the country.
    away = await citizen.ask(FIND, place="india/chhattisgarh/raipur", plate="MP09AB1234")
    assert away["yard"] == "North yard"
    again = await officer.ask(TOW, input=a_towing(place=EDGETOWN))
    assert (again["__typename"], again["state"]) == ("ActionNotPossibleProblem", "TOWED")
    for _ in range(2):
        released = await officer.ask(RELEASE, input={"towing": record["id"]})
        assert released["towing"]["releasedBy"] == "Desk 1"
    assert (await citizen.ask(FIND, place=EDGETOWN, plate="MP09AB1234"))["code"] == "NOT_FOUND"
    assert (await officer.ask(TOW, input=a_towing()))["__typename"] == "TowingSuccess"


async def test_the_vehicle_itself_tells_it(citizen: Client, officer: Client) -> None:
    before = datetime.now(UTC) - timedelta(days=2)
    await a_vehicle(towed_to="Old yard", towed_at=before)
    towed = await officer.ask(TOW, input=a_towing())
    seen = await citizen.ask(VEHICLE, place=EDGETOWN, plate="MP09AB1234")
    assert (seen["make"], seen["towed"]["yard"]) == ("Maruti", "North yard")
    record = await officer.ask(
        LOOK_UP, input={"place": EDGETOWN, "plate": "MP09AB1234", "reason": "Case 1"}
    )
    assert record["record"]["towed"]["yard"] == "North yard"
    assert record["record"]["owner"] == "A Person Of Edgetown"
    await officer.ask(RELEASE, input={"towing": towed["towing"]["id"]})
    seen = await citizen.ask(VEHICLE, place=EDGETOWN, plate="MP09AB1234")
    assert seen["towed"] is None


async def test_two_desks_tow_one_vehicle_once(officer: Client, citizen: Client) -> None:
    answers = await asyncio.gather(*(officer.ask(TOW, input=a_towing()) for _ in range(6)))
    names = [answer["__typename"] for answer in answers]
    assert sorted(names) == ["ActionNotPossibleProblem"] * 5 + ["TowingSuccess"]
    assert await Towing.all().count() == 1
    same = a_towing(plate="MP09AB0001")
    answers = await asyncio.gather(*(officer.ask(TOW, input=same) for _ in range(4)))
    assert len({answer["towing"]["id"] for answer in answers}) == 1


async def test_police_list_them_in_pages(
    running: Running, officer: Client, citizen: Client
) -> None:
    for number in range(5):
        towed = await officer.ask(TOW, input=a_towing(plate=f"MP09AB000{number}"))
    await officer.ask(RELEASE, input={"towing": towed["towing"]["id"]})
    seen: list[str] = []
    cursor = None
    while True:
        page = await officer.ask(LIST, place=EDGETOWN, first=3, after=cursor)
        seen += [edge["node"]["plate"] for edge in page["edges"]]
        cursor = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert seen == [f"MP09AB000{number}" for number in (3, 2, 1, 0)]
    everything = await officer.ask(LIST, place="india/testland/edgetown/north", standing=False)
    assert len(everything["edges"]) == 5
    assert (await citizen.ask(LIST, place=EDGETOWN))["__typename"] == "UnauthenticatedProblem"


@pytest.mark.database("sqlite")
async def test_rights_and_rules(running: Running, citizen: Client, officer: Client) -> None:
    assert (await citizen.ask(TOW, input=a_towing()))["__typename"] == "UnauthenticatedProblem"
    async with running.client(await running.officer(EDGETOWN, Role.OBSERVER)) as observer:
        assert (await observer.ask(TOW, input=a_towing()))["__typename"] == "ForbiddenProblem"
    towed = await officer.ask(TOW, input=a_towing())
    async with running.client(await running.officer("india/testland/quicktown")) as other:
        released = await other.ask(RELEASE, input={"towing": towed["towing"]["id"]})
        assert released["__typename"] == "NotFoundProblem"
    past = (datetime.now(UTC) - timedelta(days=800)).isoformat()
    for given, field in (
        ({"plate": "?"}, "plate"),
        ({"yard": " "}, "yard"),
        ({"towedAt": past}, "towedAt"),
        ({"note": "x" * 501}, "note"),
    ):
        answer = await officer.ask(TOW, input=a_towing(**given))
        assert (answer["__typename"], answer["field"]) == ("InvalidInputProblem", ["input", field])
    light = await citizen.ask(FIND, place="usa/new-york/new-york-city", plate="ABC123")
    assert light["__typename"] == "FeatureUnavailableProblem"
