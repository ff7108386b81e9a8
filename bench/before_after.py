"""Compare this checkout with another: queries, writes and live events.

    python -m bench.before_after ../before
    python -m bench.before_after ../before --rounds 9

Rounds are interleaved. Each checkout has its own database with the same rows. The ratio is this
checkout's rate divided by the other's: above 1 is faster. The result is only printed.
"""

import asyncio
import statistics
import tempfile
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import click

from bench import fanout
from bench.operations import OURS, bodies, global_id
from bench.queries import QUESTIONS
from bench.results import Table
from bench.server_process import SERVER, ServerProcess
from bench.stage import Stage, officer_of_all, stage
from bench.temporary_database import temporary_database
from bench.writes import submission
from bench.wrk import load

CITIES = 200
EVENTS = 200
LIVE = "live messages"
SUBSCRIBERS = 1_000
WITHOUT_CACHE = ("--response-cache", "--kept-answers")
"""The option that disables the response cache, by its name in newer and older checkouts."""


@dataclass
class Side:
    """A checkout: its servers and its measured rates."""

    name: str
    on: Stage
    server: ServerProcess
    token: str
    crowd: fanout.Broadcaster
    rates: dict[str, list[float]] = field(default_factory=dict[str, list[float]])

    def ask(self, question: str, seconds: float) -> float:
        """Return the requests per second of a question."""
        requests = bodies(OURS, question, self.on.hot_cities(), self.on.asked_reports(), global_id)
        return load(self.server.url, requests, seconds, self.token).per_second

    def write(self, cities: int, seconds: float) -> float:
        """Return the reports per second, spread over `cities` cities."""
        # Not the first city: the subscribers follow it.
        written = self.on.cities[1 : cities + 1]
        requests = [submission(each.latitude, each.longitude) for each in written]
        return load(self.server.url, requests, seconds, None).per_second


async def _side(stack: AsyncExitStack, name: str, script: Path, folder: Path, reports: int) -> Side:
    database = await stack.enter_async_context(temporary_database())
    folder.mkdir()
    on = await stack.enter_async_context(stage(database, folder, CITIES, reports, script))
    help_text = on.server().command("--help")
    option = next(each for each in WITHOUT_CACHE if each in help_text)
    server = on.server(option, "0")
    await server.start()
    stack.callback(server.stop)
    crowd = await fanout.ours(on, SUBSCRIBERS)
    await crowd.crowd.leave()
    stack.callback(crowd.process.stop)
    stack.callback(crowd.crowd.close)
    return Side(name, on, server, officer_of_all(server), crowd)


async def _measure(
    sides: Sequence[Side], parts: Sequence[str], rounds: int, seconds: float
) -> None:
    measurements: dict[str, Callable[[Side], float]] = {
        question: lambda side, question=question: side.ask(question, seconds)
        for question in QUESTIONS
    }
    measurements["writes, one city"] = lambda side: side.write(1, seconds)
    measurements["writes, 100 cities"] = lambda side: side.write(100, seconds)
    measurements = {
        name: ask for name, ask in measurements.items() if not parts or name.split(",")[0] in parts
    }
    with click.progressbar(length=rounds * (len(measurements) + 1), label="rounds") as bar:
        for turn in range(rounds):
            order = sides if turn % 2 == 0 else sides[::-1]
            for name, ask in measurements.items():
                for side in order:
                    if turn == 0:
                        ask(side)
                    side.rates.setdefault(name, []).append(ask(side))
                bar.update(1)
            for side in order if not parts or LIVE in parts else ():
                await _burst(side.crowd)
            bar.update(1)
    for side in sides:
        if side.crowd.per_second:
            side.rates[f"{LIVE}, {SUBSCRIBERS:,} subscribers"] = side.crowd.per_second


async def _burst(crowd: fanout.Broadcaster) -> None:
    """Connect the subscribers, send events, disconnect: they do not answer pings for long."""
    await crowd.crowd.connect()
    await asyncio.sleep(fanout.settling_seconds(SUBSCRIBERS))
    await crowd.burst(EVENTS)
    await crowd.crowd.leave()


async def run(
    before: Path, parts: Sequence[str], reports: int, rounds: int, seconds: float
) -> Table:
    """Measure both checkouts and return the table of medians."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="citizencop-bench-")))
        sides = [
            await _side(stack, "before", before / "server.py", folder / "before", reports),
            await _side(stack, "after", SERVER, folder / "after", reports),
        ]
        await _measure(sides, parts, rounds, seconds)
    rows = [
        [name, *(statistics.median(side.rates[name]) for side in sides), _ratio(sides, name)]
        for name in sides[0].rates
    ]
    return Table("Before and after", ["a second", "before", "after", "ratio"], rows)


def _ratio(sides: Sequence[Side], name: str) -> float:
    """Return the median of the ratios of each round, because the machine's speed varies."""
    before, after = (side.rates[name] for side in sides)
    return statistics.median(new / old for old, new in zip(before, after, strict=True))


@click.command()
@click.argument("before", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--part",
    "parts",
    multiple=True,
    type=click.Choice([*QUESTIONS, "writes", LIVE]),
    help="Measure only this part. Repeatable.",
)
@click.option("--reports", default=50_000, show_default=True, help="Reports in each database.")
@click.option(
    "--rounds", default=5, show_default=True, help="Interleaved rounds; the tables show medians."
)
@click.option(
    "--seconds", default=2.0, show_default=True, help="Duration of each load, in seconds."
)
def main(before: Path, parts: tuple[str, ...], reports: int, rounds: int, seconds: float) -> None:
    """Compare this checkout with the one in the folder BEFORE."""
    click.echo(asyncio.run(run(before.absolute(), parts, reports, rounds, seconds)).markdown())


if __name__ == "__main__":
    main()
