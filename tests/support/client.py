"""A client as an app or a portal would write one: HTTP, and graphql-transport-ws."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Self
from uuid import uuid4

import httpx
import websockets

IN_EDGETOWN = {"latitude": 15.01, "longitude": 80.01}
IN_RAIPUR = {"latitude": 21.2447, "longitude": 81.645}
IN_NEW_YORK = {"latitude": 40.71, "longitude": -74.0}
AT_SEA = {"latitude": 0.0, "longitude": -30.0}

SUBMIT = """mutation ($input: SubmitReportInput!) { submitReport(input: $input) {
  __typename
  ... on SubmitReportSuccess {
    reference receipt
    report { reference state categoryCode media { url kind mediaType width height } }
  }
  ... on FeatureUnavailableProblem { feature place availableFeatures }
  ... on UnknownCategoryProblem { availableCategories }
  ... on Problem { code message field }
} }"""
ADD = """mutation ($input: AddToReportInput!) { addToReport(input: $input) {
  __typename
  ... on AddToReportSuccess { report { state awaitsAnswer media { url } actions { kind text } } }
  ... on ActionNotPossibleProblem { state possible }
  ... on Problem { code message field }
} }"""
RAISE = """mutation ($input: RaiseAlertInput!) { raiseAlert(input: $input) {
  __typename
  ... on RaiseAlertSuccess {
    secret watchToken reachesPolice call { kind number } alert { state battery city { path } }
  }
  ... on Problem { code message field }
} }"""
UPDATE = """mutation ($input: UpdateAlertInput!) { updateAlert(input: $input) {
  __typename
  ... on UpdateAlertSuccess { alert { state battery position { latitude longitude } } }
  ... on ActionNotPossibleProblem { state possible }
  ... on Problem { code message field }
} }"""
END = """mutation ($input: EndAlertInput!) { endAlert(input: $input) {
  __typename
  ... on EndAlertSuccess { alert { state open } }
  ... on ActionNotPossibleProblem { state possible }
  ... on Problem { code message field }
} }"""
TAKE = """mutation ($input: TakeActionInput!) { takeAction(input: $input) {
  __typename
  ... on TakeActionSuccess {
    action { id kind state officer text visibility }
    report { id state place assignee disposition referredTo possibleActions }
    alert { id state place possibleActions }
  }
  ... on ActionNotPossibleProblem { state possible }
  ... on Problem { code message field }
} }"""
FOLLOW_REPORT = """query ($receipt: String!) { reportByReceipt(receipt: $receipt) {
  __typename
  ... on TrackedReport {
    reference state status open awaitsAnswer disposition referredTo
    media { url } actions { kind actor text state }
  }
  ... on Problem { code message field }
} }"""
LIST = """query ($place: String!, $filter: ReportFilter, $first: Int! = 20, $after: String) {
  reports(place: $place, filter: $filter, first: $first, after: $after) {
    __typename
    ... on ReportConnection {
      eventsCursor
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      edges { cursor node {
        id reference place state categoryCode description routeReason
        answers { question values } media { url } actions { kind officer }
        station { code name }
      } }
    }
    ... on Problem { code message field }
  }
}"""
PLACE_EVENTS = """subscription ($path: String!, $after: String) {
  placeEvents(path: $path, after: $after) {
    __typename
    ... on ReportEvent {
      cursor urgency place action { kind actor text } report { id reference state place }
    }
    ... on AlertEvent {
      cursor urgency place action { kind } alert { id state position { latitude } battery }
    }
    ... on LeftEvent { cursor subject place previousPlace }
    ... on CaughtUp { cursor }
    ... on ComeBack { cursor }
    ... on Problem { code message field }
  }
}"""
REPORT_EVENTS = """subscription ($receipt: String!, $after: String) {
  reportEvents(receipt: $receipt, after: $after) {
    __typename
    ... on TrackedReportEvent { cursor action { kind text } report { state awaitsAnswer } }
    ... on CaughtUp { cursor }
    ... on ComeBack { cursor }
    ... on Problem { code message field }
  }
}"""
ALERT_EVENTS = """subscription ($token: String!, $after: String) {
  alertEvents(token: $token, after: $after) {
    __typename
    ... on TrackedAlertEvent {
      cursor action { kind position { latitude } } alert { state open position { latitude } }
    }
    ... on CaughtUp { cursor }
    ... on ComeBack { cursor }
    ... on Problem { code message field }
  }
}"""


def new_key() -> str:
    return str(uuid4())


def a_report(**more: Any) -> dict[str, Any]:
    """A report that Edgetown takes."""
    return {
        "category": "nuisance.noise",
        "position": IN_EDGETOWN,
        "description": "Loud music since midnight.",
        "idempotencyKey": new_key(),
    } | more


class Stream:
    """One subscription on its own socket."""

    def __init__(self, socket: websockets.ClientConnection) -> None:
        self.socket = socket

    async def next(self, within: float = 5.0) -> dict[str, Any]:
        """Return what the next message says below the root field."""
        async with asyncio.timeout(within):
            message = json.loads(await self.socket.recv())
        assert message["type"] == "next", message
        payload = message["payload"]
        assert "errors" not in payload, payload
        return next(iter(payload["data"].values()))

    async def caught_up(self) -> list[dict[str, Any]]:
        """Return what came before the stream said that it goes on live."""
        missed: list[dict[str, Any]] = []
        while (item := await self.next())["__typename"] != "CaughtUp":
            missed.append(item)
        return missed

    async def ended(self) -> None:
        """Wait for the end of the subscription."""
        async with asyncio.timeout(5):
            assert json.loads(await self.socket.recv())["type"] == "complete"


class Client:
    """An app's or portal's connection to the API."""

    def __init__(self, url: str, token: str | None = None) -> None:
        self.url = url
        self.token = token
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.http = httpx.AsyncClient(base_url=url, headers=headers, timeout=20)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.aclose()

    async def answer(self, query: str, **variables: Any) -> dict[str, Any]:
        """Return the whole answer of an operation."""
        response = await self.http.post("/graphql", json={"query": query, "variables": variables})
        return response.json()

    async def ask(self, query: str, **variables: Any) -> Any:
        """Return what the operation's only root field says; there must be no errors."""
        answer = await self.answer(query, **variables)
        assert "errors" not in answer, answer
        return next(iter(answer["data"].values()))

    async def submit(self, **report: Any) -> Any:
        return await self.ask(SUBMIT, input=a_report(**report))

    async def add(self, receipt: str, kind: str, text: str) -> Any:
        """Add to a report as the holder of its receipt."""
        given = {"receipt": receipt, "kind": kind, "text": text, "idempotencyKey": new_key()}
        return await self.ask(ADD, input=given)

    async def raise_alert(self, **alert: Any) -> Any:
        given = {"position": IN_EDGETOWN, "battery": 40, "idempotencyKey": new_key()} | alert
        return await self.ask(RAISE, input=given)

    async def act(self, subject: str, kind: str, **more: Any) -> Any:
        given = {"subject": subject, "kind": kind, "idempotencyKey": new_key()} | more
        return await self.ask(TAKE, input=given)

    async def reports(self, place: str, **more: Any) -> list[dict[str, Any]]:
        page = await self.ask(LIST, place=place, **more)
        assert page["__typename"] == "ReportConnection", page
        return [edge["node"] for edge in page["edges"]]

    async def upload(self, content: bytes) -> httpx.Response:
        return await self.http.post(
            "/media", content=content, headers={"Content-Type": "application/octet-stream"}
        )

    @asynccontextmanager
    async def stream(self, query: str, **variables: Any) -> AsyncIterator[Stream]:
        """Subscribe over graphql-transport-ws."""
        payload = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        async with websockets.connect(
            self.url.replace("http", "ws") + "/graphql",
            subprotocols=[websockets.Subprotocol("graphql-transport-ws")],
            # With a bounded queue the library waits for ten seconds when it closes unread.
            max_queue=None,
        ) as socket:
            await socket.send(json.dumps({"type": "connection_init", "payload": payload}))
            assert json.loads(await socket.recv())["type"] == "connection_ack"
            operation = {"query": query, "variables": variables}
            await socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": operation}))
            yield Stream(socket)
