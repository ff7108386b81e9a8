"""Plain Strawberry: resolvers and dataloaders with Tortoise models."""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import strawberry
import uvicorn
from strawberry.asgi import GraphQL
from strawberry.dataloader import DataLoader
from tortoise import Tortoise, fields
from tortoise.models import Model


class ReportRow(Model):
    id = fields.UUIDField(primary_key=True)
    city = fields.CharField(max_length=255)
    place = fields.CharField(max_length=255)
    reference = fields.CharField(max_length=24)
    category = fields.CharField(max_length=64)
    urgency = fields.CharField(max_length=20)
    state = fields.CharField(max_length=20)
    description = fields.TextField()
    assignee = fields.CharField(max_length=120, null=True)
    route_reason = fields.CharField(max_length=200)
    received_at = fields.DatetimeField()
    updated_at = fields.DatetimeField()

    class Meta:
        table = "report"


class ActionRow(Model):
    id = fields.UUIDField(primary_key=True)
    subject_id = fields.UUIDField()
    kind = fields.CharField(max_length=20)
    actor = fields.CharField(max_length=20)
    state = fields.CharField(max_length=20)
    at = fields.DatetimeField()

    class Meta:
        table = "action"


class StationRow(Model):
    path = fields.CharField(max_length=255, primary_key=True)
    code = fields.CharField(max_length=64)
    name = fields.CharField(max_length=120)

    class Meta:
        table = "bench_station"


async def load_actions(ids: list[Any]) -> list[list[ActionRow]]:
    found: dict[Any, list[ActionRow]] = {own_id: [] for own_id in ids}
    for row in await ActionRow.filter(subject_id__in=ids).order_by("at", "id"):
        found[row.subject_id].append(row)
    return [found[own_id] for own_id in ids]


async def load_stations(paths: list[str]) -> list[StationRow | None]:
    found = {row.path: row for row in await StationRow.filter(path__in=list(set(paths)))}
    return [found.get(path) for path in paths]


@strawberry.type
class Station:
    path: str
    code: str
    name: str


@strawberry.type
class Action:
    id: strawberry.ID
    kind: str
    actor: str
    state: str
    at: datetime


@strawberry.type
class Report:
    row: strawberry.Private[ReportRow]
    id: strawberry.ID
    reference: str
    category_code: str
    urgency: str
    state: str
    description: str
    assignee: str | None
    route_reason: str
    received_at: datetime
    updated_at: datetime

    @strawberry.field
    async def station(self, info: strawberry.Info) -> Station | None:
        row = await info.context["stations"].load(self.row.place)
        return Station(path=row.path, code=row.code, name=row.name) if row else None

    @strawberry.field
    async def actions(self, info: strawberry.Info) -> list[Action]:
        rows = await info.context["actions"].load(self.row.id)
        return [
            Action(
                id=strawberry.ID(str(row.id)),
                kind=row.kind,
                actor=row.actor,
                state=row.state,
                at=row.at,
            )
            for row in rows
        ]


def report_of(row: ReportRow) -> Report:
    return Report(
        row=row,
        id=strawberry.ID(str(row.id)),
        reference=row.reference,
        category_code=row.category,
        urgency=row.urgency,
        state=row.state,
        description=row.description,
        assignee=row.assignee,
        route_reason=row.route_reason,
        received_at=row.received_at,
        updated_at=row.updated_at,
    )


@strawberry.type
class Query:
    @strawberry.field
    async def reports(self, city: str, first: int) -> list[Report]:
        rows = await ReportRow.filter(city=city).order_by("-received_at", "-id").limit(first)
        return [report_of(row) for row in rows]

    @strawberry.field
    async def report(self, id: strawberry.ID) -> Report | None:  # noqa: A002 - as in the query
        row = await ReportRow.get_or_none(id=id)
        return report_of(row) if row else None


@strawberry.type
class Happened:
    kind: str
    actor: str
    state: str


@strawberry.type
class Subject:
    reference: str
    state: str
    category_code: str


@strawberry.type
class PlaceEvent:
    cursor: str
    at: str
    place: str
    urgency: str
    action: Happened
    report: Subject


LISTENERS: set["asyncio.Queue[PlaceEvent]"] = set()


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def place_events(self, path: str) -> AsyncIterator[PlaceEvent]:
        queue: asyncio.Queue[PlaceEvent] = asyncio.Queue()
        LISTENERS.add(queue)
        try:
            while True:
                yield await queue.get()
        finally:
            LISTENERS.discard(queue)


def event(number: int, sent: object) -> PlaceEvent:
    return PlaceEvent(
        cursor=str(sent),
        at="2026-11-23T10:00:00.000000+00:00",
        place="india/chhattisgarh/raipur/civil-lines",
        urgency="EXPECTED",
        action=Happened(kind="SUBMIT", actor="REPORTER", state="RECEIVED"),
        report=Subject(
            reference=f"RPR-{number}", state="RECEIVED", category_code="traffic.signal-jumping"
        ),
    )


class View(GraphQL[Any, None]):
    async def get_context(self, request: Any, response: Any) -> Any:
        return {"actions": DataLoader(load_actions), "stations": DataLoader(load_stations)}


VIEW = View(strawberry.Schema(query=Query, subscription=Subscription))


async def application(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "lifespan":
        await lifespan(receive, send)
    elif scope["path"] == "/emit":
        body = json.loads((await receive())["body"])
        for number in range(body["n"]):
            for queue in LISTENERS:
                queue.put_nowait(event(number, body["sent"]))
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"{}"})
    else:
        await VIEW(scope, receive, send)


async def lifespan(receive: Any, send: Any) -> None:
    url = os.environ["DATABASE_URL"].replace("postgresql://", "asyncpg://")
    await receive()
    await Tortoise.init(db_url=url, modules={"models": [__name__]}, _enable_global_fallback=True)
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await Tortoise.close_connections()
    await send({"type": "lifespan.shutdown.complete"})


if __name__ == "__main__":
    uvicorn.run(
        application, host="127.0.0.1", port=int(os.environ["PORT"]), log_level="warning",
        access_log=False,
    )  # fmt: skip
