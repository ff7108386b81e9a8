"""A person in danger calls for help, police and those who watch follow, she ends it."""

import asyncio
from typing import Any

from tests.support.client import (
    ALERT_EVENTS,
    AT_SEA,
    END,
    IN_NEW_YORK,
    PLACE_EVENTS,
    UPDATE,
    Client,
    Stream,
    new_key,
)
from tests.support.places import EDGETOWN
from tests.support.servers import Running


async def test_an_alert_is_seen_followed_answered_and_ended(
    running: Running, citizen: Client, officer: Client
) -> None:
    async with (
        running.client(await running.officer(f"{EDGETOWN}/north")) as station,
        station.stream(PLACE_EVENTS, path=f"{EDGETOWN}/north") as at_station,
        officer.stream(PLACE_EVENTS, path=EDGETOWN) as control_room,
    ):
        await at_station.caught_up()
        await control_room.caught_up()
        raised = await _raised(citizen)
        for portal in (at_station, control_room):
            event = await portal.next(within=1)
            assert (event["__typename"], event["urgency"]) == ("AlertEvent", "IMMEDIATE")
        async with citizen.stream(ALERT_EVENTS, token=raised["watchToken"]) as guardian:
            await guardian.caught_up()
            await _moved(citizen, raised["secret"])
            assert (await guardian.next())["alert"]["position"] == {"latitude": 15.02}
            assert (await control_room.next())["alert"]["battery"] == 12
            await _answered(station, event["alert"]["id"], guardian)
            ended = await _ended(citizen, raised["secret"])
            assert ended["alert"] == {"state": "CANCELLED", "open": False}
            assert (await guardian.next())["alert"]["open"] is False
        await _stays_ended(citizen, raised["secret"])


async def _raised(citizen: Client) -> dict[str, Any]:
    raised = await citizen.raise_alert()
    assert raised["__typename"] == "RaiseAlertSuccess"
    assert raised["reachesPolice"] is True
    assert raised["call"][:2] == [
        {"kind": "ALL", "number": "112"},
        {"kind": "CONTROL_ROOM", "number": "+9199900000"},
    ]
    return raised


async def _moved(citizen: Client, secret: str) -> None:
    position = {"latitude": 15.02, "longitude": 80.0}
    moved = await citizen.ask(UPDATE, input={"secret": secret, "position": position, "battery": 12})
    assert moved["alert"]["battery"] == 12


async def _answered(station: Client, alert: str, guardian: Stream) -> None:
    taken = await station.act(alert, "ACKNOWLEDGE")
    assert taken["alert"]["state"] == "ACKNOWLEDGED"
    assert (await guardian.next())["action"]["kind"] == "ACKNOWLEDGE"
    await station.act(alert, "DISPATCH")
    assert (await guardian.next())["alert"]["state"] == "RESPONDING"


async def _ended(citizen: Client, secret: str) -> dict[str, Any]:
    return await citizen.ask(END, input={"secret": secret, "outcome": "CANCELLED"})


async def _stays_ended(citizen: Client, secret: str) -> None:
    assert (await _ended(citizen, secret))["alert"]["state"] == "CANCELLED"
    late = await citizen.ask(UPDATE, input={"secret": secret, "battery": 5})
    assert (late["__typename"], late["state"]) == ("ActionNotPossibleProblem", "CANCELLED")


async def test_in_a_light_city_the_answer_says_whom_to_call(citizen: Client) -> None:
    raised = await citizen.raise_alert(position=IN_NEW_YORK)
    assert raised["reachesPolice"] is False
    assert raised["call"][0]["number"] == "911"
    assert raised["alert"]["city"]["path"] == "usa/new-york/new-york-city"


async def test_outside_of_every_city_an_alert_still_stands(citizen: Client) -> None:
    raised = await citizen.raise_alert(position={"latitude": 20.0, "longitude": 82.0})
    assert raised["__typename"] == "RaiseAlertSuccess"
    assert raised["call"][0]["number"] == "112"
    async with citizen.stream(ALERT_EVENTS, token=raised["watchToken"]) as guardian:
        assert await guardian.caught_up() == []


async def test_without_a_position_a_place_will_do(citizen: Client) -> None:
    raised = await citizen.raise_alert(position=None, place=EDGETOWN)
    assert raised["alert"]["city"]["path"] == EDGETOWN
    neither = await citizen.raise_alert(position=None)
    assert (neither["__typename"], neither["code"]) == ("InvalidInputProblem", "REQUIRED")


async def test_far_from_everything_the_answer_names_112(citizen: Client) -> None:
    answer = await citizen.raise_alert(position=AT_SEA)
    assert answer["__typename"] == "UnknownPlaceProblem"
    assert "112" in answer["message"]


async def test_the_same_call_again_is_one_alert(citizen: Client) -> None:
    key = new_key()
    answers = await asyncio.gather(*(citizen.raise_alert(idempotencyKey=key) for _ in range(6)))
    assert len({(answer["secret"], answer["watchToken"]) for answer in answers}) == 1


async def test_the_watch_link_does_not_end_the_alert(citizen: Client) -> None:
    raised = await citizen.raise_alert()
    answer = await citizen.ask(
        END, input={"secret": raised["watchToken"], "outcome": "FALSE_ALARM"}
    )
    assert answer["__typename"] == "NotFoundProblem"
