"""Requests that are malformed below the operations themselves: bodies, sockets, forms, links."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
import websockets

from tests.support.client import LIST, PLACE_EVENTS, SUBMIT, Client, a_report, new_key
from tests.support.places import EDGETOWN
from tests.support.samples import jpeg
from tests.support.servers import Running

pytestmark = pytest.mark.database("sqlite")


@asynccontextmanager
async def open_socket(running: Running) -> AsyncIterator[websockets.ClientConnection]:
    """Open a socket that has been greeted."""
    async with websockets.connect(
        running.url.replace("http", "ws") + "/graphql",
        subprotocols=[websockets.Subprotocol("graphql-transport-ws")],
    ) as socket:
        await socket.send('{"type": "connection_init"}')
        await socket.recv()
        yield socket


async def test_half_of_a_surrogate_pair_is_no_text(citizen: Client) -> None:
    body = (
        b'{"query": "mutation ($i: SubmitReportInput!) { submitReport(input: $i) { __typename '
        b'... on Problem { code message field } } }", "variables": {"i": {"category": '
        b'"nuisance.noise", "position": {"latitude": 15, "longitude": 80}, "description": '
        b'"\\ud800", "idempotencyKey": "' + new_key().encode() + b'"}}}'
    )
    response = await citizen.http.post(
        "/graphql", content=body, headers={"Content-Type": "application/json"}
    )
    assert response.status_code == 400
    assert response.json()["errors"][0]["extensions"]["code"] == "BAD_REQUEST"


async def test_ten_megabytes_of_json(citizen: Client) -> None:
    response = await citizen.http.post(
        "/graphql",
        content=b'{"query": "' + b" " * 10_000_000 + b'{ __typename }"}',
        headers={"Content-Type": "application/json"},
    )
    assert response.status_code == 413
    assert response.json()["errors"][0]["extensions"]["code"] == "TOO_LARGE"


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'"x"', b"7", b"\xff\xfe", b'{"query": 7}', b'{"query": "{"}'],
)
async def test_a_body_that_is_no_request(citizen: Client, body: bytes) -> None:
    response = await citizen.http.post(
        "/graphql", content=body, headers={"Content-Type": "application/json"}
    )
    assert response.status_code < 500
    assert response.json()["errors"][0]["message"]


HASHED = {"persistedQuery": {"version": 1, "sha256Hash": "ec" * 32}}


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "accept",
    ["*/*", "application/json", "application/graphql-response+json", "text/html, */*;q=0.1"],
)
async def test_apollo_is_told_to_send_the_whole_query(
    citizen: Client, method: str, accept: str
) -> None:
    """The phones' clients look at the errors only where the status is 200."""

    async def send(**given: object) -> httpx.Response:
        given |= {"extensions": HASHED, "variables": {}, "operationName": "Name"}
        headers = {"Accept": accept}
        if method == "POST":
            return await citizen.http.post("/graphql", json=given, headers=headers)
        given = {
            name: json.dumps(value) if isinstance(value, dict) else value
            for name, value in given.items()
        }
        return await citizen.http.get("/graphql", params=given, headers=headers)

    refused = await send()
    assert refused.status_code == 200
    assert refused.headers["cache-control"] == "no-store"
    assert refused.json() == {
        "errors": [
            {
                "message": "PersistedQueryNotSupported",
                "extensions": {"code": "PERSISTED_QUERY_NOT_SUPPORTED"},
            }
        ]
    }
    answered = await send(query="query Name { __typename }")
    assert answered.json() == {"data": {"__typename": "Query"}}


@pytest.mark.parametrize(
    "query",
    [
        "{ cities @stream { __typename } }",
        '{ city(path: "x") { ... on Problem @stream { code } } }',
        '{ city(path: "x") { __typename @stream(initialCount: 0) ... @defer { __typename } } }',
    ],
)
async def test_a_directive_that_is_not_here_is_an_error_of_the_request(
    citizen: Client, query: str
) -> None:
    response = await citizen.http.post("/graphql", json={"query": query})
    assert response.status_code == 200
    messages = {error["message"] for error in response.json()["errors"]}
    assert "Unknown directive '@stream'." in messages
    assert not any("on our side" in message for message in messages)


async def test_a_query_that_is_too_deep_or_too_wide(citizen: Client) -> None:
    deep = "{ __schema { types " + "{ fields { type " * 20 + "{ name }" + " } }" * 20 + " } }"
    wide = "{ " + " ".join(f"a{n}: __typename" for n in range(500)) + " }"
    for query in (deep, wide):
        assert (await citizen.answer(query))["errors"]


