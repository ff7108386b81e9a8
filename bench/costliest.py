"""Search for the allowed requests that block the server's event loop longest.

    python -m bench.costliest                 two minutes on an embedded database
    python -m bench.costliest --seconds 600

Sends known attacks, once and with as many aliases as the cost limit allows, then random operations
over the schema. At the same time it sends a tiny request repeatedly: its longest wait shows how
long the loop was blocked. Each operation is sent several times as a new document, and the smallest
of these waits is used, because other load on the machine only makes them longer.
"""

import asyncio
import http.client
import json
import os
import re
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import click
from graphql import build_client_schema, get_introspection_query

from bench.api import SUBMIT
from bench.attacks import CENTRE, CITY, MAX_ALIASES, Attack, RandomAttacks, known_attacks
from bench.results import Results, Table
from bench.server_process import ServerProcess

REPORTS = 200
WANTED_MILLISECONDS = 20.0
REPEATS, MORE_REPEATS = 3, 10
SHOWN = 15
TINY = b'{"query":"{ __typename }"}'
PING_PAUSE = 0.0005


@dataclass(frozen=True, slots=True)
class Found:
    """The measured effect of a request."""

    attack: Attack
    count: int
    blocked: float
    """Longest wait of the tiny request in milliseconds; the minimum over the repeats."""
    took: float
    answer: str


class Line:
    """An HTTP connection for sequential requests."""

    def __init__(self, port: int, token: str | None = None) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self._headers = {"content-type": "application/json"}
        if token is not None:
            self._headers["authorization"] = f"Bearer {token}"

    def send(self, body: bytes) -> bytes:
        """Send a request; return the response body."""
        self._connection.request("POST", "/graphql", body, self._headers)
        return self._connection.getresponse().read()

    def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """Return the response to an operation."""
        return json.loads(self.send(encoded(query, variables)))


class Pings(threading.Thread):
    """Sends a tiny request repeatedly and records the longest wait."""

    def __init__(self, port: int) -> None:
        super().__init__(daemon=True)
        self._line = Line(port)
        self._worst = 0.0
        self._answered = threading.Condition()
        self._count = 0
        self.ended = False

    def run(self) -> None:
        """Send requests until `ended` is set."""
        while not self.ended:
            began = time.perf_counter()
            self._line.send(TINY)
            waited = time.perf_counter() - began
            with self._answered:
                self._worst = max(self._worst, waited)
                self._count += 1
                self._answered.notify_all()
            time.sleep(PING_PAUSE)

    def worst(self) -> float:
        """Return the longest wait since the last call, in milliseconds, and reset it."""
        with self._answered:
            # Wait for the current request and the next one.
            enough = self._count + 2
            self._answered.wait_for(lambda: self._count >= enough)
            worst, self._worst = self._worst, 0.0
        return worst * 1_000


class Search:
    """Measures requests to one server."""

    def __init__(self, port: int, token: str) -> None:
        self._line = Line(port, token)
        self._pings = Pings(port)
        self._pings.start()

    def close(self) -> None:
        """Stop the tiny requests."""
        self._pings.ended = True

    def quiet(self, stretches: int = 20) -> list[float]:
        """Return the longest waits of several intervals without other requests, sorted."""
        waits: list[float] = []
        for _ in range(stretches):
            self._pings.worst()
            time.sleep(0.05)
            waits.append(self._pings.worst())
        return sorted(waits)

    def measured(self, attack: Attack, count: int, repeats: int = REPEATS) -> Found:
        """Send a request several times; return the minimum times."""
        blocked = took = float("inf")
        answer = b""
        for _ in range(repeats):
            body = attack.body or encoded(attack.query(count), attack.values())
            self._pings.worst()
            began = time.perf_counter()
            answer = self._line.send(body)
            took = min(took, (time.perf_counter() - began) * 1_000)
            blocked = min(blocked, self._pings.worst())
        return Found(attack, count, blocked, took, summary(answer))

    def at_the_limit(self, attack: Attack) -> int:
        """Return how many aliases of a root field the limits allow in one operation."""
        count = MAX_ALIASES
        while count > 1:
            answer = self._line.ask(attack.query(count), **attack.values())
            extensions = (answer.get("errors") or [{}])[0].get("extensions") or {}
            match extensions.get("code"):
                case "TOO_COSTLY":
                    share = extensions["limit"] / extensions["cost"]
                    count = max(1, min(count - 1, int(count * share)))
                case "TOO_LARGE" | "ANSWER_TOO_LARGE":
                    count = count * 3 // 4
                case _:
                    return count
        return count


def encoded(query: str, variables: dict[str, Any]) -> bytes:
    """Return the body of a request."""
    return json.dumps({"query": query, "variables": variables}, ensure_ascii=False).encode()


def summary(answer: bytes) -> str:
    """Return the error code or the size of a response."""
    if b'"errors":[' not in answer[:20] + answer[-20_000:]:
        return f"{len(answer):,} bytes"
    codes = re.findall(rb'"code":"([A-Z_]+)"', answer[:2_000] + answer[-2_000:])
    return codes[0].decode() if codes else "not valid"


