"""Police tell the citizens of a place something; everybody whom it concerns reads and hears it."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest

from core.identity.people import Role
from tests.support.advisories import (
    CAP,
    HERE,
    ISSUE,
    LIST,
    SEEN_BY_POLICE,
    SHOWN,
    WITHDRAW,
    an_advisory,
)
from tests.support.client import IN_EDGETOWN, PLACE_EVENTS, Client, new_key
from tests.support.places import EDGETOWN, QUICKTOWN, TESTLAND
from tests.support.servers import Running

ATOM = "{http://www.w3.org/2005/Atom}"
AMEND = (
    SHOWN
    + """mutation ($input: AmendAdvisoryInput!) { amendAdvisory(input: $input) {
  __typename ... on AdvisorySuccess { advisory { ...Shown } }
  ... on Problem { code message field } } }"""
)
EVENTS = """subscription ($place: String!, $after: String) {
  advisoryEvents(place: $place, after: $after) { __typename
    ... on PublicAdvisoryEvent { cursor action { kind text } advisory { headline inForce } }
    ... on CaughtUp { cursor } ... on ComeBack { cursor } ... on Problem { code field } } }"""


async def headlines(client: Client, place: str, **more: Any) -> list[str]:
    page = await client.ask(LIST, place=place, **more)
    return [edge["node"]["headline"] for edge in page["edges"]]


async def amend(officer: Client, advisory: str, **more: Any) -> Any:
    given = {"advisory": advisory, "idempotencyKey": new_key()} | more
    return await officer.ask(AMEND, input=given)


async def withdraw(officer: Client, advisory: str, text: str) -> Any:
    given = {"advisory": advisory, "text": text, "idempotencyKey": new_key()}
    return await officer.ask(WITHDRAW, input=given)


async def test_an_advisory_from_its_issue_to_its_end(citizen: Client, officer: Client) -> None:
    listed = await citizen.ask(LIST, place=EDGETOWN)
    assert listed["edges"] == []
    cursor = listed["eventsCursor"]
    async with (
        citizen.stream(EVENTS, place=EDGETOWN, after=cursor) as phone,
        officer.stream(SEEN_BY_POLICE, path=EDGETOWN) as portal,
    ):
        assert await phone.caught_up() == []
        await portal.caught_up()
        advisory = await _issued(officer)
        heard = await phone.next(within=1)
        assert heard["advisory"] == {"headline": "A girl of six is missing", "inForce": True}
        seen = await portal.next(within=1)
        issue = {"kind": "ISSUE", "officer": "Desk 1"}
        assert (seen["urgency"], seen["action"]) == ("IMMEDIATE", issue)
        await _amended(officer, advisory)
        assert (await phone.next())["advisory"]["headline"] == "Seen near the market"
        assert await headlines(citizen, EDGETOWN) == ["Seen near the market"]
        withdrawn = await withdraw(officer, advisory, "Found safe.")
        assert withdrawn["advisory"]["inForce"] is False
        last = await phone.next()
        assert last["action"] == {"kind": "WITHDRAW", "text": "Found safe."}
        assert last["advisory"] == {"headline": "", "inForce": False}
    await _only_police_read_what_ended(citizen, officer, advisory)
    async with citizen.stream(EVENTS, place=EDGETOWN, after=cursor) as late_phone:
        missed = await late_phone.caught_up()
    assert [event["action"]["kind"] for event in missed][-1] == "WITHDRAW"
    assert missed[-1]["advisory"] == {"headline": "", "inForce": False}
    late = await withdraw(officer, advisory, "x")
    assert (late["__typename"], late["state"]) == ("ActionNotPossibleProblem", "WITHDRAWN")


async def _issued(officer: Client) -> str:
    issued = await officer.ask(ISSUE, input=an_advisory())
    assert issued["__typename"] == "AdvisorySuccess", issued
    advisory = issued["advisory"]
    assert (advisory["category"], advisory["severity"]) == ("RESCUE", "SEVERE")
    assert advisory["event"] == "लापता बच्चा"
    assert advisory["headline"] == "छह साल की बच्ची लापता"
    assert advisory["instruction"] == "If you see this child, stay near and call 112."
    return advisory["id"]


async def _amended(officer: Client, advisory: str) -> None:
    texts = [{"language": "en", "headline": "Seen near the market"}]
    circle = {"position": IN_EDGETOWN, "radius": 2000}
    amended = await amend(officer, advisory, texts=texts, circle=circle)
    assert amended["advisory"]["languages"] == ["en"]
    assert amended["advisory"]["circle"] == {"position": IN_EDGETOWN, "radius": 2000}


async def _only_police_read_what_ended(citizen: Client, officer: Client, advisory: str) -> None:
    assert await headlines(citizen, EDGETOWN) == []
    assert await headlines(officer, EDGETOWN, inForce=False) == ["Seen near the market"]
    refused = await citizen.ask(LIST, place=EDGETOWN, inForce=False)
    assert refused["__typename"] == "UnauthenticatedProblem"
    node = "query ($id: ID!) { node(id: $id) { ... on Advisory { headline } } }"
    assert await citizen.ask(node, id=advisory) is None
    assert (await officer.ask(node, id=advisory))["headline"] == "Seen near the market"


async def test_a_states_advisory_reaches_each_of_its_cities_once(
    running: Running, citizen: Client, officer: Client
) -> None:
    async with (
        running.client(await running.officer(TESTLAND)) as cell,
        cell.stream(SEEN_BY_POLICE, path=TESTLAND) as state,
        officer.stream(SEEN_BY_POLICE, path=EDGETOWN) as city,
        running.client(await running.officer(f"{EDGETOWN}/north")) as desk,
        desk.stream(SEEN_BY_POLICE, path=f"{EDGETOWN}/north") as station,
        citizen.stream(EVENTS, place=EDGETOWN) as phone,
        citizen.stream(EVENTS, place=QUICKTOWN) as elsewhere,
    ):
        for stream in (state, city, station, phone, elsewhere):
            await stream.caught_up()
        first = await cell.ask(ISSUE, input=an_advisory(TESTLAND))
        assert first["__typename"] == "AdvisorySuccess", first
        own = await officer.ask(ISSUE, input=an_advisory(kind="road.closed"))
        assert own["__typename"] == "AdvisorySuccess"
        for stream in (state, city, station):
            assert [(await stream.next())["place"] for _ in range(2)] == [TESTLAND, EDGETOWN]
        for _ in range(2):
            await phone.next()
        assert (await elsewhere.next())["action"]["kind"] == "ISSUE"
        # Nothing more comes: a second line for one of them would come before this one.
        await officer.ask(ISSUE, input=an_advisory(kind="crowd", texts=[
            {"language": "en", "headline": "Last"}]))  # fmt: skip
        for stream in (state, city, station, phone):
            assert (await stream.next())["advisory"]["headline"] == "Last"
    assert len(await headlines(citizen, EDGETOWN)) == 3
    assert len(await headlines(citizen, QUICKTOWN)) == 1
    assert len(await headlines(citizen, TESTLAND)) == 3


async def test_who_stands_outside_of_the_circle_is_not_concerned(
    citizen: Client, officer: Client
) -> None:
    await officer.ask(ISSUE, input=an_advisory(circle={"position": IN_EDGETOWN, "radius": 1000}))
    near = await citizen.ask(HERE, position=IN_EDGETOWN)
    assert len(near["advisories"]) == 1
    far = await citizen.ask(HERE, position={"latitude": 15.05, "longitude": 80.0})
    assert far["advisories"] == []


async def test_rights_and_retries(running: Running, citizen: Client, officer: Client) -> None:
    refused = await citizen.ask(ISSUE, input=an_advisory())
    assert refused["__typename"] == "UnauthenticatedProblem"
    above = await officer.ask(ISSUE, input=an_advisory(TESTLAND))
    assert (above["__typename"], above["field"]) == ("ForbiddenProblem", ["input", "place"])
    async with running.client(await running.officer(EDGETOWN, Role.OBSERVER)) as observer:
        looked = await observer.ask(ISSUE, input=an_advisory())
        assert looked["__typename"] == "ForbiddenProblem"
    key = an_advisory()
    answers = await asyncio.gather(*(officer.ask(ISSUE, input=key) for _ in range(5)))
    assert len({answer["advisory"]["id"] for answer in answers}) == 1
    assert len(await headlines(citizen, EDGETOWN)) == 1
    async with running.client(await running.officer(QUICKTOWN)) as other:
        changed = await other.ask(
            WITHDRAW,
            input={
                "advisory": answers[0]["advisory"]["id"],
                "text": "no",
                "idempotencyKey": new_key(),
            },
        )
        assert changed["__typename"] == "ForbiddenProblem"


NOW = datetime.now(UTC)


@pytest.mark.parametrize(
    ("given", "field", "code"),
    [
        ({"kind": "nothing"}, "kind", "UNKNOWN_VALUE"),
        ({"texts": []}, "texts", "REQUIRED"),
        ({"texts": [{"language": "hindi", "headline": "x"}]}, "texts.0.language", "MALFORMED"),
        ({"texts": [{"language": "en", "headline": " "}]}, "texts.0.headline", "REQUIRED"),
        ({"texts": [{"language": "en", "headline": "x" * 161}]}, "texts.0.headline", "TOO_LONG"),
        ({"texts": [{"language": "en", "headline": "x"}] * 2}, "texts.1.language", "DUPLICATE"),
        ({"circle": {"position": IN_EDGETOWN, "radius": 1}}, "circle.radius", "OUT_OF_RANGE"),
        ({"web": "http://x.example"}, "web", "MALFORMED"),
        ({"expiresAt": (NOW - timedelta(days=1)).isoformat()}, "expiresAt", "OUT_OF_RANGE"),
        ({"expiresAt": (NOW + timedelta(days=800)).isoformat()}, "expiresAt", "OUT_OF_RANGE"),
        ({"onsetAt": (NOW + timedelta(days=800)).isoformat()}, "onsetAt", "OUT_OF_RANGE"),
    ],
)
@pytest.mark.database("sqlite")
async def test_what_breaks_a_rule_is_named(
    officer: Client, given: dict[str, Any], field: str, code: str
) -> None:
    answer = await officer.ask(ISSUE, input=an_advisory(**given))
    assert answer["__typename"] == "InvalidInputProblem", answer
    assert (".".join(answer["field"][1:]), answer["code"]) == (field, code)


@pytest.mark.database("sqlite")
async def test_other_systems_read_cap(citizen: Client, officer: Client) -> None:
    issued = await officer.ask(ISSUE, input=an_advisory(web="https://police.example/1"))
    advisory = issued["advisory"]["id"]
    link = await _link_in_the_feed(citizen)
    texts = [{"language": "en", "headline": "Now \u0007 <here> & there"}]
    await amend(officer, advisory, texts=texts)
    await _read_as_an_update(citizen, link)
    await withdraw(officer, advisory, "Found.")
    await _read_as_a_cancellation(citizen, link)
    for path in ("nowhere/at/all", f"{EDGETOWN}/north", "%00"):
        assert (await citizen.http.get(f"/cap/place/{path}")).status_code == 404
    for own_id in ("x", "00000000-0000-4000-8000-000000000000"):
        assert (await citizen.http.get(f"/cap/advisory/{own_id}")).status_code == 404


async def _link_in_the_feed(citizen: Client) -> str:
    feed = await citizen.http.get(f"/cap/place/{EDGETOWN}")
    assert feed.headers["content-type"].startswith("application/atom+xml")
    entries = ElementTree.fromstring(feed.content).findall(f"{ATOM}entry")
    link = entries[0].find(f"{ATOM}link")
    assert link is not None
    return link.attrib["href"]


async def _read_as_an_update(citizen: Client, link: str) -> None:
    answer = await citizen.http.get(link)
    assert answer.headers["content-type"].startswith("application/cap+xml")
    alert = ElementTree.fromstring(answer.content)
    assert [child.tag.removeprefix(CAP) for child in alert] == [
        "identifier", "sender", "sent", "status", "msgType", "scope", "references", "info",
    ]  # fmt: skip
    assert alert.findtext(f"{CAP}msgType") == "Update"
    info = alert.find(f"{CAP}info")
    assert info is not None
    assert [child.tag.removeprefix(CAP) for child in info] == [
        "language", "category", "event", "urgency", "severity", "certainty", "expires",
        "senderName", "headline", "instruction", "web", "area",
    ]  # fmt: skip
    assert info.findtext(f"{CAP}headline") == "Now  <here> & there"
    assert (info.findtext(f"{CAP}expires") or "").endswith("-00:00")


async def _read_as_a_cancellation(citizen: Client, link: str) -> None:
    cancelled = await citizen.http.get(link)
    alert = ElementTree.fromstring(cancelled.content)
    assert alert.findtext(f"{CAP}msgType") == "Cancel"
    assert alert.findtext(f"{CAP}note") == "Found."
    assert alert.find(f"{CAP}info") is None


@pytest.mark.database("sqlite")
async def test_followers_of_a_state_or_nowhere_are_told_why_not(citizen: Client) -> None:
    for place in (TESTLAND, "india/testland/nowhere"):
        async with citizen.stream(EVENTS, place=place) as stream:
            assert (await stream.next())["__typename"] == "UnknownPlaceProblem"
            await stream.ended()
    async with citizen.stream(PLACE_EVENTS, path=EDGETOWN) as stream:
        assert (await stream.next())["__typename"] == "UnauthenticatedProblem"
