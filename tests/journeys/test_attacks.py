"""What an attacker, or a careless city, once broke, and does no more."""

import asyncio
import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from core.places import stations
from core.vehicles.plate_formats import PLATE_FORMATS
from schema.compiler.execution import Executor
from tests.support.client import Client
from tests.support.place_folders import CITY, STATIONS, load_places, write
from tests.support.places import EDGETOWN
from tests.support.servers import Running

pytestmark = pytest.mark.database("sqlite")

DEEP = "x = " + "[" * 3000
HOSTILE = {
    "a width that no plate has": {
        "plates": '[[plates]]\ncode = "a"\nnames = { en = "A" }\n'
        'pattern = "(?P<a>[A-Z]{1,99999999999999})"\nnormal = "{a}"\nexample = "AB"\n'
    },
    "a file that is nested deeply": {"numbers": DEEP},
    "an answer that is no plain thing": {
        "plugin": "from plugins import hookimpl\nclass Odd:\n    def __bool__(self):\n"
        "        raise ValueError\n@hookimpl\ndef describe_place(): return Odd()\n"
    },
    "an answer that holds itself": {
        "plugin": "from plugins import hookimpl\n@hookimpl\ndef emergency_numbers():\n"
        "    a = []\n    a.append(a)\n    return a\n"
    },
    "an answer that raises when it is looked at": {
        "plugin": "from plugins import hookimpl\nclass L(list):\n    def __iter__(self):\n"
        "        raise BaseException('x')\n@hookimpl\ndef stations(): return L([1])\n"
    },
    "boundaries without a geometry": {
        "stations": STATIONS,
        "boundaries": '{"features": [{"properties": {"station": "near"}, "geometry": null}]}',
    },
}


@pytest.mark.parametrize("files", HOSTILE.values(), ids=HOSTILE.keys())
async def test_no_folder_keeps_the_server_from_starting(
    tmp_path: Path, files: dict[str, str]
) -> None:
    write(tmp_path, CITY, **files)
    write(tmp_path, "land/state/village", stations=STATIONS)
    places = await load_places([tmp_path])
    assert {path for path, _ in places.faults.counts} == {CITY}
    village = places.get("land/state/village")
    assert village is not None
    assert len(village[stations.STATIONS]) == 2


async def test_a_place_file_that_is_no_file_is_no_place(tmp_path: Path) -> None:
    os.mkfifo(write(tmp_path, "land/state/pipe") / "numbers.fifo")
    (tmp_path / "land/state/odd").mkdir()
    os.mkfifo(tmp_path / "land/state/odd/place.toml")
    async with asyncio.timeout(5):
        places = await load_places([tmp_path])
    assert [place.path for place in places.all()] == ["land/state/pipe"]


async def test_what_a_plugin_does_to_the_process_is_undone(tmp_path: Path) -> None:
    before = Path.cwd()
    code = "import os, sys\nos.chdir('/')\nsys.setrecursionlimit(300)\nos.environ['LEFT'] = '1'"
    write(tmp_path, CITY, stations=STATIONS, plugin=code)
    places = await load_places([tmp_path])
    assert Path.cwd() == before
    assert "LEFT" not in os.environ
    (said,) = places.faults.messages[CITY, "import plugin.py"]
    assert "the working directory" in said


async def test_a_costly_plate_pattern_costs_nothing(tmp_path: Path) -> None:
    plates = '[[plates]]\ncode = "a"\nnames = { en = "A" }\n'
    plates += 'pattern = "(([A-Z0-9]+)+)+_|(?P<a>AB)"\nnormal = "{a}"\nexample = "AB"\n'
    write(tmp_path, CITY, plates=plates)
    places = await load_places([tmp_path])
    city = places.get(CITY)
    assert city is not None
    (form,) = city[PLATE_FORMATS]
    assert form.normal_form("A" * 16) is None
    assert form.normal_form("AB") == "AB"


async def test_errors_do_not_repeat_a_long_name(citizen: Client) -> None:
    fields = " ".join(f"a{n}: node(id: $v{n}) {{ id }}" for n in range(25))
    for length in (50_000, 1_900_000):
        answer = await citizen.http.post(
            "/graphql", json={"query": f"query {'N' * length} {{ {fields} }}"}
        )
        assert answer.json()["errors"]
        assert len(answer.content) < 50_000