async def test_a_form_from_another_site_is_refused(citizen: Client) -> None:
    for headers in ({}, {"Content-Type": "text/plain"}, {"Content-Type": "multipart/form-data"}):
        response = await citizen.http.post("/media", content=jpeg(), headers=headers)
        assert response.status_code == 415
    response = await citizen.http.post("/graphql", data={"query": "mutation { __typename }"})
    assert response.status_code == 415


async def test_a_link_that_is_over_or_forged(citizen: Client) -> None:
    token = (await citizen.upload(jpeg())).json()["token"]
    sent = await citizen.ask(SUBMIT, input=a_report(media=[token]))
    url = sent["report"]["media"][0]["url"]
    assert (await citizen.http.get(url)).status_code == 200
    for wrong in (
        url[:-1],
        url.replace("expires=1", "expires=2"),
        url.partition("?")[0],
        "/media/x",
    ):
        assert (await citizen.http.get(wrong)).status_code == 403


async def test_nothing_is_there(citizen: Client) -> None:
    response = await citizen.http.get("/nowhere")
    assert (response.status_code, response.json()["errors"][0]["extensions"]["code"]) == (
        404,
        "BAD_REQUEST",
    )


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("[]", 4400),
        ("7", 4400),
        ("{}", 4400),
        ('{"type": "subscribe", "id": "1", "payload": 7}', 4400),
        ('{"type": "subscribe", "id": [], "payload": {"query": "{__typename}"}}', 4400),
        ('{"type": "subscribe", "id": "1", "payload": {"query": 7}}', 4400),
        ('{"type": "connection_init"}', 4429),
        ("x" * 3_000_000, 1009),
    ],
)
async def test_a_socket_that_talks_nonsense_is_closed_with_a_code(
    running: Running, message: str, code: int
) -> None:
    async with open_socket(running) as socket:
        await socket.send(message)
        with pytest.raises(websockets.ConnectionClosed):
            await socket.recv()
        assert socket.close_code == code


@pytest.mark.parametrize(
    "payload",
    [
        {"query": "{"},
        {"query": "{ nothing }"},
        {"query": "subscription { placeEvents(path: 7) { a } }"},
        {"query": "{ __typename }", "operationName": "another"},
        {"query": "query ($p: String!) { city(path: $p) { __typename } }", "variables": {}},
    ],
)
async def test_an_operation_that_is_none_is_said_on_the_socket(
    running: Running, payload: dict[str, object]
) -> None:
    async with open_socket(running) as socket:
        await socket.send(json.dumps({"type": "subscribe", "id": "1", "payload": payload}))
        answer = json.loads(await socket.recv())
        assert (answer["type"], answer["id"]) == ("error", "1")
        assert "code" not in answer["payload"][0].get("extensions", {})


async def test_a_subscription_without_a_stream_is_refused(citizen: Client) -> None:
    query = 'subscription { placeEvents(path: "india") { __typename } }'
    for response in (
        await citizen.http.post("/graphql", json={"query": query}),
        await citizen.http.get("/graphql", params={"query": query}),
    ):
        assert response.status_code == 400
        assert response.json()["errors"][0]["extensions"]["code"] == "BAD_REQUEST"


async def test_a_fault_of_ours_is_masked_on_every_transport(
    citizen: Client,
    officer: Client,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def break_down(*_: object, **__: object) -> None:
        raise RuntimeError("secret inside")

    monkeypatch.setattr("core.log.events.heads", break_down)
    answer = await officer.answer(LIST, place=EDGETOWN)
    assert answer["errors"][0]["extensions"] == {"code": "INTERNAL"}
    assert "secret" not in json.dumps(answer)
    async with officer.stream(PLACE_EVENTS, path=EDGETOWN) as stream:
        said = await stream.socket.recv()
    assert "INTERNAL" in said
    assert "secret" not in said
    assert "failed" in caplog.text


async def test_of_several_operations_one_must_be_named(running: Running, citizen: Client) -> None:
    query = "query A { __typename } query B { viewer { name } }"
    for _ in range(2):
        answer = (await citizen.http.post("/graphql", json={"query": query})).json()
        assert "name one" in answer["errors"][0]["message"]
        named = {"query": query, "operationName": "B"}
        answer = (await citizen.http.post("/graphql", json=named)).json()
        assert answer == {"data": {"viewer": None}}
    async with open_socket(running) as socket:
        payload = {"query": query}
        await socket.send(json.dumps({"type": "subscribe", "id": "1", "payload": payload}))
        said = json.loads(await socket.recv())
        assert said["type"] == "error"