def fill(line: Line, police: Line) -> dict[str, Any]:
    """Submit reports, and return argument values for which the server has data."""
    receipts: list[str] = []
    for number in range(REPORTS):
        given = {"category": "nuisance.noise", "position": CENTRE, "idempotencyKey": str(uuid4()),
                 "description": f"{number}: " + "Loud music since midnight. " * 180}  # fmt: skip
        receipts.append(line.ask(SUBMIT, input=given)["data"]["submitReport"]["receipt"])
    listed = police.ask(
        "query ($p: String!) { reports(place: $p, first: 100) { ... on ReportConnection {"
        " edges { node { id } } } } }", p=CITY)  # fmt: skip
    ids = [edge["node"]["id"] for edge in listed["data"]["reports"]["edges"]]
    paths = [CITY, "india", "india/chhattisgarh"]
    return {
        "path": paths[:1], "place": paths, "within": paths[1:], "id": ids, "first": [100],
        "receipt": receipts, "language": ["hi-IN", "en", "x" * 35, "a-" * 17 + "a"],
        "name": ["R", "\u0390" * 120], "kinds": [["ALL", "POLICE"] * 8], "position": [CENTRE],
        "from": ["2020-01-01"], "to": ["2026-10-31"], "plate": ["CG04AB1234"],
        "tariff": ["auto-rickshaw"], "metres": [5_000.0], "inForce": [False], "standing": [False],
    }  # fmt: skip


def searched(search: Search, attacks: RandomAttacks, seconds: float) -> Iterator[Found]:
    """Yield the effect of each request, the known attacks first, until the time is over."""
    ends = time.monotonic() + seconds
    with click.progressbar(length=int(seconds), label="Searching") as bar:
        began = shown = time.monotonic()
        known = known_attacks()
        while known or time.monotonic() < ends:
            attack = known.pop(0) if known else attacks.draw()
            yield search.measured(attack, 1)
            count = search.at_the_limit(attack) if attack.body is None else 1
            if count > 1:
                yield search.measured(attack, count)
            now = time.monotonic()
            bar.update(int(now - began) - int(shown - began))
            shown = now


def row(found: Found) -> list[Any]:
    """Return the table row of a request."""
    name = f"{found.attack.name} × {found.count}" if found.count > 1 else found.attack.name
    return [name, found.answer, round(found.blocked, 1), round(found.took, 1)]


async def measure(seconds: float, seed: int) -> None:
    """Start a server, search, and write the results."""
    with tempfile.TemporaryDirectory(prefix="costliest-") as folder:
        server = ServerProcess(f"sqlite://{folder}/data.sqlite3", Path(folder))
        await server.start()
        try:
            token = server.officer("india")
            police = Line(server.port, token)
            pool = fill(Line(server.port), police)
            schema = build_client_schema(police.ask(get_introspection_query())["data"])
            search = Search(server.port, token)
            quiet = search.quiet()
            found = list(searched(search, RandomAttacks(schema, pool, seed), seconds))
            found.sort(key=lambda each: -each.blocked)
            worst = [search.measured(each.attack, each.count, MORE_REPEATS)
                     for each in found[:SHOWN]]  # fmt: skip
            search.close()
        finally:
            server.stop()
    worst.sort(key=lambda each: -each.blocked)
    report(found, worst, quiet)


def operation(found: Found) -> str:
    """Return the text of a random operation, in Markdown."""
    attack = found.attack
    text = f"{attack.root}\n# {json.dumps(attack.values(), ensure_ascii=False)}"
    return f"## {attack.name} × {found.count}\n\n```graphql\n{text}\n```\n"


def report(found: list[Found], worst: list[Found], quiet: list[float]) -> None:
    """Write the tables."""
    results = Results("costliest")
    columns = ["request", "answer", "loop blocked, ms", "total, ms"]
    alone = f"{quiet[len(quiet) // 2]:.1f} ms ({quiet[0]:.1f} to {quiet[-1]:.1f})"
    note = (
        f"The worst of {len(found):,}, each sent {MORE_REPEATS} more times. The tiny request "
        f"waited at most {worst[0].blocked:.1f} ms (target: {WANTED_MILLISECONDS:g} ms). Without "
        f"other requests, its longest wait in 50 ms is {alone}. Load: {os.getloadavg()[0]:.1f}."
    )
    results.add(Table("Worst", columns, [row(each) for each in worst], note))
    known = [each for each in found if not each.attack.name.startswith("random")]
    shown = [each for each in worst if each.attack.name.startswith("random")][:3]
    results.text = "\n".join(operation(each) for each in shown)
    results.add(Table("Known attacks", columns, [row(each) for each in known],
                      f"Each sent {REPEATS} times as a new document."))  # fmt: skip


@click.command()
@click.option(
    "--seconds", default=120.0, show_default=True, help="Duration of the search, in seconds."
)
@click.option("--seed", default=1, show_default=True, help="Random seed.")
def main(seconds: float, seed: int) -> None:
    """Search for the requests that block the server's event loop longest."""
    asyncio.run(measure(seconds, seed))


if __name__ == "__main__":
    main()
