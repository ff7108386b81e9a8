"""The commands for retention, `status` and `approve`, and the option that names a bus."""

import re
from typing import Final

import click

from core import environment
from core.commands.run import run
from core.commands.settings import DomainSettings
from core.log import retention as retaining
from core.log import retention_limits

_BUS_URL: Final = re.compile(r"(nats|tls)://[^/]")


def _checked_bus(
    _context: click.Context, _parameter: click.Parameter, given: str | None
) -> str | None:
    if given is not None and not _BUS_URL.match(given):
        raise click.BadParameter("Write nats://HOST:PORT, or tls://HOST:PORT.")
    return given


bus_option: Final = click.option(
    "--bus",
    default=None,
    envvar=environment.BUS,
    callback=_checked_bus,
    help="nats://HOST:PORT, to ring between processes; without it PostgreSQL does.",
)


@click.group()
def retention() -> None:
    """Erasure of what has had its time, and your approval where it waits for it."""


@retention.command("status")
@click.pass_obj
def retention_status(settings: DomainSettings) -> None:
    """Show why retention waits, and what is overdue by this machine's clock."""

    async def work() -> tuple[list[str], list[str]]:
        async with settings.opened() as domain:
            waiting = await retention_limits.problems(domain.clock())
            return waiting, [str(each) for each in await retaining.overdue(domain)]

    waiting, overdue = run(work())
    click.echo("\n".join(waiting) or "Retention runs by itself.")
    click.echo("\n".join(overdue) or "Nothing is overdue.")


@retention.command("approve")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def approve_retention(settings: DomainSettings, yes: bool) -> None:
    """Erase all that is overdue by this machine's clock, whatever its share; this is final.

    Look at `retention status` and at the clock first. From then on retention runs by itself again.
    """

    async def work() -> int:
        async with settings.opened() as domain:
            for each in await retaining.overdue(domain):
                click.echo(each)
            if not yes:
                now = domain.clock()
                click.confirm(f"It is {now:%Y-%m-%d %H:%M}Z. Erase them for good?", abort=True)
            return await retaining.erase_overdue(domain, approved=True)

    click.echo(f"{run(work())} erased.")