@pytest.mark.parametrize(
    "query",
    [
        "{ cities(first: " + "9" * 5000 + ") { __typename } }",
        '{ reports(place: "india", filter: {since: "0001-01-01T00:00:00+14:00"})'
        " { ... on InvalidInputProblem { code field } } }",
        '{ fareEstimate(place: "india/madhya-pradesh/indore", tariff: "auto-rickshaw", metres: 1, '
        'at: "0001-01-01T00:00:00+14:00") { ... on InvalidInputProblem { code field } } }',
    ],
)
async def test_bad_values_are_the_callers_fault(running: Running, query: str) -> None:
    async with running.client(await running.officer("india")) as officer:
        answer = await officer.answer(query)
        assert "INTERNAL" not in json.dumps(answer)


async def test_too_many_categories_are_refused(officer: Client) -> None:
    query = """query ($c: [String!]) { reports(place: "%s", filter: {categories: $c}) {
      ... on Problem { code field } } }"""
    refused = await officer.ask(query % EDGETOWN, c=["crime"] * 40_000)
    assert (refused["code"], refused["field"]) == ("TOO_MANY", ["filter", "categories"])


async def test_variables_nested_deeper_than_the_encoder_goes(officer: Client) -> None:
    nested: Any = []
    for _ in range(300):
        nested = [nested]
    query = f'{{ reports(place: "{EDGETOWN}") {{ __typename }} }}'
    response = await officer.http.post(
        "/graphql", json={"query": query, "variables": {"n": nested}}
    )
    assert response.status_code == 200
    assert "INTERNAL" not in response.text


async def test_a_stream_that_cannot_begin_says_why(officer: Client) -> None:
    query = 'subscription ($b: Boolean = true) { placeEvents(path: "india") {'
    query += " __typename @include(if: $b) } }"
    response = await officer.http.post(
        "/graphql",
        json={"query": query, "variables": {"b": None}},
        headers={"accept": "text/event-stream"},
    )
    assert "INTERNAL" not in response.text


async def test_a_head_without_an_end_is_refused(running: Running) -> None:
    host, port = running.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nX-A: " + b"a" * 300_000)
    answer = b""
    async with asyncio.timeout(5):
        # Closed while more was on its way: the network may drop the answer.
        with suppress(ConnectionResetError):
            answer = await reader.read()
    assert answer.startswith(b"HTTP/1.1 400") or not answer
    writer.close()
    async with httpx.AsyncClient(base_url=running.url) as http:
        body = json.dumps({"query": "{ __typename }" + " " * 90_000, "variables": {}})
        good = await http.post(
            "/graphql", content=body, headers={"content-type": "application/json"}
        )
        assert good.json() == {"data": {"__typename": "Query"}}


async def test_a_stream_whose_reader_never_reads_is_let_go(
    running: Running, citizen: Client, officer: Client,
    monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    monkeypatch.setattr("schema.transport.event_stream.MAX_BACKLOG", 256 * 1024)
    fields = " ".join(f"d{n}: description" for n in range(25))
    query = f'subscription {{ placeEvents(path: "{EDGETOWN}") {{ ... on ReportEvent '
    query += f"{{ report {{ {fields} }} }} }} }}"
    body = json.dumps({"query": query}).encode()
    host, port = running.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port), limit=1024)
    head = (
        f"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        f"Accept: text/event-stream\r\nAuthorization: Bearer {officer.token}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    writer.write(head.encode() + body)
    await reader.readuntil(b"\r\n\r\n")
    readers = running.app.feed
    await citizen.submit(description="x" * 4000)
    (report,) = await officer.reports(EDGETOWN)
    async with asyncio.timeout(30):
        while not readers._readers:
            await asyncio.sleep(0.01)
        number = 0
        while readers._readers:
            await officer.act(report["id"], "NOTE", text=str(number))
            number += 1
    writer.close()


async def test_plans_of_several_lists_are_used(
    officer: Client, citizen: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each root field has names of its own; the slow way would answer as well, and nobody tell."""
    await citizen.submit()
    slow: list[object] = []
    reference = Executor._reference

    async def counted(self: Executor, *given: Any) -> Any:
        slow.append(given)
        return await reference(self, *given)

    monkeypatch.setattr(Executor, "_reference", counted)
    lists = " ".join(
        f'{name}: reports(place: "{EDGETOWN}") {{ ... on ReportConnection {{ edges {{ node {{'
        f" id {more} }} }} }} }}"
        for name, more in (("a", "category { name }"), ("b", 'city { name(language: "hi") }'))
    )
    answer = await officer.answer(f"{{ {lists} c: viewer {{ name }} }}")
    assert "errors" not in answer
    assert slow == []
