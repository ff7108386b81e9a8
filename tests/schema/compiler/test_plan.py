"""A plan answers as graphql-core does, to the byte: data, errors, paths and the order of keys."""

import asyncio
import itertools
import os
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import orjson
import pytest
from graphql import get_variable_values, parse, validate
from graphql.execution.values import VariableValues
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from core.identity.people import ANYONE, Role, Viewer
from core.log import events as log
from core.log.feed import Entry
from core.places.stations import STATIONS
from core.problems import InvalidCursor
from core.storage.rows import everything
from core.vehicles.models import Vehicle
from plugins.runtime.places import Facts
from schema.api import Api, build_api
from schema.base.context import Context
from schema.base.problem import Refusal
from schema.compiler.documents import RequestError
from schema.compiler.execution import Executor, encoded
from schema.compiler.fallbacks import Reason
from schema.compiler.plan import compile_plan
from schema.live.events import CaughtUp, ComeBack, Delivered, DeliveredToCitizen
from schema.schema import build_schema
from schema.subjects import SUBJECTS
from tests.support.advisories import ISSUE, an_advisory
from tests.support.client import IN_EDGETOWN, Client
from tests.support.operations import Writer
from tests.support.places import EDGETOWN
from tests.support.samples import jpeg
from tests.support.servers import Running
from tests.support.towing import TOW, a_towing

EXAMPLES = int(os.environ.get("PLAN_EXAMPLES", "250"))
"""How many operations; the long run sets ten thousand."""

MANY_OPERATIONS = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)

A_VEHICLE = {
    "place": "india",
    "make": "Maruti",
    "model": "Swift",
    "colour": "White",
    "vehicle_class": "Motor Car",
}

A_CIRCLE = {"position": IN_EDGETOWN, "radius": 900.0}


@pytest.fixture
async def api(running: Running) -> Api:
    return build_api(running.app.domain, running.app.feed, SUBJECTS)


async def filled(citizen: Client, officer: Client) -> dict[str, list[Any]]:
    """Fill Edgetown; return values worth asking with, by the name of an argument."""
    receipts: list[str] = []
    for number in range(5):
        uploaded = (await citizen.upload(jpeg())).json()["token"] if number % 2 else None
        sent = await citizen.submit(media=[uploaded] if uploaded else [])
        receipts.append(sent["receipt"])
    raised = [await citizen.raise_alert(note=f"note {number}") for number in range(2)]
    nodes = await officer.reports(EDGETOWN)
    for node in nodes[:3]:
        await officer.act(node["id"], "ACKNOWLEDGE")
        await officer.act(node["id"], "NOTE", text="among us", visibility="INTERNAL")
    page = await officer.answer(
        """query ($p: String!) { reports(place: $p) { ... on ReportConnection {
          edges { cursor node { id actions { id } } } } } }""",
        p=EDGETOWN,
    )
    edges = page["data"]["reports"]["edges"]
    ids = [edge["node"]["id"] for edge in edges]
    ids += [edge["node"]["actions"][0]["id"] for edge in edges]
    for kind, more in (("missing.child", {}), ("crowd", {"circle": A_CIRCLE})):
        issued = await officer.ask(ISSUE, input=an_advisory(kind=kind, **more))
        ids.append(issued["advisory"]["id"])
    for plate in ("MP09AB1234", "CG04AA0001"):
        await officer.ask(TOW, input=a_towing(plate=plate))
    await Vehicle.create(**A_VEHICLE, plate="MP09AB1234")
    towed_at = datetime(2026, 11, 20, tzinfo=UTC)
    await Vehicle.create(
        **A_VEHICLE,
        plate="MP09AB1235",
        valid_until=date(2020, 1, 1),
        towed_to="North yard",
        towed_at=towed_at,
    )
    path = [
        EDGETOWN,
        "india",
        "india/chhattisgarh/raipur",
        "india/madhya-pradesh/indore",
        "usa",
        "nowhere/at/all",
        "!",
    ]
    return {
        "id": [*ids, "Q2l0eTppbmRpYS9jaGhhdHRpc2dhcmgvcmFpcHVy", "none"],
        "path": path,
        "place": path,
        "within": path,
        "receipt": [*receipts, "none"],
        "token": [alert["watchToken"] for alert in raised] + ["none"],
        "language": ["en", "hi", "hi-IN", "xx"],
        "latitude": [IN_EDGETOWN["latitude"], 21.2, 95.0],
        "longitude": [IN_EDGETOWN["longitude"], 81.6],
        "accuracy": [5.0, -1.0],
        "tariff": ["auto-rickshaw", "none"],
        "metres": [0.0, 5400.5, -1.0],
        "minutesWaiting": [0.0, 2.5],
        "at": ["2026-11-24T23:00:00+05:30"],
        "first": [1, 3, 100, 0],
        "inForce": [True, False],
        "openNow": [True, False],
        "standing": [True, False],
        "after": [edges[1]["cursor"], "none"],
        "name": ["R", "rai", "Edge"],
        "from": ["2026-01-01", "2026-11-01"],
        "to": ["2026-11-30", "2026-12-31"],
        "since": ["2026-01-01T00:00:00+00:00"],
        "until": ["2027-01-01T00:00:00Z"],
        "categories": ["traffic", "noise", "traffic.signal-jumping"],
        "plate": ["mp 09 ab 1234", "MP09AB1235", "CG04AA0001", "none", ""],
    }


