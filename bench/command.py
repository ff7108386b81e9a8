"""The command `demo`."""

import asyncio
from datetime import timedelta
from typing import Protocol

import click


class DemoSettings(Protocol):
    """The part of the settings that the demo needs."""

    def officer_token(self, name: str, place: str, lifetime: timedelta) -> str:
        """Create a token for an officer and return it."""
        ...


@click.command()
@click.option("--url", default="http://127.0.0.1:8000", help="URL of the server.")
@click.option("--place", default="india/chhattisgarh/raipur", help="Path of a full city.")
@click.option("--incidents", default=60, type=click.IntRange(1), help="Number of incidents.")
@click.option(
    "--per-minute", default=60.0, type=click.FloatRange(1, 6000), help="Incidents per minute."
)
@click.option("--seed", default=1, help="Random seed; the same seed makes the same incidents.")
@click.pass_obj
def demo(
    settings: DemoSettings, url: str, place: str, incidents: int, per_minute: float, seed: int
) -> None:
    """Send incidents to a running server, as citizens of a full city, and respond as its police."""
    # Imported here because most commands do not need the client.
    from bench.demo import play

    token = settings.officer_token("Demo desk", place, timedelta(days=1))
    asyncio.run(play(url, place, token, incidents, per_minute, seed))
