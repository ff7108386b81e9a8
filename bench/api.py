"""The operations of citizens and portals, and a client that sends them."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import websockets

SUBMIT = """mutation Submit($input: SubmitReportInput!) { submitReport(input: $input) {
  __typename
  ... on SubmitReportSuccess { reference receipt }
  ... on Problem { code message field }
} }"""
RAISE = """mutation Raise($input: RaiseAlertInput!) { raiseAlert(input: $input) {
  __typename
  ... on RaiseAlertSuccess { secret watchToken }
  ... on Problem { code message field }
} }"""
UPDATE = """mutation Update($input: UpdateAlertInput!) { updateAlert(input: $input) {
  __typename
  ... on Problem { code message field }
} }"""
ADD = """mutation Add($input: AddToReportInput!) { addToReport(input: $input) {
  __typename
  ... on Problem { code message field }
} }"""
ACT = """mutation Act($input: TakeActionInput!) { takeAction(input: $input) {
  __typename
  ... on TakeActionSuccess { action { state } }
  ... on Problem { code message field }
} }"""
FOLLOW_PLACE = """subscription Portal($path: String!, $after: String) {
  placeEvents(path: $path, after: $after) {
    __typename
    ... on ReportEvent {
      cursor place action { id kind } report { id reference state categoryCode }
    }
    ... on AlertEvent { cursor action { id kind } alert { id state } }
    ... on CaughtUp { cursor }
    ... on ComeBack { cursor }
    ... on Problem { code message field }
  }
}"""
CITY = """query City($path: String!) { city(path: $path) {
  ... on City {
    path name deployment position { latitude longitude }
    stations { path controlRoom }
    reportCategories { code questions { code required datatype options { code } } }
    dispositions { code }
  }
  ... on Problem { code message field }
} }"""

NETWORK_ERRORS = (
    httpx.TransportError,
    websockets.WebSocketException,
    OSError,
    TimeoutError,
    json.JSONDecodeError,
)


async def ask(http: httpx.AsyncClient, query: str, **variables: Any) -> Any:
    """Return the value of the operation's only root field; raises `RuntimeError` on errors."""
    response = await http.post("/graphql", json={"query": query, "variables": variables})
    answer = response.json()
    if "errors" in answer:
        raise RuntimeError(answer["errors"])
    return next(iter(answer["data"].values()))


async def ask_until_answered(http: httpx.AsyncClient, query: str, **variables: Any) -> Any:
    """Retry an operation until it is answered, like a phone; it needs an idempotency key."""
    while True:
        try:
            return await ask(http, query, **variables)
        except NETWORK_ERRORS:
            await asyncio.sleep(0.1)


async def events(
    url: str, token: str, path: str, after: str | None
) -> AsyncIterator[dict[str, Any]]:
    """Yield the items of `placeEvents` over graphql-transport-ws, until the socket closes."""
    async with websockets.connect(
        url.replace("http", "ws", 1) + "/graphql",
        subprotocols=[websockets.Subprotocol("graphql-transport-ws")],
        open_timeout=5,
    ) as socket:
        headers = {"Authorization": f"Bearer {token}"}
        await socket.send(json.dumps({"type": "connection_init", "payload": headers}))
        await socket.recv()
        operation = {"query": FOLLOW_PLACE, "variables": {"path": path, "after": after}}
        await socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": operation}))
        async for text in socket:
            message = json.loads(text)
            if message["type"] != "next":
                return
            yield message["payload"]["data"]["placeEvents"]
