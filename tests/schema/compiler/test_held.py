"""No request holds the loop: what a process can do for others while it answers."""

import asyncio
import gc
import sys
import time
from collections.abc import Coroutine
from typing import Any

import pytest
from graphql import get_introspection_query

from schema.api import Api, build_api
from schema.compiler.documents import RequestError
from schema.subjects import SUBJECTS
from tests.support.servers import Running

MOST_SECONDS = 0.04
"""Of the processor's time in one round of the loop: twice the goal, for slow machines."""
PAGE = "cities(first: 100) { ... on CityConnection { edges { node { %s } } } }"
RAIPUR = 'city(path: "india/chhattisgarh/raipur") { ... on City { %s } }'


def aliased(root: str, count: int) -> str:
    return "query ($l: String! = \"hi-IN\", $k: [NumberKind!], $n: String) { " + " ".join(
        f"a{number}: {root}" for number in range(count)
    ) + " cities(name: $n) { __typename } l: " + PAGE % (
        "phrases(language: $l) { key } emergencyNumbers(kinds: $k) { kind }"
    ).replace("100", "1") + " }"  # fmt: skip


@pytest.fixture
async def api(running: Running) -> Api:
    return build_api(running.app.domain, running.app.feed, SUBJECTS)


async def longest_round(work: Coroutine[Any, Any, Any]) -> float:
    """Return the seconds of the processor's time that the longest round of the loop took."""
    # `serve` tells the collector to leave alone what was loaded, as this process does not.
    gc.disable()
    # Coverage's tracer runs for every line: it would be measured too.
    tracer = sys.gettrace()
    sys.settrace(None)
    task, longest = asyncio.ensure_future(work), 0.0
    while not task.done():
        began = time.thread_time()
        await asyncio.sleep(0)
        longest = max(longest, time.thread_time() - began)
    sys.settrace(tracer)
    gc.enable()
    task.result()
    return longest


async def answered(api: Api, text: str, variables: dict[str, Any]) -> None:
    context = await api.context(None)
    try:
        operation = await api.executor.documents.prepared(text, None)
        await api.executor.cached_answer(operation, variables, context)
    except RequestError:
        pass


@pytest.mark.database("sqlite")
@pytest.mark.parametrize(
    ("text", "variables"),
    [
        (aliased(PAGE % "phrases(language: $l) { key text }", 2), {"l": "a-" * 5_000}),
        (aliased(PAGE % "phrases(language: $l) { key text }", 1), {"l": "a-" * 17 + "a"}),
        (aliased("cities(name: $n) { __typename }", 25), {"n": "\u0390" * 990_000}),
        (aliased("cities(name: $n) { __typename }", 25), {"n": "\u0390" * 120}),
        (aliased(PAGE % "emergencyNumbers(kinds: $k) { kind }", 9), {"k": ["ALL"] * 250_000}),
        (aliased(PAGE % "emergencyNumbers(kinds: $k) { kind }", 9), {"k": ["X"] * 250_000}),
        ("{ " + "viewer { name } " * 740 + "}", {}),
        ("{ " + "viewer { name } " * 30 + "}", {}),
        (get_introspection_query(), {}),
        (aliased(PAGE % "path name deployment languages", 27), {}),
        (aliased(RAIPUR % "phrases { key text } stations { name openNow }", 28), {}),
        (
            "query ($p: PositionInput!) { cityAt(position: $p) { __typename } }",
            {"p": {f"key{number}": [1] for number in range(60_000)}},
        ),
    ],
    ids=[
        "a long language",
        "a language of many parts",
        "a long name",
        "names",
        "kinds",
        "kinds that are none",
        "a field 740 times",
        "a field 30 times",
        "introspection",
        "pages",
        "a city under many names",
        "an input of unknown fields",
    ],
)
async def test_no_request_holds_the_loop(api: Api, text: str, variables: dict[str, Any]) -> None:
    assert await longest_round(answered(api, text, variables)) < MOST_SECONDS
