"""A citizen reports, the station has it at once, police act, the reporter follows."""

import asyncio

from tests.support.client import (
    FOLLOW_REPORT,
    IN_EDGETOWN,
    IN_NEW_YORK,
    IN_RAIPUR,
    PLACE_EVENTS,
    REPORT_EVENTS,
    Client,
    Stream,
    new_key,
)
from tests.support.places import EDGETOWN, RAIPUR
from tests.support.samples import jpeg
from tests.support.servers import Running


async def test_an_app_finds_out_what_a_city_offers(citizen: Client) -> None:
    city = await citizen.ask(
        """query ($position: PositionInput!) { cityAt(position: $position) { ... on City {
             path name(language: "hi-IN") deployment features timeZone languages
             emergencyNumbers(kinds: [CONTROL_ROOM, CHILDREN]) { kind number name(language: "hi") }
             reportCategories { code questions { code required datatype } }
           } } }""",
        position=IN_EDGETOWN,
    )
    assert (city["path"], city["name"], city["deployment"]) == (EDGETOWN, "एजटाउन", "FULL")
    assert city["features"] == [
        "EMERGENCY_NUMBERS", "ALERTS", "REPORTS", "STATISTICS", "VEHICLES", "ADVISORIES",
    ]  # fmt: skip
    assert (city["timeZone"], city["languages"]) == ("Asia/Kolkata", ["hi", "en"])
    assert city["emergencyNumbers"] == [
        {"kind": "CONTROL_ROOM", "number": "+9199900000", "name": "एजटाउन नियंत्रण कक्ष"},
        {"kind": "CHILDREN", "number": "1098", "name": "चाइल्डलाइन"},
    ]
    questions = {each["code"]: each["questions"] for each in city["reportCategories"]}
    assert questions["traffic.signal-jumping"] == [
        {"code": "plate", "required": True, "datatype": "STRING"}
    ]


async def test_a_report_reaches_its_station_and_comes_back_with_an_answer(
    running: Running, citizen: Client
) -> None:
    token = await running.officer(f"{EDGETOWN}/north", name="Inspector North")
    async with (
        running.client(token) as station,
        station.stream(PLACE_EVENTS, path=f"{EDGETOWN}/north") as portal,
    ):
        await portal.caught_up()
        receipt, report = await _a_report_reaches_the_portal(citizen, portal)
        async with citizen.stream(REPORT_EVENTS, receipt=receipt) as follower:
            await follower.caught_up()
            await _the_station_acts(station, report, portal, follower)
        await _the_reporter_answers(citizen, receipt, portal)
        done = await station.act(report, "ACT", disposition="offender-warned", text="Warned.")
        assert done["report"]["state"] == "RESOLVED"
        await _the_reporter_reads_how_it_ended(citizen, receipt)
        reopened = await citizen.add(receipt, "REOPEN", "It is loud again.")
        assert reopened["report"]["state"] == "REOPENED"


async def _a_report_reaches_the_portal(citizen: Client, portal: Stream) -> tuple[str, str]:
    """Submit a report with a photo; return its receipt, and its ID as police see it."""
    photo = (await citizen.upload(jpeg())).json()
    position = {"latitude": 15.04, "longitude": 80.0}
    sent = await citizen.submit(position=position, media=[photo["token"]])
    assert sent["__typename"] == "SubmitReportSuccess"
    event = await portal.next(within=1)
    assert event["report"]["reference"] == sent["reference"] == "EDG-1"
    assert event["action"] == {"kind": "SUBMIT", "actor": "REPORTER", "text": ""}
    return sent["receipt"], event["report"]["id"]


async def _the_station_acts(station: Client, report: str, portal: Stream, follower: Stream) -> None:
    """The portal gets each action, the reporter only what concerns them."""
    for kind, more in (
        ("ACKNOWLEDGE", {}),
        ("ASSIGN", {"assignee": "Constable 7"}),
        ("DISPATCH", {"text": "A patrol is on its way."}),
        ("ARRIVE", {}),
        ("NOTE", {"text": "The owner is known to us."}),
        ("ASK", {"text": "Which floor?"}),
    ):
        taken = await station.act(report, kind, **more)
        assert taken["__typename"] == "TakeActionSuccess", taken
        assert (await portal.next())["action"]["kind"] == kind
    seen = [(await follower.next())["action"]["kind"] for _ in range(4)]
    assert seen == ["ACKNOWLEDGE", "DISPATCH", "ARRIVE", "ASK"]


async def _the_reporter_answers(citizen: Client, receipt: str, portal: Stream) -> None:
    """A receipt may be typed in lower case, with spaces."""
    answered = await citizen.add(receipt.lower().replace("-", " "), "ANSWER", "The second.")
    assert answered["report"]["awaitsAnswer"] is False
    assert (await portal.next())["action"]["text"] == "The second."


async def _the_reporter_reads_how_it_ended(citizen: Client, receipt: str) -> None:
    mine = await citizen.ask(FOLLOW_REPORT, receipt=receipt)
    assert (mine["state"], mine["open"]) == ("RESOLVED", False)
    assert mine["status"] == "Police have acted."
    kinds = [action["kind"] for action in mine["actions"]]
    assert kinds == ["SUBMIT", "ACKNOWLEDGE", "DISPATCH", "ARRIVE", "ASK", "ANSWER", "ACT"]
    picture = await citizen.http.get(mine["media"][0]["url"])
    assert picture.headers["content-type"] == "image/jpeg"


