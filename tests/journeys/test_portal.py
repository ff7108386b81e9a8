"""A police portal holds its subscription all day, and misses nothing."""

import asyncio
import json
import re

import httpx
import pytest

from core.identity import sign_in
from core.identity.people import Role
from tests.support.client import IN_RAIPUR, LIST, PLACE_EVENTS, Client
from tests.support.places import EDGETOWN, RAIPUR
from tests.support.servers import Running


async def test_who_comes_back_with_a_cursor_gets_what_was_missed_and_goes_on(
    citizen: Client, officer: Client
) -> None:
    async with officer.stream(PLACE_EVENTS, path=EDGETOWN) as portal:
        await portal.caught_up()
        await citizen.submit()
        cursor = (await portal.next())["cursor"]
    for _ in range(5):
        await citizen.submit()
    async with officer.stream(PLACE_EVENTS, path=EDGETOWN, after=cursor) as portal:
        submitting = asyncio.gather(*(citizen.submit() for _ in range(10)))
        seen = [(await portal.next()) for _ in range(16)]
        await submitting
    references = [item["report"]["reference"] for item in seen if item["__typename"] != "CaughtUp"]
    assert references == [f"EDG-{number}" for number in range(2, 17)]


async def test_a_list_and_its_stream_miss_nothing_between_them(
    citizen: Client, officer: Client
) -> None:
    await citizen.submit()
    page = await officer.ask(LIST, place=EDGETOWN)
    await citizen.submit()
    async with officer.stream(PLACE_EVENTS, path=EDGETOWN, after=page["eventsCursor"]) as portal:
        missed = await portal.caught_up()
    assert [item["report"]["reference"] for item in missed] == ["EDG-2"]


async def test_far_behind_is_caught_up_in_order(citizen: Client, officer: Client) -> None:
    page = await officer.ask(LIST, place=EDGETOWN)
    await citizen.submit()
    (report,) = await officer.reports(EDGETOWN)
    for start in range(0, 440, 22):
        notes = (officer.act(report["id"], "NOTE", text=str(start)) for _ in range(22))
        await asyncio.gather(*notes)
    async with officer.stream(PLACE_EVENTS, path=EDGETOWN, after=page["eventsCursor"]) as portal:
        missed = await portal.caught_up()
        assert len(missed) == 441
        texts = [int(item["action"]["text"]) for item in missed[1:]]
        assert texts == sorted(texts)
        await citizen.submit()
        assert (await portal.next())["report"]["reference"] == "EDG-442"


async def test_a_states_cell_follows_all_its_cities(running: Running, citizen: Client) -> None:
    async with running.client(await running.officer("india")) as cell:
        async with cell.stream(PLACE_EVENTS, path="india") as portal:
            await portal.caught_up()
            await citizen.submit()
            await citizen.submit(position=IN_RAIPUR)
            both = [await portal.next(), await portal.next()]
            places = {event["place"].rpartition("/")[0] for event in both}
            assert places == {EDGETOWN, RAIPUR}
        await citizen.submit()
        await citizen.submit(position=IN_RAIPUR)
        async with cell.stream(PLACE_EVENTS, path="india", after=both[-1]["cursor"]) as portal:
            missed = await portal.caught_up()
    assert {event["report"]["reference"] for event in missed} == {"EDG-2", "RPR-2"}


async def test_numbers_have_no_gaps_with_many_writers(
    running: Running, citizen: Client, officer: Client
) -> None:
    async with officer.stream(PLACE_EVENTS, path=EDGETOWN) as portal:
        await portal.caught_up()
        await asyncio.gather(*(citizen.submit() for _ in range(60)))
        seen = [(await portal.next())["report"]["reference"] for _ in range(60)]
    assert seen == [f"EDG-{number}" for number in range(1, 61)]


async def test_a_write_that_another_process_made_is_seen(
    running: Running, citizen: Client, officer: Client
) -> None:
    """The notifier of this process does not tell of it; the look at the log finds it."""
    async with officer.stream(PLACE_EVENTS, path=EDGETOWN) as portal:
        await portal.caught_up()
        notifier = running.app.domain.notifier
        notify, notifier.notify = notifier.notify, lambda city: None  # type: ignore[method-assign]
        await citizen.submit()
        notifier.notify = notify  # type: ignore[method-assign]
        assert (await portal.next(within=4))["report"]["reference"] == "EDG-1"


async def test_a_revoked_token_ends_its_streams_with_the_next_event(
    running: Running, citizen: Client
) -> None:
    made = await sign_in.create_token("Desk", Role.OFFICER, EDGETOWN)
    async with (
        running.client(made.token) as desk,
        desk.stream(PLACE_EVENTS, path=EDGETOWN) as portal,
    ):
        await portal.caught_up()
        (row,) = await sign_in.list_tokens()
        assert await sign_in.revoke_token(str(row.id))
        await asyncio.sleep(1.1)  # the time for which rights are remembered, by contract
        await citizen.submit()
        assert (await portal.next())["__typename"] == "UnauthenticatedProblem"
        await portal.ended()


