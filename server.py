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
from schema.serving.command import (
    DEFAULT_RESPONSE_CACHE,
    log_level_option,
    response_cache_option,
    serve,
)
from schema.serving.logs import set_up_logs
from schema.serving.workers import Start, starter

if TYPE_CHECKING:
    from schema.serving.server import Server

VERSION = "0.1.0"


@dataclass(frozen=True, slots=True)
class Settings:
    """Where everything is kept: the three adapters, the key, and further plugins."""

    database: str = field(repr=False)
    data: Path
    plugins: tuple[Path, ...] = ()
    bus: str | None = field(default=None, repr=False)
    response_cache: int = DEFAULT_RESPONSE_CACHE
    log_level: str = "info"
    disabled: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()
    given_key: str | None = field(default=None, repr=False)

    def sources(self) -> list[Source]:
        """Return where place folders lie: those that ship, packages, then the named folders."""
        packages, faults = installed()
        for fault in faults:
            logging.getLogger("citizencop.server").warning("%s", fault)
        return [*shipped(), *packages, *map(named, self.plugins)]

    def notifier(self) -> Notifier:
        """Return the notifier: over NATS if a bus is named, else over PostgreSQL if it is used."""
        if self.bus is None and database.is_embedded(self.database):
            return MemoryNotifier()
        from core.log.notifier.nats import NatsNotifier
        from core.log.notifier.postgresql import PostgresqlNotifier

        return NatsNotifier(self.bus) if self.bus is not None else PostgresqlNotifier(self.database)

    def key(self) -> bytes:
        """Return the server's key."""
        return server_key(self.given_key, self.database, self.data)

    def starter(self) -> Start:
        """Return what starts another process with these settings."""
        return starter([__file__], TypeAdapter(Settings).dump_json(self))

    def officer_token(self, name: str, place: str, lifetime: timedelta) -> str:
        """Make a token for an officer."""
        return run(make_token(self.database, name, place, lifetime))

    @classmethod
    def received(cls, pipe: int) -> Self:
        """Read what such a process is given, to the end of the pipe."""
        with os.fdopen(pipe, "rb") as opened:
            return TypeAdapter(cls).validate_json(opened.read())

    @asynccontextmanager
    async def built(self) -> "AsyncGenerator[AppState]":
        """Put the parts together around an open, up-to-date database."""
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
        """Give the domain alone, put together in the same way."""
        async with self.built() as app:
            yield app.domain


@dataclass(frozen=True, slots=True)
class AppState:
    """All parts, put together."""

    domain: Domain
    feed: Feed
    places: Places
    settings: Settings

    def configure(self, host: str, port: int) -> "Server":
        """Return the server over these parts."""
        # The API takes as long to import as all the rest, and most commands do without.
        from schema.serving.server import build_server
        from schema.subjects import SUBJECTS as SCHEMA

        kept = self.settings.response_cache
        return build_server(self.domain, self.feed, self.places, SCHEMA, kept, host, port)


built = Settings.built
configure = AppState.configure


@click.group(context_settings={"help_option_names": ["-h", "--help"], "show_default": True})
@database_option
@click.option(
    "--data",
    default="data",
    envvar="CITIZENCOP_DATA",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for media, and for the key of the embedded server.",
)
@place_options
@bus_option
@response_cache_option
@log_level_option
@click.option("--settings", type=int, hidden=True, help="The pipe that a worker reads them from.")
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
    """Citizen safety: anonymous reports, alerts, and what police do about them."""
    # What citizens send is for this account alone, also on a machine that others use.
    os.umask(0o077)
    # Before anything of a plugin is imported.
    secrets_taken = environment.take_secrets()
    for url in (database_url, bus):
        environment.hide_password(url)
    if settings is not None:
        context.obj = Settings.received(settings)
        set_up_logs(context.obj.log_level)
        return
    set_up_logs(log_level)
    database_url = environment.with_password(database_url, secrets_taken.get(environment.PASSWORD))
    # Whole paths: nothing that changes the working folder later moves anybody's data.
    folders = tuple(map(Path.absolute, plugins))
    key = secrets_taken.get(environment.KEY)
    context.obj = Settings(
        database_url, data.absolute(), folders, bus, response_cache, log_level, disable, allow, key
    )


for command in (city, demo, migrate, retention, schema, serve, token, vehicles):
    main.add_command(command)


if __name__ == "__main__":
    main()
