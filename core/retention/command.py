"""The commands `retention status` and `retention approve`."""

import click

from core.commands.run import run
from core.commands.settings import DomainSettings
from core.retention import erasure, limits


@click.group()
def retention() -> None:
    """Show or approve the erasure of data whose retention period has ended."""


@retention.command("status")
@click.pass_obj
def retention_status(settings: DomainSettings) -> None:
    """Show why erasure waits for approval, and what is overdue by this machine's clock."""

    async def work() -> tuple[list[str], list[str]]:
        async with settings.opened() as domain:
            waiting = await limits.problems(domain.clock())
            return waiting, [str(each) for each in await erasure.overdue(domain)]

    waiting, overdue = run(work())
    click.echo("\n".join(waiting) or "Retention runs by itself.")
    click.echo("\n".join(overdue) or "Nothing is overdue.")


@retention.command("approve")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def approve_retention(settings: DomainSettings, yes: bool) -> None:
    """Erase everything that is overdue by this machine's clock. This cannot be undone.

    Check `retention status` and the clock first. Afterwards retention runs by itself again.
    """

    async def work() -> int:
        async with settings.opened() as domain:
            for each in await erasure.overdue(domain):
                click.echo(each)
            if not yes:
                now = domain.clock()
                click.confirm(f"It is {now:%Y-%m-%d %H:%M}Z. Erase them permanently?", abort=True)
            return await erasure.erase_overdue(domain, approved=True)

    click.echo(f"{run(work())} erased.")
