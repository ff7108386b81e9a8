"""The composition root and the command line."""

import logging
import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Self

import click
from pydantic import TypeAdapter

from bench.command import demo
from core import environment
from core.commands.run import run
from core.domain import Domain
from core.identity.command import make_token, token
from core.identity.server_key import server_key
from core.log.cursors import CursorSeal
from core.log.feed import Feed
from core.log.notifier.command import bus_option
from core.log.notifier.memory import MemoryNotifier
from core.log.notifier.notifier import Notifier
from core.media import MediaStore
from core.retention.command import retention
from core.storage import database
from core.storage.command import bring_up_to_date, database_option, migrate
from core.subjects import SUBJECTS
from core.vehicles.command import vehicles
from plugins.catalogues import CATALOGUES
from plugins.runtime.loading import load_places
from plugins.runtime.places import Places
from plugins.runtime.sources import Source, installed, named, shipped
from plugins.tools.command import city, place_options
from schema.command import schema
from schema.serving import command as serving
from schema.serving.logs import set_up_logs
from schema.serving.workers import Start, starter

if TYPE_CHECKING:
    from schema.serving.server import Server

VERSION = "0.1.0"


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of the command line and the environment."""

    database: str = field(repr=False)
    data: Path
    plugins: tuple[Path, ...] = ()
    bus: str | None = field(default=None, repr=False)
    response_cache: int = serving.DEFAULT_RESPONSE_CACHE
    log_level: str = "info"
    disabled: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()
    given_key: str | None = field(default=None, repr=False)

    def sources(self) -> list[Source]:
        """Return the sources of place folders: included places, packages, `--plugins` folders."""
        packages, faults = installed()
        for fault in faults:
            logging.getLogger("citizencop.server").warning("%s", fault)
        return [*shipped(), *packages, *map(named, self.plugins)]

    def notifier(self) -> Notifier:
        """Return the notifier: NATS with `--bus`, else PostgreSQL, or memory if embedded."""
        if self.bus is None and database.is_embedded(self.database):
            return MemoryNotifier()
        from core.log.notifier.nats import NatsNotifier
        from core.log.notifier.postgresql import PostgresqlNotifier

        return NatsNotifier(self.bus) if self.bus is not None else PostgresqlNotifier(self.database)

    def key(self) -> bytes:
        """Return the server's key; raises `click.ClickException`."""
        return server_key(self.given_key, self.database, self.data)

    def starter(self) -> Start:
        """Return a function that starts a worker process with these settings."""
        return starter([__file__], TypeAdapter(Settings).dump_json(self))

    def officer_token(self, name: str, place: str, lifetime: timedelta) -> str:
        """Create a token for an officer and return it."""
        return run(make_token(self.database, name, place, lifetime))

    @classmethod
    def received(cls, pipe: int) -> Self:
        """Read the settings of a worker process from a pipe, to its end."""
        with os.fdopen(pipe, "rb") as opened:
            return TypeAdapter(cls).validate_json(opened.read())

    @asynccontextmanager
    async def built(self) -> "AsyncGenerator[AppState]":
        """Open the database, migrate it if embedded, and yield all parts."""
        async with database.opened(self.database):
            await bring_up_to_date(self.database)
            key = self.key()
            places = await load_places(
                self.sources(), self.disabled, self.allowed, catalogues=CATALOGUES
            )
            notifier = self.notifier()
            media = MediaStore(self.data / "media")
            domain = Domain(places, SUBJECTS, notifier, media, key, CursorSeal(key))
            try:
                yield AppState(domain, Feed(notifier, SUBJECTS), places, self)
            finally:
                places.close()

    @asynccontextmanager
    async def opened(self) -> AsyncGenerator[Domain]:
        """Do the same as `built`, but yield only the domain."""
        async with self.built() as app:
            yield app.domain


@dataclass(frozen=True, slots=True)
class AppState:
    """The parts of the application."""

    domain: Domain
    feed: Feed
    places: Places
    settings: Settings

    def configure(self, host: str, port: int) -> "Server":
        """Return a server for these parts."""
        # Imported here because the API is slow to import, and most commands do not need it.
        from schema.serving.server import build_server
        from schema.subjects import SUBJECTS as SCHEMA

        cache = self.settings.response_cache
        return build_server(self.domain, self.feed, self.places, SCHEMA, cache, host, port)


built = Settings.built
configure = AppState.configure


@click.group(context_settings={"help_option_names": ["-h", "--help"], "show_default": True})
@database_option
@click.option(
    "--data",
    default="data",
    envvar="CITIZENCOP_DATA",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for media, and for the server's key if the database is SQLite.",
)
@place_options
@bus_option
@serving.response_cache_option
@serving.log_level_option
@click.option("--settings", type=int, hidden=True, help="Pipe with the settings of a worker.")
@click.version_option(VERSION, prog_name="citizencop")
@click.pass_context
def main(
    context: click.Context,
    database_url: str,
    data: Path,
    plugins: tuple[Path, ...],
    disable: tuple[str, ...],
    allow: tuple[str, ...],
    bus: str | None,
    response_cache: int,
    log_level: str,
    settings: int | None,
) -> None:
    """Citizen safety server: anonymous reports, alerts and police action."""
    # Only this account may read files that the server creates.
    os.umask(0o077)
    # Before plugin code is imported.
    secrets_taken = environment.take_secrets()
    for url in (database_url, bus):
        environment.hide_password(url)
    if settings is not None:
        context.obj = Settings.received(settings)
        set_up_logs(context.obj.log_level)
        return
    set_up_logs(log_level)
    database_url = environment.with_password(
        database_url, secrets_taken.get(environment.PGPASSWORD)
    )
    # Absolute paths, because plugin code can change the working directory.
    folders = tuple(map(Path.absolute, plugins))
    key = secrets_taken.get(environment.KEY)
    context.obj = Settings(
        database_url, data.absolute(), folders, bus, response_cache, log_level, disable, allow, key
    )


for command in (city, demo, migrate, retention, schema, serving.serve, token, vehicles):
    main.add_command(command)


if __name__ == "__main__":
    main()