async def test_reports_are_routed_by_desk_then_by_distance(
    citizen: Client, officer: Client
) -> None:
    await citizen.submit(position={"latitude": 14.96, "longitude": 80.0})
    await citizen.submit(position={"latitude": 14.96, "longitude": 80.0}, category="crime.cyber")
    newest, oldest = await officer.reports(EDGETOWN)
    assert (oldest["place"], oldest["station"]["code"]) == (f"{EDGETOWN}/south", "south")
    assert oldest["routeReason"] == "nearest station, 1.1 km"
    assert (newest["place"], newest["routeReason"]) == (
        f"{EDGETOWN}/cyber",
        "desk for crime.cyber",
    )


async def test_a_report_from_raipur_lies_with_its_control_room(
    running: Running, citizen: Client
) -> None:
    await citizen.submit(position=IN_RAIPUR)
    await citizen.submit(position={"latitude": 21.31, "longitude": 81.63})
    async with running.client(await running.officer("india/chhattisgarh")) as cell:
        birgaon, centre = await cell.reports(RAIPUR)
    assert centre["place"] == f"{RAIPUR}/control-room"
    assert birgaon["place"] == f"{RAIPUR}/urla"


async def test_an_officer_refers_a_report_to_another_station(
    running: Running, citizen: Client, officer: Client
) -> None:
    async with (
        running.client(await running.officer(f"{EDGETOWN}/north")) as north,
        running.client(await running.officer(f"{EDGETOWN}/south")) as south,
        north.stream(PLACE_EVENTS, path=f"{EDGETOWN}/north") as northern,
        south.stream(PLACE_EVENTS, path=f"{EDGETOWN}/south") as southern,
    ):
        await northern.caught_up()
        await southern.caught_up()
        await citizen.submit(position={"latitude": 15.04, "longitude": 80.0})
        report = (await northern.next())["report"]["id"]
        taken = await north.act(report, "REFER", place=f"{EDGETOWN}/south")
        assert taken["report"]["place"] == f"{EDGETOWN}/south"
        left = await northern.next()
        assert (left["__typename"], left["subject"]) == ("LeftEvent", report)
        assert (left["previousPlace"], left["place"]) == (f"{EDGETOWN}/north", f"{EDGETOWN}/south")
        assert (await southern.next())["action"]["kind"] == "REFER"
        assert (await south.act(report, "ACKNOWLEDGE"))["__typename"] == "TakeActionSuccess"
        assert (await north.act(report, "NOTE", text="?"))["__typename"] == "NotFoundProblem"
        assert (await southern.next())["action"]["kind"] == "ACKNOWLEDGE"
        referred = await south.act(report, "REFER", place=RAIPUR, text="It happened there.")
        assert referred["report"]["state"] == "REFERRED"
        assert referred["report"]["referredTo"] == RAIPUR


async def test_a_light_city_names_what_it_offers_instead(citizen: Client) -> None:
    answer = await citizen.submit(position=IN_NEW_YORK)
    assert answer["__typename"] == "FeatureUnavailableProblem"
    assert (answer["feature"], answer["place"]) == ("REPORTS", "usa/new-york/new-york-city")
    assert answer["availableFeatures"] == ["ADVISORIES", "ALERTS", "EMERGENCY_NUMBERS"]
    assert answer["field"] == ["input", "position"]


async def test_the_same_report_again_is_one_report(citizen: Client, officer: Client) -> None:
    key = new_key()
    answers = await asyncio.gather(*(citizen.submit(idempotencyKey=key) for _ in range(8)))
    assert len({answer["receipt"] for answer in answers}) == 1
    assert len(await officer.reports(EDGETOWN)) == 1
    other = await citizen.submit(idempotencyKey=key, description="Something else.")
    assert other["__typename"] == "IdempotencyKeyReusedProblem"
    assert other["field"] == ["input", "idempotencyKey"]


async def test_the_same_action_again_is_one_action(citizen: Client, officer: Client) -> None:
    await citizen.submit()
    (report,) = await officer.reports(EDGETOWN)
    key = new_key()
    acts = (officer.act(report["id"], "NOTE", text="Seen.", idempotencyKey=key) for _ in range(6))
    answers = await asyncio.gather(*acts)
    assert len({answer["action"]["id"] for answer in answers}) == 1
    (report,) = await officer.reports(EDGETOWN)
    assert [action["kind"] for action in report["actions"]] == ["SUBMIT", "NOTE"]


async def test_two_officers_at_once_acknowledge_once(running: Running, citizen: Client) -> None:
    await citizen.submit()
    async with (
        running.client(await running.officer(EDGETOWN)) as one,
        running.client(await running.officer(EDGETOWN)) as other,
    ):
        (report,) = await one.reports(EDGETOWN)
        answers = await asyncio.gather(
            one.act(report["id"], "ACKNOWLEDGE"), other.act(report["id"], "ACKNOWLEDGE")
        )
    names = sorted(answer["__typename"] for answer in answers)
    assert names == ["ActionNotPossibleProblem", "TakeActionSuccess"]
