"""Whatever is sent: a typed answer that names the field and the rule, and nothing is lost."""

from typing import Any

import pytest

from core.identity.people import Role
from tests.support.client import (
    ADD,
    ALERT_EVENTS,
    AT_SEA,
    FOLLOW_REPORT,
    IN_EDGETOWN,
    LIST,
    PLACE_EVENTS,
    REPORT_EVENTS,
    Client,
    new_key,
)
from tests.support.places import EDGETOWN, RAIPUR
from tests.support.samples import jpeg
from tests.support.servers import Running

pytestmark = pytest.mark.database("sqlite")

GOOD_CREDENTIAL = "0000-0000-0000-0000-0000-0000"
PLATE = [{"question": "plate", "values": ["CG04AB1234"]}]


def refused(answer: dict[str, Any], typename: str, code: str, field: str) -> None:
    assert answer["__typename"] == typename, answer
    assert answer["code"] == code, answer
    assert ".".join(answer["field"]) == field, answer
    assert answer["message"]


@pytest.mark.parametrize(
    ("path", "code", "typename"),
    [
        ("india/chhattisgarh/atlantis", "UNKNOWN_PLACE", "UnknownPlaceProblem"),
        ("india", "UNKNOWN_PLACE", "UnknownPlaceProblem"),
        ("../../etc/passwd", "MALFORMED", "InvalidInputProblem"),
        ("x" * 5000, "MALFORMED", "InvalidInputProblem"),
        ("", "MALFORMED", "InvalidInputProblem"),
    ],
)
async def test_an_unknown_city(citizen: Client, path: str, code: str, typename: str) -> None:
    answer = await citizen.ask(
        "query ($path: String!) { city(path: $path) {"
        " __typename ... on Problem { code message field } } }",
        path=path,
    )
    refused(answer, typename, code, "path")


@pytest.mark.parametrize(
    ("change", "typename", "code", "field"),
    [
        ({"position": AT_SEA}, "UnknownPlaceProblem", "UNKNOWN_PLACE", "input.position"),
        (
            {"position": {"latitude": 91, "longitude": 0}},
            "InvalidInputProblem",
            "OUT_OF_RANGE",
            "input.position.latitude",
        ),
        (
            {"position": IN_EDGETOWN | {"accuracy": -1}},
            "InvalidInputProblem",
            "OUT_OF_RANGE",
            "input.position.accuracy",
        ),
        (
            {"category": "witchcraft"},
            "UnknownCategoryProblem",
            "UNKNOWN_CATEGORY",
            "input.category",
        ),
        (
            {"category": "traffic.signal-jumping"},
            "InvalidInputProblem",
            "REQUIRED",
            "input.answers",
        ),
        (
            {
                "category": "traffic.signal-jumping",
                "answers": [{"question": "plate", "values": [" "]}],
            },
            "InvalidInputProblem",
            "REQUIRED",
            "input.answers",
        ),
        (
            {"category": "traffic.signal-jumping", "answers": PLATE * 2},
            "InvalidInputProblem",
            "DUPLICATE",
            "input.answers.1.question",
        ),
        ({"answers": PLATE}, "InvalidInputProblem", "UNKNOWN_VALUE", "input.answers.0.question"),
        (
            {
                "category": "missing-child",
                "answers": [{"question": "lost-or-found", "values": ["perhaps"]}],
            },
            "InvalidInputProblem",
            "UNKNOWN_VALUE",
            "input.answers.0.values.0",
        ),
        (
            {"category": "missing-child", "answers": [{"question": "age", "values": ["old"]}]},
            "InvalidInputProblem",
            "MALFORMED",
            "input.answers.0.values.0",
        ),
        ({"description": "x" * 1_000_000}, "InvalidInputProblem", "TOO_LONG", "input.description"),
        ({"description": "a\0b"}, "InvalidInputProblem", "MALFORMED", "input.description"),
        ({"description": "  "}, "InvalidInputProblem", "REQUIRED", "input.description"),
        ({"media": [GOOD_CREDENTIAL] * 6}, "InvalidInputProblem", "TOO_MANY", "input.media"),
        (
            {"media": [GOOD_CREDENTIAL]},
            "MediaRefusedProblem",
            "UNKNOWN_UPLOAD",
            "input.media.0",
        ),
        ({"media": ["?"]}, "MediaRefusedProblem", "UNKNOWN_UPLOAD", "input.media.0"),
        (
            {"idempotencyKey": "1"},
            "InvalidInputProblem",
            "MALFORMED",
            "input.idempotencyKey",
        ),
        (
            {"idempotencyKey": "a" * 36},
            "InvalidInputProblem",
            "MALFORMED",
            "input.idempotencyKey",
        ),
    ],
)
async def test_a_report_that_cannot_be_taken(
    citizen: Client, change: dict[str, Any], typename: str, code: str, field: str
) -> None:
    refused(await citizen.submit(**change), typename, code, field)


