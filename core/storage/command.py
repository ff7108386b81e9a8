"""The command `migrate`, and the option `--database`."""

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
    except ValueError as error:
        raise click.BadParameter(str(error)) from None
    if not database.is_embedded(given):
        return given
    # An absolute path, because plugin code can change the working directory.
    return f"sqlite://{Path(given.removeprefix('sqlite://')).absolute()}"


database_option: Final = click.option(
    "--database",
    "database_url",
    default=database.DEFAULT_URL,
    envvar=environment.DATABASE,
    callback=_checked_url,
    help="sqlite://PATH, or postgresql://USER@HOST/NAME?sslmode=verify-full. Set passwords in the "
    "environment variable.",
)


@click.command()
@click.pass_obj
def migrate(settings: DatabaseSettings) -> None:
    """Migrate the database to this version."""

    async def work() -> list[str]:
        async with database.opened(settings.database):
            pending = await database.pending_migrations()
            await database.migrate()
            return pending

    with connecting.unhurried():
        applied = run(work())
    click.echo(f"Applied: {', '.join(applied)}" if applied else "Nothing to do.")


async def bring_up_to_date(url: str) -> None:
    """Migrate the open database if it is embedded; else raise an error if it is not up to date."""
    if database.is_embedded(url):
        await database.migrate()
        return
    pending = await database.pending_migrations()
    if pending:
        raise click.ClickException(
            f"The database is not up to date ({', '.join(pending)}). Run: python server.py migrate"
        )
