"""The commands for officers' tokens: `create`, `list` and `revoke`."""

from datetime import timedelta
from uuid import UUID

import click

from core.commands.run import path_of, run
from core.commands.settings import DomainSettings
from core.identity import sign_in
from core.identity.people import Role
from core.places.city import Cities, station_at
from core.storage import database


@click.group()
def token() -> None:
    """Create, list and revoke officers' tokens."""


@token.command("create")
@click.option(
    "--role",
    required=True,
    type=click.Choice([role.lower() for role in Role], case_sensitive=False),
    help="officer: view and act; observer: view only.",
)
@click.option(
    "--place", required=True, help="Path of the place, such as india/chhattisgarh/raipur."
)
@click.option("--name", default="Duty officer", help="Name of the officer or desk.")
@click.option("--days", default=90, type=click.IntRange(1, 366), help="Validity in days.")
@click.pass_obj
def create_token(settings: DomainSettings, role: str, place: str, name: str, days: int) -> None:
    """Create a token. It is shown only once, because only its hash is stored."""
    path = path_of(place)

    async def work() -> sign_in.NewToken:
        async with settings.opened() as domain:
            _require_known(domain.cities, path)
            return await sign_in.create_token(name, Role(role.upper()), path, timedelta(days=days))

    made = run(work())
    click.echo(made.token)
    click.echo(f"{role} for {path}, valid until {made.expires_at:%Y-%m-%d}", err=True)


async def make_token(database_url: str, name: str, place: str, lifetime: timedelta) -> str:
    """Create a token for an officer and return it. Does not migrate the database."""
    async with database.opened(database_url):
        return (await sign_in.create_token(name, Role.OFFICER, place, lifetime)).token


def _require_known(cities: Cities, path: str) -> None:
    city = cities.get(path.rpartition("/")[0])
    if cities.get(path) is None and station_at(city, path) is None:
        raise click.ClickException(f"There is no place {path}. See: server.py city list --all")


@token.command("list")
@click.pass_obj
def list_tokens(settings: DomainSettings) -> None:
    """List the tokens by ID. The tokens themselves are not stored."""

    async def work() -> list[str]:
        async with settings.opened():
            return [
                f"{row.id}  {row.officer.role:9} {row.officer.place}  {row.officer.name}  "
                + ("revoked" if row.revoked_at else f"until {row.expires_at:%Y-%m-%d}")
                for row in await sign_in.list_tokens()
            ]

    click.echo("\n".join(run(work())) or "There are no tokens.")


@token.command("revoke")
@click.argument("token_id", type=click.UUID)
@click.pass_obj
def revoke_token(settings: DomainSettings, token_id: UUID) -> None:
    """Revoke a token immediately, by the ID that `token list` shows."""

    async def work() -> bool:
        async with settings.opened():
            return await sign_in.revoke_token(str(token_id))

    if not run(work()):
        raise click.ClickException("There is no valid token with this ID. See: token list")
    click.echo(
        "Revoked. Requests are refused within a second; streams end before their next event."
    )