async def test_an_upload_serves_one_report(citizen: Client) -> None:
    token = (await citizen.upload(jpeg())).json()["token"]
    assert (await citizen.submit(media=[token]))["__typename"] == "SubmitReportSuccess"
    refused(
        await citizen.submit(media=[token]),
        "MediaRefusedProblem",
        "UNKNOWN_UPLOAD",
        "input.media.0",
    )
    refused(
        await citizen.submit(media=[token, token]),
        "InvalidInputProblem",
        "DUPLICATE",
        "input.media.1",
    )


async def test_a_receipt_with_one_wrong_letter(citizen: Client) -> None:
    receipt = (await citizen.submit())["receipt"]
    wrong = ("0" if receipt[0] != "0" else "1") + receipt[1:]
    answer = await citizen.ask(FOLLOW_REPORT, receipt=wrong)
    refused(answer, "InvalidCredentialProblem", "INVALID_CREDENTIAL", "receipt")
    answer = await citizen.ask(FOLLOW_REPORT, receipt=GOOD_CREDENTIAL)
    refused(answer, "NotFoundProblem", "NOT_FOUND", "receipt")
    for query, name in ((REPORT_EVENTS, "receipt"), (ALERT_EVENTS, "token")):
        async with citizen.stream(query, **{name: wrong}) as stream:
            refused(await stream.next(), "InvalidCredentialProblem", "INVALID_CREDENTIAL", name)
            await stream.ended()


async def test_an_addition_that_cannot_be_taken(citizen: Client) -> None:
    receipt = (await citizen.submit())["receipt"]
    base = {"receipt": receipt, "idempotencyKey": new_key()}
    answer = await citizen.ask(ADD, input=base | {"kind": "ANSWER", "text": "Nobody asked."})
    refused(answer, "ActionNotPossibleProblem", "ACTION_NOT_POSSIBLE", "input.kind")
    assert answer["possible"] == ["ADD"]
    answer = await citizen.ask(ADD, input=base | {"kind": "REOPEN", "text": "It is open."})
    refused(answer, "ActionNotPossibleProblem", "ACTION_NOT_POSSIBLE", "input.kind")
    answer = await citizen.ask(ADD, input=base | {"kind": "ADD"})
    refused(answer, "InvalidInputProblem", "REQUIRED", "input.text")


async def test_without_a_token_police_fields_stay_closed(
    running: Running, citizen: Client, officer: Client
) -> None:
    await citizen.submit()
    (report,) = await officer.reports(EDGETOWN)
    for token in (None, "wrong", GOOD_CREDENTIAL):
        async with running.client(token) as nobody:
            answer = await nobody.ask(LIST, place=EDGETOWN)
            refused(answer, "UnauthenticatedProblem", "UNAUTHENTICATED", "place")
            answer = await nobody.act(report["id"], "ACKNOWLEDGE")
            refused(answer, "UnauthenticatedProblem", "UNAUTHENTICATED", "input.subject")
            assert (
                await nobody.ask("query ($id: ID!) { node(id: $id) { id } }", id=report["id"])
                is None
            )
            assert await nobody.ask("{ viewer { name } }") is None
            async with nobody.stream(PLACE_EVENTS, path=EDGETOWN) as stream:
                refused(await stream.next(), "UnauthenticatedProblem", "UNAUTHENTICATED", "path")
                await stream.ended()


async def test_an_officer_of_another_city_sees_and_does_nothing(
    running: Running, citizen: Client, officer: Client
) -> None:
    await citizen.submit()
    (report,) = await officer.reports(EDGETOWN)
    async with running.client(await running.officer(RAIPUR)) as stranger:
        refused(await stranger.ask(LIST, place=EDGETOWN), "ForbiddenProblem", "FORBIDDEN", "place")
        refused(await stranger.ask(LIST, place="india"), "ForbiddenProblem", "FORBIDDEN", "place")
        answer = await stranger.act(report["id"], "ACKNOWLEDGE")
        refused(answer, "NotFoundProblem", "NOT_FOUND", "input.subject")
        query = (
            "query ($id: ID!) { report(id: $id) {"
            " __typename ... on Problem { code message field } } }"
        )
        refused(await stranger.ask(query, id=report["id"]), "NotFoundProblem", "NOT_FOUND", "id")
        async with stranger.stream(PLACE_EVENTS, path=EDGETOWN) as stream:
            refused(await stream.next(), "ForbiddenProblem", "FORBIDDEN", "path")


async def test_an_observer_looks_and_does_not_act(running: Running, citizen: Client) -> None:
    await citizen.submit()
    async with running.client(await running.officer(EDGETOWN, Role.OBSERVER)) as observer:
        (report,) = await observer.reports(EDGETOWN)
        answer = await observer.act(report["id"], "ACKNOWLEDGE")
        refused(answer, "ForbiddenProblem", "FORBIDDEN", "input.subject")


