"""The command `serve`, and the options for serving."""

import logging
import socket
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Final, Protocol

import click

from core.commands.run import run
from core.storage import database
from core.storage.command import bring_up_to_date
from plugins.runtime.places import Places
from plugins.runtime.sources import Source
from schema.serving import process
from schema.serving.workers import (
    PortTaken,
    Reloader,
    Start,
    Workers,
    end_with_parent,
    listening_socket,
)

if TYPE_CHECKING:
    from schema.serving.server import Server

logger = logging.getLogger("citizencop.server")

DEFAULT_RESPONSE_CACHE: Final = 64


class App(Protocol):
    """The composed application."""

    @property
    def places(self) -> Places:
        """The loaded places."""
        ...

    def configure(self, host: str, port: int) -> "Server":
        """Return the server for an address."""
        ...


class ServeSettings(Protocol):
    """The settings that `serve` needs."""

    @property
    def database(self) -> str:
        """The URL of the server's database."""
        ...

    def sources(self) -> list[Source]:
        """Return the directories that contain place folders."""
        ...

    def key(self) -> bytes:
        """Return the server's key; ends the command if there is no valid one."""
        ...

    def starter(self) -> Start:
        """Return a function that starts another process with these settings."""
        ...

    def built(self) -> AbstractAsyncContextManager[App]:
        """Compose the application; it is closed at the end of the block."""
        ...


response_cache_option: Final = click.option(
    "--response-cache",
    default=DEFAULT_RESPONSE_CACHE,
    envvar="CITIZENCOP_RESPONSE_CACHE",
    type=click.IntRange(0, 65_536),
    help="MiB per process for cached answers; 0 disables the cache.",
)
log_level_option: Final = click.option(
    "--log-level",
    default="info",
    type=click.Choice(["debug", "info", "warning", "error"]),
    help="Lowest level of the server's own log messages.",
)


@click.command()
@click.option("--host", default="127.0.0.1", envvar="HOST", help="Address to listen on.")
@click.option("--port", default=8000, envvar="PORT", help="Port to listen on.")
@click.option(
    "--workers",
    default=1,
    envvar="CITIZENCOP_WORKERS",
    type=click.IntRange(1, 256),
    help="Number of processes; more than one requires PostgreSQL.",
)
@click.option("--reload", is_flag=True, help="Restart when a place's folder changes.")
@click.option("--listening", type=int, hidden=True, help="The socket that a worker inherits.")
@click.pass_obj
def serve(
    settings: ServeSettings, host: str, port: int, workers: int, reload: bool, listening: int | None
) -> None:
    """Serve the API until SIGTERM or SIGINT."""
    if reload:
        _serve_with_reload(settings, host, port)
    elif listening is not None:
        end_with_parent()
        run(_serve(settings, host, 0, socket.socket(fileno=listening)))
    elif workers > 1:
        _serve_with_workers(settings, host, port, workers)
    else:
        run(_serve(settings, host, port, _listening(host, port)))


async def _serve(settings: ServeSettings, host: str, port: int, listening: socket.socket) -> None:
    process.switch_threads_often()
    process.allow_many_sockets()
    async with settings.built() as app:
        count = len(app.places.all())
        process.spare_the_collector()
        if port:
            logger.info("%s cities; open http://%s:%s/ for the API explorer", count, host, port)
        await app.configure(host, port).serve([listening])


def _serve_with_workers(settings: ServeSettings, host: str, port: int, count: int) -> None:
    if database.is_embedded(settings.database):
        raise click.ClickException("Several workers require PostgreSQL: set --database.")
    run(_require_up_to_date(settings.database))
    settings.key()
    listening = _listening(host, port)
    logger.info("%s workers; open http://%s:%s/ for the API explorer", count, host, port)
    Workers(settings.starter(), count, listening).run()


async def _require_up_to_date(url: str) -> None:
    async with database.opened(url):
        await bring_up_to_date(url)


def _serve_with_reload(settings: ServeSettings, host: str, port: int) -> None:
    listening = _listening(host, port)
    logger.info("open http://%s:%s/; restarts when a place's folder changes", host, port)
    folders = [source.root for source in settings.sources()]
    Reloader(settings.starter(), folders, listening).run()


def _listening(host: str, port: int) -> socket.socket:
    try:
        return listening_socket(host, port)
    except PortTaken as taken:
        raise click.ClickException(str(taken)) from None
