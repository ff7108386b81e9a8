"""The command `migrate`, and the option that says where the database is."""

from pathlib import Path
from typing import Final

import click

from core import environment
from core.commands.run import run
from core.commands.settings import DatabaseSettings
from core.storage import connecting, database


def _checked_url(_context: click.Context, _parameter: click.Parameter, given: str) -> str:
    try:
        connecting.check_url(given)
    except ValueError as why:
        raise click.BadParameter(str(why)) from None
    if not database.is_embedded(given):
        return given
    # A whole path: nothing that changes the working folder later moves anybody's data.
    return f"sqlite://{Path(given.removeprefix('sqlite://')).absolute()}"


database_option: Final = click.option(
    "--database",
    "database_url",
    default=database.DEFAULT_URL,
    envvar=environment.DATABASE,
    callback=_checked_url,
    help="sqlite://PATH, or postgresql://USER@HOST/NAME?sslmode=verify-full. Give a password in "
    "the variable.",
)


@click.command()
@click.pass_obj
def migrate(settings: DatabaseSettings) -> None:
    """Bring the database's tables up to date."""

    async def work() -> list[str]:
        async with database.opened(settings.database):
            pending = await database.pending_migrations()
            await database.migrate()
            return pending

    with connecting.unhurried():
        applied = run(work())
    click.echo(f"Applied: {', '.join(applied)}" if applied else "Nothing to do.")


async def bring_up_to_date(url: str) -> None:
    """Migrate an open database that is embedded; any other must be up to date."""
    if database.is_embedded(url):
        await database.migrate()
        return
    pending = await database.pending_migrations()
    if pending:
        raise click.ClickException(
            f"The database lacks {', '.join(pending)}. Run first: python server.py migrate"
        )