@pytest.mark.parametrize(
    ("kind", "more", "typename", "code", "field"),
    [
        ("ACT", {"disposition": "offender-fined"}, "ActionNotPossibleProblem", None, "input.kind"),
        ("ACT", {}, "InvalidInputProblem", "REQUIRED", "input.disposition"),
        (
            "ACT",
            {"disposition": "hanged"},
            "InvalidInputProblem",
            "UNKNOWN_VALUE",
            "input.disposition",
        ),
        (
            "ACKNOWLEDGE",
            {"assignee": "me"},
            "InvalidInputProblem",
            "NOT_ALLOWED",
            "input.assignee",
        ),
        ("ASK", {"text": " "}, "InvalidInputProblem", "REQUIRED", "input.text"),
        ("REOPEN", {"text": "x"}, "InvalidInputProblem", "UNKNOWN_VALUE", "input.kind"),
        ("NOTE", {"text": "x" * 2001}, "InvalidInputProblem", "TOO_LONG", "input.text"),
        (
            "REFER",
            {"place": f"{EDGETOWN}/west"},
            "InvalidInputProblem",
            "UNKNOWN_VALUE",
            "input.place",
        ),
        (
            "REFER",
            {"place": "india/goa/nowhere"},
            "UnknownPlaceProblem",
            "UNKNOWN_PLACE",
            "input.place",
        ),
    ],
)
async def test_an_action_that_cannot_be_taken(
    citizen: Client,
    officer: Client,
    kind: str,
    more: dict[str, Any],
    typename: str,
    code: str | None,
    field: str,
) -> None:
    await citizen.submit()
    (report,) = await officer.reports(EDGETOWN)
    answer = await officer.act(report["id"], kind, **more)
    refused(answer, typename, code or "ACTION_NOT_POSSIBLE", field)
    if code is None:
        assert answer["state"] == "RECEIVED"
        assert "ACKNOWLEDGE" in answer["possible"]
    (after,) = await officer.reports(EDGETOWN)
    assert [action["kind"] for action in after["actions"]] == ["SUBMIT"]


@pytest.mark.parametrize("subject", ["", "x", "UmVwb3J0OjE=", "Q2l0eTppbmRpYQ=="])
async def test_an_id_that_is_none(officer: Client, subject: str) -> None:
    answer = await officer.act(subject, "ACKNOWLEDGE")
    refused(answer, "InvalidInputProblem", "MALFORMED", "input.subject")


async def test_a_cursor_of_another_city_or_a_forged_one(running: Running, officer: Client) -> None:
    async with running.client(await running.officer("india")) as cell:
        page = await cell.ask(LIST, place=RAIPUR)
    cursor = page["eventsCursor"]
    swapped = cursor[:-1] + ("A" if cursor[-1] != "A" else "B")
    for wrong in (cursor, swapped, "", "x", "A" * 100_000, "é"):
        async with officer.stream(PLACE_EVENTS, path=EDGETOWN, after=wrong) as stream:
            refused(await stream.next(), "InvalidCursorProblem", "INVALID_CURSOR", "after")
        answer = await officer.ask(LIST, place=EDGETOWN, after=wrong)
        refused(answer, "InvalidCursorProblem", "INVALID_CURSOR", "after")
    for first in (0, -1, 101):
        answer = await officer.ask(LIST, place=EDGETOWN, first=first)
        refused(answer, "InvalidInputProblem", "OUT_OF_RANGE", "first")


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 422, "EMPTY"),
        (b"hello", 415, "UNSUPPORTED_TYPE"),
        (b"PK\x03\x04" + b"\0" * 5000, 415, "UNSUPPORTED_TYPE"),
        (jpeg(400, 400)[:700], 422, "BROKEN"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 21 * 1024 * 1024, 413, "TOO_LARGE"),
    ],
)
async def test_a_file_that_cannot_be_taken(
    running: Running, citizen: Client, content: bytes, status: int, code: str
) -> None:
    response = await citizen.upload(content)
    assert response.status_code == status
    error = response.json()["errors"][0]
    assert error["extensions"] == {"code": code, "typename": "MediaRefusedProblem"}
    files = [path for path in (running.data / "media").rglob("*") if path.is_file()]
    assert files == []


@pytest.mark.parametrize(
    ("since", "until"), [("9999-12-01", "9999-12-31"), ("0001-01-01", "9999-12-31")]
)
async def test_the_ends_of_the_calendar(
    citizen: Client, officer: Client, since: str, until: str
) -> None:
    query = """query ($a: Date!, $b: Date!) { statistics(place: "india/testland/edgetown",
      from: $a, to: $b) { __typename ... on Statistics { total { registered } } } }"""
    for client in (citizen, officer):
        told = await client.ask(query, a=since, b=until)
        assert told["__typename"] == "Statistics"
