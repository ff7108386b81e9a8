"""Compare queries per second of our server and its peers, in interleaved rounds."""

import statistics
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

from bench.operations import OURS, PEERS, POSTGRAPHILE, as_it_is, bodies, global_id, references
from bench.peer_process import PeerProcess
from bench.results import Table
from bench.server_process import ServerProcess
from bench.stage import SERVER_CORE, Stage, officer_of_all
from bench.wrk import load

QUESTIONS = ("Q1", "Q2", "Q3")
PEER_FILES = {
    "Mercurius": "mercurius.js",
    "PostGraphile": "postgraphile.js",
    "Apollo": "apollo.js",
    "plain Strawberry": "usual.py",
    "json_agg endpoint": "json_agg.py",
}
BEST_PEERS = ("Mercurius", "PostGraphile", "Apollo")
WARM_SECONDS = 1.0


@dataclass
class Contender:
    """A server to measure, and its rates."""

    name: str
    process: ServerProcess | PeerProcess
    queries: Mapping[str, str]
    id_of: Callable[[str], str] = as_it_is
    token: str | None = None
    rates: dict[str, list[float]] = field(default_factory=dict[str, list[float]])
    p99: dict[str, list[float]] = field(default_factory=dict[str, list[float]])

    def rate(self, question: str) -> float:
        """Return the median requests per second of a question."""
        return statistics.median(self.rates[question])


async def started(stage: Stage, peers: Iterable[str] = tuple(PEER_FILES)) -> list[Contender]:
    """Start our server, with and without its response cache, and the peers."""
    contenders: list[Contender] = []
    for name, options in (("ours, cached", ()), ("ours", ("--response-cache", "0"))):
        server = stage.server(*options)
        await server.start()
        contenders.append(Contender(name, server, OURS, global_id, officer_of_all(server)))
    for name in peers:
        peer = PeerProcess(PEER_FILES[name], stage.database, SERVER_CORE)
        await peer.start()
        queries = POSTGRAPHILE if name == "PostGraphile" else PEERS
        contenders.append(Contender(name, peer, queries))
    return contenders


def require_same_answers(stage: Stage, contenders: Sequence[Contender]) -> None:
    """Raise `AssertionError` unless all contenders return the same reports."""
    expected: dict[str, Any] = {}
    for contender in contenders:
        for question in ("Q1", "Q2"):
            body = _bodies(stage, contender, question)[-1]
            headers = {"content-type": "application/json"}
            if contender.token:
                headers["authorization"] = f"Bearer {contender.token}"
            url = f"{contender.process.url}/graphql"
            answer = httpx.post(url, content=body, headers=headers, timeout=60).json()
            found = references(answer)
            if not found or found != expected.setdefault(question, found):
                raise AssertionError(
                    f"{contender.name} gives another answer to {question}: {answer}"
                )


def _bodies(stage: Stage, contender: Contender, question: str) -> list[bytes]:
    return bodies(
        contender.queries, question, stage.hot_cities(), stage.asked_reports(), contender.id_of
    )


def measure(
    stage: Stage, contenders: Sequence[Contender], rounds: int, seconds: float
) -> list[Contender]:
    """Measure all contenders in interleaved rounds, each starting with another contender."""
    for turn in range(rounds):
        order = [*contenders[turn % len(contenders) :], *contenders[: turn % len(contenders)]]
        for question in QUESTIONS:
            for contender in order:
                requests = _bodies(stage, contender, question)
                url = contender.process.url
                if turn == 0:
                    load(url, requests, WARM_SECONDS, contender.token)
                found = load(url, requests, seconds, contender.token)
                contender.rates.setdefault(question, []).append(found.per_second)
                contender.p99.setdefault(question, []).append(found.p99_milliseconds)
                time.sleep(0.1)
    return list(contenders)


def rates(title: str, contenders: Sequence[Contender], note: str) -> Table:
    """Return the table of medians, with the ratios to the best peer."""
    peers = [contender for contender in contenders if contender.name in BEST_PEERS]
    best = {
        question: max((peer.rate(question) for peer in peers), default=0.0)
        for question in QUESTIONS
    }
    rows = [
        [
            contender.name,
            *(contender.rate(question) for question in QUESTIONS),
            *(
                round(contender.rate(question) / best[question], 2) if best[question] else "-"
                for question in QUESTIONS
            ),
            *(round(statistics.median(contender.p99[question]), 1) for question in QUESTIONS),
        ]
        for contender in contenders
    ]
    columns = ["requests/s", *QUESTIONS, *(f"{q} / best peer" for q in QUESTIONS),
               *(f"{q} p99 ms" for q in QUESTIONS)]  # fmt: skip
    return Table(title, columns, rows, note)
