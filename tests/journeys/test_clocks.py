"""A clock that is wrong puts nothing in a wrong order, and erases nothing."""

from datetime import timedelta
from xml.etree import ElementTree

from server import Settings
from tests.client import FOLLOW_REPORT, new_key
from tests.conftest import EDGETOWN, Running, served_with_clock
from tests.journeys.test_advisory import CAP, ISSUE, WITHDRAW, an_advisory

ALERTS = """query ($p: String!) { alerts(place: $p) { ... on AlertConnection {
  edges { node { id actions { kind } } } } } }"""


async def test_cap_says_cancel_though_the_clock_was_set_back(
    running: Running, settings: Settings, database_name: str
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


async def test_timelines_have_the_order_of_the_log(
    running: Running, settings: Settings, database_name: str
) -> None:
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
