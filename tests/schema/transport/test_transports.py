"""One execution for every transport: the same answers, from the same cache, for the same rights."""

import json
import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from core.log.feed import Feed
from core.problems import Unavailable
from schema.transport import event_stream
from tests.support.client import LIST, SUBMIT, Client, a_report
from tests.support.places import EDGETOWN, RAIPUR
from tests.support.servers import Running

pytestmark = pytest.mark.database("sqlite")

EVENTS = {"Accept": "text/event-stream"}
NEXT = '{"id":"1","type":"next","payload":'


async def over_post(client: Client, query: str, variables: dict[str, Any]) -> str:
    asked = {"query": query, "variables": variables}
    return (await client.http.post("/graphql", json=asked)).text


async def over_get(client: Client, query: str, variables: dict[str, Any]) -> str:
    asked = {"query": query, "variables": json.dumps(variables)}
    return (await client.http.get("/graphql", params=asked)).text


async def over_events(client: Client, query: str, variables: dict[str, Any]) -> str:
    asked = {"query": query, "variables": variables}
    return payload_of(await client.http.post("/graphql", json=asked, headers=EVENTS))


async def over_socket(client: Client, query: str, variables: dict[str, Any]) -> str:
    async with client.stream(query, **variables) as stream:
        message = str(await stream.socket.recv())
        assert message.startswith(NEXT)
        await stream.ended()
    return message.removeprefix(NEXT).removesuffix("}")


def payload_of(response: httpx.Response) -> str:
    """Return what the only `next` event of a stream carries."""
    assert response.headers["content-type"].startswith("text/event-stream")
    found = re.fullmatch(
        r"event: next\ndata: (.*)\n\nevent: complete\ndata:\n\n", response.text, re.DOTALL
    )
    assert found is not None, response.text
    return found[1]


TRANSPORTS: dict[str, Callable[..., Any]] = {
    "POST": over_post,
    "GET": over_get,
    "events": over_events,
    "socket": over_socket,
}


async def queries(client: Client, result: str) -> float:
    """Return how many queries the response cache answered, or did not."""
    text = (await client.http.get("/metrics")).text
    name = f'citizencop_response_cache_queries_total{{result="{result}"}}'
    found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)
    assert found is not None, text
    return float(found[1])


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        (LIST, {"place": EDGETOWN}),
        (LIST, {"place": RAIPUR}),
        (LIST, {"place": "nowhere", "first": 0}),
        ("query ($p: String!) { city(path: $p) { ... on City { id name } } }", {"p": EDGETOWN}),
        ("{ a: viewer { name } b: __typename }", {}),
        ('{ __type(name: "City") { name fields { name } } }', {}),
        ('{ node(id: "x") { __typename } }', {}),
    ],
    ids=["cached", "forbidden", "invalid", "planned", "roots", "introspection", "node"],
)
async def test_an_answer_is_the_same_to_the_byte(
    citizen: Client, officer: Client, query: str, variables: dict[str, Any]
) -> None:
    await citizen.submit()
    for client in (officer, citizen):
        answers = {name: await ask(client, query, variables) for name, ask in TRANSPORTS.items()}
        assert set(answers.values()) == {answers["POST"]}
        assert json.loads(answers["POST"])["data"]


@pytest.mark.parametrize("first", TRANSPORTS)
async def test_what_one_transport_cached_answers_all(
    citizen: Client, officer: Client, first: str
) -> None:
    await citizen.submit()
    variables = {"place": EDGETOWN}
    answer = await TRANSPORTS[first](officer, LIST, variables)
    assert (await queries(officer, "hit"), await queries(officer, "miss")) == (0, 1)
    for hits, ask in enumerate(TRANSPORTS.values(), 1):
        assert await ask(officer, LIST, variables) == answer
        assert (await queries(officer, "hit"), await queries(officer, "miss")) == (hits, 1)
    await citizen.submit()
    for ask in TRANSPORTS.values():
        assert '"EDG-2"' in await ask(officer, LIST, variables)
    hits = len(TRANSPORTS)
    assert (await queries(officer, "hit"), await queries(officer, "miss")) == (2 * hits - 1, 2)


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_a_cached_answer_never_passes_to_other_rights(
    running: Running, citizen: Client, officer: Client, transport: str
) -> None:
    await citizen.submit()
    ask, variables = TRANSPORTS[transport], {"place": EDGETOWN}
    for cached in TRANSPORTS.values():
        assert '"EDG-1"' in await cached(officer, LIST, variables)
    hits = await queries(officer, "hit")
    refused = json.loads(await ask(citizen, LIST, variables))
    assert refused["data"]["reports"]["__typename"] == "UnauthenticatedProblem"
    for place in (RAIPUR, f"{EDGETOWN}/north"):
        async with running.client(await running.officer(place)) as stranger:
            refused = json.loads(await ask(stranger, LIST, variables))
            assert refused["data"]["reports"]["__typename"] == "ForbiddenProblem"
    assert await queries(officer, "hit") == hits


async def test_a_mutation_is_executed_over_each(citizen: Client, officer: Client) -> None:
    for number, name in enumerate(("POST", "events", "socket"), 1):
        sent = await TRANSPORTS[name](citizen, SUBMIT, {"input": a_report()})
        assert json.loads(sent)["data"]["submitReport"]["reference"] == f"EDG-{number}"
    assert len(await officer.reports(EDGETOWN)) == 3


async def test_only_http_tells_by_its_status_that_the_database_is_away(
    citizen: Client, officer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    await citizen.submit()
    variables = {"place": EDGETOWN}
    await over_post(officer, LIST, variables)

    async def away(*_: object) -> None:
        raise Unavailable

    monkeypatch.setattr(Feed, "heads", away)
    asked = {"query": LIST, "variables": variables}
    refused = await officer.http.post("/graphql", json=asked)
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
    for ask in (over_events, over_socket):
        problem = json.loads(await ask(officer, LIST, variables))["data"]["reports"]
        assert (problem["__typename"], problem["code"]) == ("UnavailableProblem", "UNAVAILABLE")


async def test_an_answer_longer_than_a_backlog_is_sent_as_an_event(
    citizen: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_stream, "MAX_BACKLOG", 100)
    query = '{ __type(name: "City") { fields { name description } } }'
    assert await over_events(citizen, query, {}) == await over_post(citizen, query, {})


@pytest.mark.parametrize(
    ("query", "method", "headers", "status"),
    [
        (SUBMIT, "GET", {}, 405),
        (SUBMIT, "GET", EVENTS, 405),
        ('subscription { placeEvents(path: "india") { __typename } }', "POST", {}, 400),
        ("query ($p: String!) { city(path: $p) { __typename } }", "POST", EVENTS, 400),
    ],
    ids=["a mutation by GET", "as events", "a subscription as JSON", "without variables"],
)
async def test_what_a_transport_cannot_carry_is_refused_by_a_status(
    citizen: Client, query: str, method: str, headers: dict[str, str], status: int
) -> None:
    asked = {"params": {"query": query}} if method == "GET" else {"json": {"query": query}}
    response = await citizen.http.request(method, "/graphql", headers=headers, **asked)
    assert response.status_code == status
    assert response.headers["content-type"].startswith("application/json")
    assert response.json()["errors"][0]["message"]
