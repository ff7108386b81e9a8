"""The demo: citizens of a full city send incidents, and its police respond."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import click
import httpx

from bench.api import ACT, ADD, CITY, RAISE, SUBMIT, UPDATE, ask, events
from bench.incidents import Incidents

MEDIA_SHARE, ALERT_SHARE, QUESTION_SHARE, ACTED_SHARE = 0.5, 0.08, 0.2, 0.68
"""ACTED_SHARE: 842 of 1,248 reports were acted upon in Raipur (press, the first years)."""
THINKING_SECONDS = 1.5


async def play(
    url: str, place: str, token: str, incidents: int, per_minute: float, seed: int
) -> None:
    """Send incidents to a server as citizens, and respond to them as police."""
    try:
        async with httpx.AsyncClient(base_url=url, timeout=30) as http:
            city = await ask(http, CITY, path=place)
            if city.get("deployment") != "FULL":
                raise click.ClickException(
                    f"{place} is not a full city of this server. See: server.py city list --full"
                )
            await _Demo(http, url, city, token, Incidents(city, seed)).run(incidents, per_minute)
    except httpx.ConnectError:
        raise click.ClickException(f"Nothing answers at {url}. Start it with: make run") from None


class _Demo:
    def __init__(
        self,
        http: httpx.AsyncClient,
        url: str,
        city: dict[str, Any],
        token: str,
        incidents: Incidents,
    ) -> None:
        self._http = http
        self._police = httpx.AsyncClient(
            base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=30
        )
        self._url, self._token, self._city, self._incidents = url, token, city, incidents
        self._receipts: dict[str, str] = {}
        self._work: set[asyncio.Task[None]] = set()
        self._listening = asyncio.Event()
        self._pause = 0.0

    async def run(self, incidents: int, per_minute: float) -> None:
        self._pause = 60 / per_minute
        click.echo(f"{self._city['name']}: {incidents} incidents, {per_minute:g} a minute.")
        click.echo(f"To follow as police, enter this token at {self._url}/ : {self._token}")
        portal = asyncio.create_task(self._watch())
        await self._listening.wait()
        with click.progressbar(range(incidents), label="Incidents") as numbers:
            for number in numbers:
                if number and number % 20 == 0 and not sys.stdout.isatty():
                    click.echo(f"{number} of {incidents} sent")
                send = self._alert if self._incidents.happens(ALERT_SHARE) else self._report
                await send()
                await asyncio.sleep(self._pause)
        while self._work:
            await asyncio.wait(self._work)
        portal.cancel()
        await self._police.aclose()
        click.echo("Done. Query `reports` or `statistics` with the token above.")

    async def _report(self) -> None:
        report = self._incidents.report()
        if self._incidents.happens(MEDIA_SHARE):
            uploaded = await self._http.post(
                "/media",
                content=self._incidents.photo(),
                headers={"Content-Type": "application/octet-stream"},
            )
            report["media"] = [uploaded.json()["token"]]
        sent = await ask(self._http, SUBMIT, input=report)
        if sent["__typename"] != "SubmitReportSuccess":
            raise click.ClickException(f"A report was refused: {sent['message']}")
        self._receipts[sent["reference"]] = sent["receipt"]

    async def _alert(self) -> None:
        position = self._incidents.position()
        given = {"position": position, "battery": 55, "idempotencyKey": self._incidents.key()}
        raised = await ask(self._http, RAISE, input=given)
        self._begin(self._move(raised["secret"], position))

    async def _move(self, secret: str, position: dict[str, float]) -> None:
        for step in range(1, 6):
            await asyncio.sleep(min(self._pause, THINKING_SECONDS))
            moved = position | {"latitude": position["latitude"] + step * 0.0004}
            given = {"secret": secret, "position": moved, "battery": 55 - step}
            await ask(self._http, UPDATE, input=given)

    async def _watch(self) -> None:
        """Respond to every report and alert, as the control room."""
        async for item in events(self._url, self._token, self._city["path"], None):
            if item["__typename"] == "CaughtUp":
                self._listening.set()
            elif item.get("action", {}).get("kind") == "SUBMIT":
                self._begin(self._handle(item["report"]))
            elif item.get("action", {}).get("kind") == "RAISE":
                self._begin(self._respond(item["alert"]["id"]))

    def _begin(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._work.add(task)
        task.add_done_callback(self._work.discard)

    async def _handle(self, report: dict[str, Any]) -> None:
        act = self._acting_on(report["id"])
        stations = [each["path"] for each in self._city["stations"] if not each["controlRoom"]]
        if stations:
            await act("REFER", place=self._incidents.one_of(stations), text="Yours, please.")
        await act("ACKNOWLEDGE")
        if self._incidents.happens(QUESTION_SHARE):
            await act("ASK", text="Can you say more about where exactly it was?")
            await self._answer(report["reference"])
        if not self._incidents.happens(ACTED_SHARE):
            await act("NOTE", text="Waits for a patrol.")
            return
        await act("DISPATCH", text="A patrol is on its way.")
        await act("ARRIVE")
        outcome = self._incidents.one_of(self._city["dispositions"])["code"]
        await act("ACT", disposition=outcome, text="Thank you for telling us.")

    async def _respond(self, alert: str) -> None:
        act = self._acting_on(alert)
        await act("ACKNOWLEDGE")
        await act("DISPATCH")
        await act("ARRIVE")
        await act("ACT", disposition="help-given")

    def _acting_on(self, subject: str) -> Callable[..., Awaitable[None]]:
        async def act(kind: str, **more: str) -> None:
            await asyncio.sleep(min(self._pause, THINKING_SECONDS))
            given = {"subject": subject, "kind": kind, "idempotencyKey": self._incidents.key()}
            await ask(self._police, ACT, input=given | more)

        return act

    async def _answer(self, reference: str) -> None:
        receipt = self._receipts.get(reference)
        if receipt is not None:
            given = {
                "receipt": receipt,
                "kind": "ANSWER",
                "text": "Opposite the sweet shop, beside the bus stop.",
                "idempotencyKey": self._incidents.key(),
            }
            await ask(self._http, ADD, input=given)