async def in_thread(work: Callable[[], None]) -> None:
    """Run a property test beside the loop, for what it asks of the loop."""
    await asyncio.to_thread(work)


async def test_queries_are_answered_the_same(
    api: Api, running: Running, citizen: Client, officer: Client
) -> None:
    pool = await filled(citizen, officer)
    loop = asyncio.get_running_loop()
    viewers = [
        ANYONE,
        await api.sign_in.viewer(officer.token),
        Viewer(role=Role.OBSERVER, place="india", name="State"),
    ]
    root: Any = api.executor.schema.query_type
    planned = 0

    async def both(text: str, given_: dict[str, Any], viewer: Viewer) -> tuple[bytes, bytes, bool]:
        def context() -> Context:
            return Context(api.domain, api.feed, api.links, viewer=viewer)

        operation = api.executor.documents.operation(text, None)
        variables = operation.variables(given_)
        answer = await api.executor.cached_answer(operation, given_, context())
        reference = encoded(await api.executor.reference(operation, variables, context()))
        return answer, reference, operation.plan(variables) is not None

    @MANY_OPERATIONS
    @given(st.data())
    def alike(data: st.DataObject) -> None:
        nonlocal planned
        text, given_ = Writer(api.executor.schema, data.draw, pool).operation("query", root)
        viewer = data.draw(st.sampled_from(viewers))
        try:
            answer, reference, by_plan = asyncio.run_coroutine_threadsafe(
                both(text, given_, viewer), loop
            ).result(30)
        except RequestError as refusal:
            # Clashing fields and sizes are the one thing that the writer leaves to validation.
            assert all(_is_of_the_writer(error.message) for error in refusal.errors), text
            return
        planned += by_plan
        assert answer == reference, f"{text}\n{given_}"
        assert api.executor.fallbacks.counts[Reason.UNEXPECTED] == 0, f"{text}\n{given_}"

    await in_thread(alike)
    assert planned > EXAMPLES * 0.8


def _is_of_the_writer(message: str) -> bool:
    return any(words in message for words in ("conflict", "at most", "used in position expecting"))


async def test_live_events_are_answered_the_same(
    api: Api, running: Running, citizen: Client, officer: Client
) -> None:
    pool = await filled(citizen, officer)
    rows = await log.read(EDGETOWN, 0)
    entries = [Entry(row) for row in rows]
    wanted = api.feed.wanted(everything)
    await api.feed.load(entries, wanted)
    items: list[Any] = [CaughtUp(cursor="c"), ComeBack(cursor="c")]
    items.append(Refusal(InvalidCursor("b", ("after",))))
    for entry in entries:
        loaded = entry.loaded[wanted]
        for kind in (Delivered, DeliveredToCitizen):
            items.append(kind(entry.event, loaded.action, loaded.subject, "cursor"))
    loop = asyncio.get_running_loop()
    root: Any = api.executor.schema.subscription_type
    context = Context(api.domain, api.feed, api.links)

    async def both(text: str, given_: dict[str, Any], item: Any) -> tuple[bytes, bytes]:
        operation = api.executor.documents.operation(text, None)
        variables = operation.variables(given_)
        assert operation.plan(variables) is not None
        answer = api.executor.event(operation, variables, context, item)
        return answer, encoded(api.executor.reference_event(operation, variables, context, item))

    @MANY_OPERATIONS
    @given(st.data())
    def alike(data: st.DataObject) -> None:
        writer = Writer(api.executor.schema, data.draw, pool)
        text, given_ = writer.operation("subscription", root)
        item = data.draw(st.sampled_from(items))
        try:
            answer, reference = asyncio.run_coroutine_threadsafe(
                both(text, given_, item), loop
            ).result(30)
        except RequestError as refusal:
            assert all(_is_of_the_writer(error.message) for error in refusal.errors), text
            return
        assert answer == reference, f"{text}\n{given_}"
        assert api.executor.fallbacks.counts[Reason.UNEXPECTED] == 0, f"{text}\n{given_}"

    await in_thread(alike)


