"""The ASGI application: routes and background tasks."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from functools import partial
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from core.actions import former_stations
from core.domain import Domain
from core.escalation import runner as escalation
from core.log import idempotency
from core.log.feed import Feed
from core.log.models import Action, CityLog, Event
from core.media import uploads
from core.problems import Unavailable
from core.retention import erasure, limits
from core.statistics import closed_months
from core.storage import connecting
from core.storage.health import Damaged, Health
from core.tasks import shielded as finishing
from plugins.runtime.places import Places
from schema.advisories.cap_endpoint import CapEndpoint
from schema.api import Api
from schema.base.responses import JSONResponse, json_error, unavailable
from schema.compiler.execution import MASKED
from schema.media.endpoint import MediaEndpoint
from schema.serving.metrics import CONTENT_TYPE, Metrics
from schema.transport.http import GRAPHIQL, PATH, GraphQLHttp
from schema.transport.middleware import ForgetCaller

logger = logging.getLogger("citizencop.server")

SWEEP_SECONDS = 15 * 60
READY_SECONDS = 2.0
"""How long `/readyz` waits for the database."""
LOOK_AGAIN_SECONDS = 60
"""Interval of the sweep while retention waits for the operator's approval."""
ORPHAN_AGE = timedelta(days=1)


def build_application(api: Api, places: Places) -> ASGIApp:
    """Return the application that serves an API over HTTP; WebSockets do not pass through it."""
    graphql = GraphQLHttp(api)
    others = _others(api, places)

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == PATH:
            await graphql(scope, receive, send)
        else:
            await others(scope, receive, send)

    return application


def _others(api: Api, places: Places) -> Starlette:
    domain, feed = api.domain, api.feed
    media = MediaEndpoint(domain)
    cap = CapEndpoint(domain)
    metrics = Metrics(api, places)
    sweep = partial(_sweep, domain, places, metrics.retention_waits)

    health = Health((CityLog, Event, Action, *(subject.model for subject in domain.subjects)))

    async def ready(_request: Request) -> Response:
        return await _ready(health, domain, feed, places)

    async def metrics_text(_request: Request) -> Response:
        return Response(metrics.text(), media_type=CONTENT_TYPE)

    return Starlette(
        routes=[
            Route("/media", media.receive, methods=["POST"]),
            Route("/media/{id}", media.send, methods=["GET"]),
            Route("/cap/advisory/{id}", cap.advisory),
            Route("/cap/place/{path:path}", cap.feed),
            Route("/healthz", _alive),
            Route("/readyz", ready),
            Route("/metrics", metrics_text),
            Route("/", _to_explorer),
            Mount("/graphiql", StaticFiles(directory=GRAPHIQL)),
        ],
        middleware=[Middleware(ForgetCaller)],
        exception_handlers={
            HTTPException: _http_error,
            Unavailable: _unavailable,
            Exception: _internal_error,
        },
        lifespan=lambda _app: _lifespan(health, domain, feed, sweep),
    )


async def _alive(_request: Request) -> Response:
    return JSONResponse({"status": "ok"})


async def _ready(health: Health, domain: Domain, feed: Feed, places: Places) -> Response:
    """Answer `/readyz`: whether requests can be served, and what is degraded."""
    try:
        async with asyncio.timeout(READY_SECONDS):
            await health.look()
            waiting = await limits.problems(domain.clock())
    except Damaged:
        return JSONResponse({"status": "database damaged"}, status_code=503)
    except Exception as error:
        logger.error("cannot reach the database: %s", type(error).__name__)
        return JSONResponse({"status": "database unreachable"}, status_code=503)
    if feed.stopping:
        return JSONResponse({"status": "stopping"}, status_code=503)
    faults = [
        {"place": place, "hook": hook, "count": count}
        for (place, hook), count in sorted(places.faults.counts.items())
    ]
    connected = domain.notifier.connected
    # Still 200: other cities are served, and reduced ones as far as possible.
    return JSONResponse(
        {
            "status": "degraded" if places.reduced or waiting or not connected else "ok",
            "cities": len(places.all()),
            "reduced": list(places.reduced),
            "bus": {"connected": connected},
            "faults": faults,
            "retention": waiting,
        }
    )


async def _to_explorer(_request: Request) -> Response:
    return RedirectResponse("/graphql")


async def _http_error(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    messages = {404: "Not found. The API is at /graphql.", 405: "Method not allowed."}
    return json_error(status, "BAD_REQUEST", messages.get(status, "Invalid request."))


async def _unavailable(_request: Request, error: Exception) -> Response:
    return unavailable(error if isinstance(error, Unavailable) else Unavailable())


async def _internal_error(_request: Request, error: Exception) -> Response:
    logger.error("a request failed", exc_info=error)
    return json_error(500, "INTERNAL", MASKED)


@asynccontextmanager
async def _lifespan(
    health: Health, domain: Domain, feed: Feed, sweep: Callable[[], Coroutine[Any, Any, None]]
) -> AsyncGenerator[None]:
    await asyncio.to_thread(domain.media.remove_unfinished)
    # Before the first request: no client may see a list from before, and no alert be missed.
    await _adopt(domain)
    work = (feed.poll(), domain.notifier.run(), escalation.run(domain), sweep())
    tasks = [asyncio.create_task(each) for each in (*work, health.check_whole())]
    yield
    for task in tasks:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    await finishing.settled()


async def _adopt(domain: Domain) -> None:
    try:
        with connecting.unhurried():
            await former_stations.adopt(domain)
    except Exception as error:
        logger.error("cannot move reports and alerts of former stations", exc_info=error)


async def _sweep(domain: Domain, places: Places, set_waiting: Callable[[int], None]) -> None:
    """Delete expired data, at start and every `SWEEP_SECONDS`, without statement timeouts."""
    logged: set[str] = set()
    while True:
        try:
            with connecting.unhurried():
                if await limits.clock_problem(domain.clock()) is None:
                    await _forget(domain)
            await asyncio.to_thread(places.look_for_leaks)
            waiting = await limits.problems(domain.clock())
            set_waiting(len(waiting))
            for each in waiting:
                if each not in logged:
                    logger.error("%s See: server.py retention status", each)
            logged = set(waiting)
        except Exception as error:
            logger.error("the sweep failed", exc_info=error)
        await asyncio.sleep(LOOK_AGAIN_SECONDS if logged else SWEEP_SECONDS)
        # Another process may still have written with the old names.
        await _adopt(domain)


async def _forget(domain: Domain) -> None:
    """Delete expired data; closes each month's statistics before erasing its data."""
    at = domain.clock()
    await idempotency.forget_expired(at)
    await uploads.forget_expired(at)
    await closed_months.close(domain)
    await erasure.erase_overdue(domain)
    await domain.media.sweep(uploads.known_hashes, ORPHAN_AGE)
