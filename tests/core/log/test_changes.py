"""One append for each change: all of it or nothing, and the answer is what was written."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest
from graphql import (
    GraphQLField,
    GraphQLObjectType,
    build_schema,
    get_named_type,
    is_composite_type,
    is_required_argument,
)

from core.clock import now
from core.log.changes import Change, append_change
from core.log.models import Action, CityLog, Event
from core.log.transitions import ActionKind, Actor
from core.media.models import Media, Upload
from core.reports.models import Report
from core.reports.subject import REPORTS
from core.storage import rows
from core.storage.append import Clash
from schema.command import SCHEMA_FILE
from tests.support.advisories import an_advisory
from tests.support.client import IN_EDGETOWN, Client, new_key
from tests.support.places import EDGETOWN
from tests.support.samples import jpeg
from tests.support.servers import Running

SDL = build_schema(SCHEMA_FILE.read_text("utf-8"))


def whole(type_name: str, depth: int = 3) -> str:
    """Return a selection of all that a type tells, to some depth."""
    named = SDL.type_map[type_name]
    assert isinstance(named, GraphQLObjectType)
    parts = [_shown(name, field, depth) for name, field in named.fields.items()]
    return " ".join(part for part in parts if part)


def _shown(name: str, field: GraphQLField, depth: int) -> str:
    inner = get_named_type(field.type)
    if any(map(is_required_argument, field.args.values())) or name in ("cursor", "city"):
        return ""
    if not is_composite_type(inner):
        return name
    if depth == 1 or not isinstance(inner, GraphQLObjectType):
        return ""
    return f"{name} {{ {whole(inner.name, depth - 1)} }}"


@pytest.fixture
async def report(citizen: Client) -> UUID:
    await citizen.submit()
    (found,) = await Report.all().values_list("id", flat=True)
    return UUID(str(found))


def note(row: Any, text: str) -> Change:
    return Change(ActionKind.NOTE, Actor.POLICE, now(), row.state, text=text)


async def test_a_change_of_what_changed_meanwhile_writes_nothing(
    running: Running, report: UUID
) -> None:
    first = await rows.existing(REPORTS.columns(), report)
    assert await append_change(REPORTS, first, note(first, "one")) is not Clash.CHANGED
    assert await append_change(REPORTS, first, note(first, "two")) is Clash.CHANGED
    assert await Action.all().count() == await Event.all().count() == 2
    assert (await CityLog.get(city=EDGETOWN)).last_number == 2
    assert (await Report.get(id=report)).version == 2


async def test_many_who_change_one_report_at_once_all_do(running: Running, officer: Client) -> None:
    async with running.client() as citizen:
        await citizen.submit()
    (found,) = await officer.reports(EDGETOWN)
    notes = [f"note {number}" for number in range(40)]
    done = await asyncio.gather(*(officer.act(found["id"], "NOTE", text=each) for each in notes))
    assert {each["__typename"] for each in done} == {"TakeActionSuccess"}
    numbers = await Event.all().order_by("number").values_list("number", flat=True)
    assert list(numbers) == list(range(1, 42))
    assert sorted([row.text for row in await Action.filter(kind="NOTE")]) == sorted(notes)
    assert (await Report.get()).version == 41


async def test_a_file_is_claimed_once(running: Running, citizen: Client) -> None:
    """By one of many reports that want it at once; the others are refused and leave nothing."""
    token = (await citizen.upload(jpeg())).json()["token"]
    sent = await asyncio.gather(*(citizen.submit(media=[token]) for _ in range(8)))
    kinds = [each["__typename"] for each in sent]
    assert kinds.count("SubmitReportSuccess") == 1
    assert kinds.count("MediaRefusedProblem") == 7
    assert await Media.all().count() == await Report.all().count() == 1
    assert await Upload.all().count() == 0
    assert (await CityLog.get(city=EDGETOWN)).last_number == 1


async def test_two_that_want_the_same_files_the_other_way_round_do_not_block(
    citizen: Client,
) -> None:
    tokens = [(await citizen.upload(jpeg())).json()["token"] for _ in range(4)]
    for _ in range(3):
        sent = await asyncio.gather(
            citizen.submit(media=tokens), citizen.submit(media=tokens[::-1])
        )
        tokens_left = await Upload.all().count()
        assert tokens_left == 0
        assert len([each for each in sent if each["__typename"] == "SubmitReportSuccess"]) <= 1


REPORT = f"reference {whole('TrackedReport')}"
ALERT = whole("TrackedAlert")
SUBMIT = f"""mutation ($input: SubmitReportInput!) {{ submitReport(input: $input) {{
  ... on SubmitReportSuccess {{ receipt report {{ {REPORT} }} }} }} }}"""
ADD = f"""mutation ($input: AddToReportInput!) {{ addToReport(input: $input) {{
  ... on AddToReportSuccess {{ report {{ {REPORT} }} }} }} }}"""
BY_RECEIPT = f"""query ($receipt: String!) {{ reportByReceipt(receipt: $receipt) {{
  ... on TrackedReport {{ {REPORT} }} }} }}"""
RAISE = f"""mutation ($input: RaiseAlertInput!) {{ raiseAlert(input: $input) {{
  ... on RaiseAlertSuccess {{ secret watchToken alert {{ {ALERT} }} }} }} }}"""
UPDATE = f"""mutation ($input: UpdateAlertInput!) {{ updateAlert(input: $input) {{
  ... on UpdateAlertSuccess {{ alert {{ {ALERT} }} }} }} }}"""
BY_LINK = f"""query ($token: String!) {{ alert(token: $token) {{
  ... on TrackedAlert {{ {ALERT} }} }} }}"""
TAKE = f"""mutation ($input: TakeActionInput!) {{ takeAction(input: $input) {{
  ... on TakeActionSuccess {{
    action {{ {whole("Action")} }} report {{ {whole("Report")} }}
  }} ... on Problem {{ message }} }} }}"""
NODES = f"""query ($action: ID!, $subject: ID!) {{
  action: node(id: $action) {{ ... on Action {{ {whole("Action")} }} }}
  subject: node(id: $subject) {{
    ... on Report {{ {whole("Report")} }} }}
}}"""


async def test_a_report_is_answered_as_it_will_be_read(citizen: Client) -> None:
    token = (await citizen.upload(jpeg())).json()["token"]
    given = {
        "category": "nuisance.noise",
        "position": {**IN_EDGETOWN, "accuracy": 12.5},
        "description": "Loud music.",
        "media": [token],
        "idempotencyKey": new_key(),
    }
    sent = await citizen.ask(SUBMIT, input=given)
    assert sent["report"] == await citizen.ask(BY_RECEIPT, receipt=sent["receipt"])
    assert (await citizen.ask(SUBMIT, input=given))["report"] == sent["report"]
    more = (await citizen.upload(jpeg())).json()["token"]
    addition = {"receipt": sent["receipt"], "kind": "ADD", "media": [more], "text": "Also this."}
    added = await citizen.ask(ADD, input=addition | {"idempotencyKey": new_key()})
    assert len(added["report"]["media"]) == 2
    assert added["report"] == await citizen.ask(BY_RECEIPT, receipt=sent["receipt"])


async def test_an_alert_is_answered_as_it_will_be_read(citizen: Client) -> None:
    given = {"position": IN_EDGETOWN, "battery": 40, "note": "Help", "idempotencyKey": new_key()}
    raised = await citizen.ask(RAISE, input=given)
    assert raised["alert"] == await citizen.ask(BY_LINK, token=raised["watchToken"])
    moved = {"secret": raised["secret"], "battery": 39, "note": "Moving", "position": IN_EDGETOWN}
    updated = await citizen.ask(UPDATE, input=moved)
    assert updated["alert"] == await citizen.ask(BY_LINK, token=raised["watchToken"])


@pytest.mark.parametrize(
    "steps",
    [
        [("ACKNOWLEDGE", {}), ("ASSIGN", {"assignee": "Beat 4"}), ("NOTE", {"text": "Seen"})],
        [("ASK", {"text": "Which house?"}), ("REFER", {"place": f"{EDGETOWN}/south"})],
        [("ACKNOWLEDGE", {}), ("ACT", {"disposition": "offender-warned"})],
        [("REJECT", {"text": "Not here"})],
    ],
    ids=lambda steps: steps[-1][0],
)
async def test_an_action_is_answered_as_it_will_be_read(
    citizen: Client, officer: Client, steps: list[tuple[str, dict[str, Any]]]
) -> None:
    await citizen.submit()
    (found,) = await officer.reports(EDGETOWN)
    for kind, more in steps:
        given = {"subject": found["id"], "kind": kind, "idempotencyKey": new_key()} | more
        taken = await officer.ask(TAKE, input=given)
        assert "message" not in taken, taken
        read = await officer.answer(NODES, action=taken["action"]["id"], subject=found["id"])
        assert read["data"] == {"action": taken["action"], "subject": taken["report"]}


async def test_an_advisory_is_answered_as_it_will_be_read(officer: Client) -> None:
    shown = whole("Advisory")
    issued = await officer.ask(
        f"mutation ($input: IssueAdvisoryInput!) {{ issueAdvisory(input: $input) {{"
        f" ... on AdvisorySuccess {{ advisory {{ {shown} }} }} }} }}",
        input=an_advisory(),
    )
    advisory = issued["advisory"]
    read = await officer.ask(
        f"query ($id: ID!) {{ node(id: $id) {{ ... on Advisory {{ {shown} }} }} }}",
        id=advisory["id"],
    )
    assert read == advisory


async def test_an_unknown_subject_of_an_action_is_refused(officer: Client) -> None:
    answer = await officer.act(str(uuid4()), "NOTE", text="x")
    assert answer["__typename"] == "InvalidInputProblem"