def test_every_field_of_the_schema_can_be_planned() -> None:
    """A field whose columns are not declared would be answered the slow way, and nobody tell."""
    executor = Executor(build_schema(SUBJECTS))
    schema = executor.schema
    for kind, root in (
        ("query", schema.query_type),
        ("mutation", schema.mutation_type),
        ("subscription", schema.subscription_type),
    ):
        for name in root.fields:
            text, given_ = _everything(schema, kind, root, name)
            # Past the limits of size, which so large a question breaks.
            document = parse(text)
            assert validate(schema, document) == []
            node: Any = document.definitions[0]
            variables = get_variable_values(schema, node.variable_definitions or (), given_)
            assert isinstance(variables, VariableValues), variables
            assert compile_plan(schema, executor.converter, node, {}, variables).roots


def _everything(schema: Any, kind: str, root: Any, name: str) -> tuple[str, dict[str, Any]]:
    """Write the operation that asks for all of a root field, three levels of objects deep."""
    from graphql import get_named_type, is_abstract_type, is_composite_type, is_required_argument

    count = itertools.count()

    def selections(of_type: Any, depth: int) -> str:
        if is_abstract_type(of_type):
            parts = [
                f"... on {each.name} {selections(each, depth)}"
                for each in schema.get_possible_types(of_type)
            ]
            return "{ __typename " + " ".join(parts) + " }"
        parts = ["__typename"]
        for field_name, each in of_type.fields.items():
            below = get_named_type(each.type)
            if not is_composite_type(below):
                parts.append(f"a{next(count)}: {field_name}")
            elif depth:
                parts.append(f"a{next(count)}: {field_name} {selections(below, depth - 1)}")
        return "{ " + " ".join(parts) + " }"

    samples = {"String": "x", "ID": "x", "Date": "2026-01-01"}
    field = root.fields[name]
    variables: dict[str, Any] = {}
    declared: list[str] = []
    for argument, each in field.args.items():
        if is_required_argument(each):
            declared.append(f"${argument}: {each.type}")
            variables[argument] = _sample(each.type, samples)
    head = f"{kind} All({', '.join(declared)})" if declared else kind
    given_ = ", ".join(f"{argument}: ${argument}" for argument in variables)
    call = f"{name}({given_})" if given_ else name
    return f"{head} {{ {call} {selections(get_named_type(field.type), 3)} }}", variables


def _sample(of_type: Any, samples: dict[str, str]) -> Any:
    from graphql import get_named_type, is_required_argument

    named = get_named_type(of_type)
    if hasattr(named, "values"):
        return next(iter(named.values))
    if hasattr(named, "fields"):
        return {
            key: _sample(each.type, samples)
            for key, each in named.fields.items()
            if is_required_argument(each)
        }
    return samples.get(named.name, 1.0)


async def test_what_a_plan_cannot_word_is_worded_by_the_specification(
    api: Api,
    citizen: Client,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A value that breaks its type leaves a null where the specification says, with a path."""
    city: Any = api.domain.cities.get(EDGETOWN)
    broken = {**city[STATIONS], next(iter(city[STATIONS])): None}
    facts = Facts({**city._facts.listed, STATIONS: broken}, city.areas)
    monkeypatch.setattr(city, "_facts", facts)
    text = "query ($p: String!) { city(path: $p) { ... on City { path a: stations { code } } } }"
    operation = api.executor.documents.operation(text, None)
    variables = operation.variables({"p": EDGETOWN})
    context = Context(api.domain, api.feed, api.links)
    with caplog.at_level("DEBUG", logger="citizencop.schema"):
        answer = orjson.loads(await api.executor.answer(operation, variables, context))
    assert api.executor.fallbacks.counts[Reason.UNEXPECTED] == 1
    assert "a compiled plan failed" in caplog.messages
    assert answer == orjson.loads(
        encoded(await api.executor.reference(operation, variables, context))
    )
    assert answer["errors"][0]["path"] == ["city", "a"]
    assert answer["errors"][0]["extensions"] == {"code": "INTERNAL"}
