"""The commands `vehicles import` and `vehicles audit`."""

from pathlib import Path

import click

from core.commands.run import path_of, run
from core.commands.settings import DomainSettings
from core.storage import connecting
from core.vehicles import importing, look_up


@click.group()
def vehicles() -> None:
    """Import registers of vehicles, and audit look-ups."""


@vehicles.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--place", required=True, help="Path of the register's place, such as india/madhya-pradesh."
)
@click.option("--restart", is_flag=True, help="Import the file again from its first row.")
@click.pass_obj
def import_vehicles(settings: DomainSettings, file: Path, place: str, restart: bool) -> None:
    """Import a CSV file of vehicles. An interrupted import continues where it stopped.

    The first line names the columns. Required: plate, make, model, colour, vehicle_class. Optional:
    fuel, valid_until, stolen, towed_to, towed_at, owner. Invalid rows are written to
    FILE.refused.csv, each with the reason.
    """
    path, size = path_of(place), file.stat().st_size

    async def work() -> tuple[importing.Imported, int]:
        async with settings.opened() as domain:
            city = domain.city(path, ("place",))
            with click.progressbar(length=size, label="Vehicles") as bar:
                imported = await importing.import_file(
                    city,
                    file,
                    restart=restart,
                    on_progress=lambda done: bar.update(done - bar.pos),
                )
            return imported, await look_up.count(path)

    try:
        with connecting.unhurried():
            imported, known = run(work())
    except OSError as error:
        if error.filename is None:
            raise
        raise click.ClickException(f"{error.filename}: {error.strerror}.") from None
    if imported.rows_before:
        click.echo(
            f"{imported.rows_before} rows were imported before. --restart imports them again.",
            err=True,
        )
    click.echo(f"{imported.rows} rows of this file are in the register of {path}.")
    click.echo(f"The register has {known} vehicles.")
    if imported.refused:
        click.echo(
            f"{imported.refused} invalid rows are in {imported.refused_file}.",
            err=True,
        )


@vehicles.command("audit")
@click.option("--place", required=True, help="Path of the place; includes all places below it.")
@click.pass_obj
def audit_vehicles(settings: DomainSettings, place: str) -> None:
    """List officers' look-ups, oldest first: time, officer, place, plate, reason."""
    path = path_of(place)

    async def work() -> list[str]:
        async with settings.opened():
            return [
                f"{row.at:%Y-%m-%d %H:%M:%S}Z  {row.officer_name}  {row.place}  {row.plate}  "
                + " ".join(row.reason.split())
                for row in await look_up.audit(path)
            ]

    click.echo("\n".join(run(work())) or "There are no look-ups.")
