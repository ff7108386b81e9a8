"""The command `demo`."""

import asyncio
from datetime import timedelta
from typing import Protocol

import click


class DemoSettings(Protocol):
    """What the demo needs of the settings: to be let in as police."""

    def officer_token(self, name: str, place: str, lifetime: timedelta) -> str:
        """Make a token for an officer."""
        ...


@click.command()
@click.option("--url", default="http://127.0.0.1:8000", help="Where the server runs.")
@click.option("--place", default="india/chhattisgarh/raipur", help="Which full city.")
@click.option("--incidents", default=60, type=click.IntRange(1), help="How many are sent.")
@click.option("--per-minute", default=60.0, type=click.FloatRange(1, 6000), help="The pace.")
@click.option("--seed", default=1, help="The same seed makes the same incidents.")
@click.pass_obj
def demo(
    settings: DemoSettings, url: str, place: str, incidents: int, per_minute: float, seed: int
) -> None:
    """Fill a full city with incidents and play its police, against a running server."""
    # Most commands do without the client.
    from bench.demo import play

    token = settings.officer_token("Demo desk", place, timedelta(days=1))
    asyncio.run(play(url, place, token, incidents, per_minute, seed))