async def test_a_server_that_stops_tells_to_come_back(
    running: Running, citizen: Client, officer: Client
) -> None:
    async with officer.stream(PLACE_EVENTS, path=EDGETOWN) as portal:
        await portal.caught_up()
        await citizen.submit()
        await portal.next()
        await running.app.feed.stop(3)
        goodbye = await portal.next()
        assert goodbye["__typename"] == "ComeBack"
        await portal.ended()
    ready = await citizen.http.get("/readyz")
    assert (ready.status_code, ready.json()["status"]) == (503, "stopping")


@pytest.mark.database("sqlite")
async def test_server_sent_events_carry_the_same(
    running: Running, citizen: Client, officer: Client
) -> None:
    request = {"query": PLACE_EVENTS, "variables": {"path": EDGETOWN}}
    headers = {"Accept": "text/event-stream"}
    found: list[str] = []
    async with officer.http.stream("POST", "/graphql", json=request, headers=headers) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        async for line in response.aiter_lines():
            if line.startswith("data: {"):
                item = json.loads(line.removeprefix("data: "))["data"]["placeEvents"]
                found.append(item["__typename"])
                if item["__typename"] == "CaughtUp":
                    await citizen.submit()
                else:
                    break
    assert found == ["CaughtUp", "ReportEvent"]


@pytest.mark.database("sqlite")
async def test_health_and_explorer(running: Running, citizen: Client) -> None:
    assert (await citizen.http.get("/healthz")).json() == {"status": "ok"}
    ready = (await citizen.http.get("/readyz")).json()
    assert (ready["status"], ready["faults"]) == ("ok", [])
    assert ready["cities"] > 1000
    page = await citizen.http.get("/", follow_redirects=True, headers={"Accept": "text/html"})
    assert "graphiql.min.js" in page.text
    assert "http" not in page.text.replace("http-equiv", "")
    assets = re.findall(r'"/(graphiql/[\w.-]+)"', page.text)
    assert len(assets) == 8
    for asset in assets:
        assert (await citizen.http.get(f"/{asset}")).status_code == 200


async def test_pages_of_reports_join_without_gap_or_repeat(
    citizen: Client, officer: Client
) -> None:
    await asyncio.gather(*(citizen.submit() for _ in range(7)))
    references: list[str] = []
    after = None
    while True:
        page = await officer.ask(LIST, place=EDGETOWN, first=3, after=after)
        references += [edge["node"]["reference"] for edge in page["edges"]]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
    assert sorted(references) == sorted(f"EDG-{number}" for number in range(1, 8))
    filtered = await officer.reports(EDGETOWN, filter={"categories": ["nuisance"]})
    assert len(filtered) == 7
    assert await officer.reports(EDGETOWN, filter={"categories": ["nuis"]}) == []
    assert await officer.reports(EDGETOWN, filter={"states": ["RESOLVED"]}) == []
    assert await officer.reports(EDGETOWN, filter={"until": "2020-01-01T00:00:00Z"}) == []


async def test_a_query_by_get_reads_and_a_mutation_by_get_does_not(running: Running) -> None:
    async with httpx.AsyncClient(base_url=running.url) as http:
        good = await http.get("/graphql", params={"query": "{ __typename }"})
        assert good.json() == {"data": {"__typename": "Query"}}
        bad = await http.get("/graphql", params={"query": "mutation { __typename }"})
        assert bad.status_code in (400, 405)


@pytest.mark.database("sqlite")
async def test_an_object_is_found_by_its_global_id(
    running: Running, citizen: Client, officer: Client
) -> None:
    await citizen.submit()
    raised = await citizen.raise_alert()
    assert raised["alert"]["state"] == "RAISED"
    (report,) = await officer.reports(EDGETOWN)
    taken = await officer.act(report["id"], "NOTE", text="Known to us.")
    query = """query ($id: ID!) { node(id: $id) { __typename id
      ... on Report { reference actions { text } } ... on Action { text } } }"""
    found = await officer.ask(query, id=report["id"])
    assert (found["__typename"], found["reference"]) == ("Report", "EDG-1")
    action = await officer.ask(query, id=taken["action"]["id"])
    assert action["text"] == "Known to us."
    alerts = await officer.ask(
        """query ($place: String!) { alerts(place: $place, filter: {states: [RAISED]}) {
          ... on AlertConnection { edges { node { id battery } } } } }""",
        place=EDGETOWN,
    )
    alert = await officer.ask(query, id=alerts["edges"][0]["node"]["id"])
    assert alert["__typename"] == "Alert"
    me = await officer.ask("{ viewer { name role place } }")
    assert me == {"name": "Desk 1", "role": "OFFICER", "place": EDGETOWN}
    async with running.client(await running.officer(RAIPUR)) as stranger:
        for thing in (found, action, alert):
            assert await stranger.ask(query, id=thing["id"]) is None


@pytest.mark.database("sqlite")
async def test_cities_are_listed_page_by_page(citizen: Client) -> None:
    query = """query ($after: String) { cities(within: "usa/california", first: 20, after: $after) {
      ... on CityConnection { pageInfo { hasNextPage endCursor } edges { node { path } } } } }"""
    paths: list[str] = []
    after = None
    while True:
        page = await citizen.ask(query, after=after)
        paths += [edge["node"]["path"] for edge in page["edges"]]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
    assert paths == sorted(set(paths))
    assert len(paths) > 20
    assert all(path.startswith("usa/california/") for path in paths)
