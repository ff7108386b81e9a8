"""The composition root and the command line."""

import asyncio
import gc
import logging
import os
import re
import secrets
import socket
import sys
from collections.abc import AsyncGenerator, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast
from uuid import UUID

import click
import orjson

from core import environment
from core.catalogues import CATALOGUES
from core.domain import Domain
from core.identity import sign_in
from core.identity.people import Role
from core.log import retention, retention_limits
from core.log.cursors import CursorSeal
from core.log.feed import Feed
from core.log.notifier.memory import MemoryNotifier
from core.media import MediaStore
from core.paths import parse_path
from core.places.stations import STATIONS
from core.problems import Problem
from core.storage import connecting, database
from core.vehicles import importing, look_up
from plugins.runtime.loading import load_places
from plugins.runtime.places import Places
from plugins.runtime.sources import Source, installed, shipped
from plugins.tools.command import ApprovalType, city
from schema.serving.logs import set_up_logs
from schema.serving.workers import (
    PortTaken,
    Reloader,
    Workers,
    end_with_parent,
    listening_socket,
    starter,
)

if TYPE_CHECKING:
    from schema.serving.server import Server

logger = logging.getLogger("citizencop.server")

VERSION = "0.1.0"
SCHEMA_FILE = Path(__file__).parent / "schema" / "schema.graphql"
LEAST_KEY_LENGTH = 32
DEFAULT_RESPONSE_CACHE = 64
THREAD_SWITCH_SECONDS = 0.0005
COLLECTOR_THRESHOLDS = 50_000, 20, 50
BUS_URL = re.compile(r"(nats|tls)://[^/]")

T = TypeVar("T")


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
            logger.warning("%s", fault)
        named = [Source(f"folder {folder}", folder) for folder in self.plugins]
        return [*shipped(), *packages, *named]

    def notifier(self) -> MemoryNotifier:
        """Return the notifier: over NATS if a bus is named, else over PostgreSQL if it is used."""
        if self.bus is None and database.is_embedded(self.database):
            return MemoryNotifier()
        from core.log.notifier.nats import NatsNotifier
        from core.log.notifier.postgresql import PostgresqlNotifier

        return NatsNotifier(self.bus) if self.bus is not None else PostgresqlNotifier(self.database)

    def handed_over(self) -> bytes:
        """Return the settings as a process that is started reads them from a pipe."""
        return orjson.dumps(asdict(self), default=str)

    @classmethod
    def received(cls, pipe: int) -> Self:
        """Read what `handed_over` gave, to the end of the pipe."""
        with os.fdopen(pipe, "rb") as opened:
            given: dict[str, Any] = orjson.loads(opened.read())
        for name, value in given.items():
            if isinstance(value, list):
                given[name] = tuple(cast("list[str]", value))
        given["data"] = Path(given["data"])
        given["plugins"] = tuple(map(Path, given["plugins"]))
        return cls(**given)

    def key(self) -> bytes:
        """Return the server's key: the one that was given, else from a file beside the data."""
        if self.given_key is not None:
            if len(self.given_key) < LEAST_KEY_LENGTH:
                raise click.ClickException(
                    f"{environment.KEY} has fewer than {LEAST_KEY_LENGTH} characters. Make one "
                    "with: python -c 'import secrets; print(secrets.token_hex(32))'"
                )
            return self.given_key.encode()
        if not database.is_embedded(self.database):
            raise click.ClickException(
                f"Set {environment.KEY} to the same secret on every server of this database."
            )
        return _key_from_file(self.data / "key")


def _key_from_file(file: Path) -> bytes:
    file.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as opened:
            opened.write(secrets.token_hex(32))
            opened.flush()
            os.fsync(opened.fileno())
    return file.read_bytes()


@dataclass(frozen=True, slots=True)
class AppState:
    """All parts, put together."""

    domain: Domain
    feed: Feed
    places: Places
    settings: Settings


@asynccontextmanager
async def built(settings: Settings) -> AsyncGenerator[AppState]:
    """Put the parts together around an open, up-to-date database."""
    async with database.opened(settings.database):
        await _bring_up_to_date(settings)
        key = settings.key()
        places = await load_places(
            settings.sources(), settings.disabled, settings.allowed, catalogues=CATALOGUES
        )
        notifier = settings.notifier()
        domain = Domain(
            cities=places,
            notifier=notifier,
            media=MediaStore(settings.data / "media"),
            key=key,
            seal=CursorSeal(key),
        )
        try:
            yield AppState(domain, Feed(notifier), places, settings)
        finally:
            places.close()


async def _bring_up_to_date(settings: Settings) -> None:
    if database.is_embedded(settings.database):
        await database.migrate()
        return
    pending = await database.pending_migrations()
    if pending:
        raise click.ClickException(
            f"The database lacks {', '.join(pending)}. Run first: python server.py migrate"
        )


def configure(app: AppState, host: str, port: int) -> "Server":
    """Return the server."""
    # The API takes as long to import as all the rest, and most commands do without.
    from schema.serving.server import build_server
    from schema.subjects import SUBJECTS

    kept = app.settings.response_cache
    return build_server(app.domain, app.feed, app.places, SUBJECTS, kept, host, port)


async def _serve(settings: Settings, host: str, port: int, listening: socket.socket) -> None:
    # SQLite and the plugins answer from threads of their own; at the usual 5 ms each answer would
    # wait that long for a busy loop, several times for every write.
    sys.setswitchinterval(THREAD_SWITCH_SECONDS)
    _allow_many_sockets()
    async with built(settings) as app:
        count = len(app.places.all())
        _spare_the_collector()
        if port:
            logger.info("%s cities; open http://%s:%s/ for the API explorer", count, host, port)
        await configure(app, host, port).serve([listening])


def _spare_the_collector() -> None:
    """Let the collector of cycles leave alone what is loaded, and look at the rest less often.

    An answer is a thousand small objects without a cycle: looking through them at Python's usual
    pace takes a quarter of the time in which a list is answered.
    """
    gc.collect()
    _give_back_memory()
    gc.freeze()
    gc.set_threshold(*COLLECTOR_THRESHOLDS)


def _give_back_memory() -> None:
    """Give the system back what loading took for a moment: glibc keeps it otherwise."""
    if sys.platform == "linux":
        import ctypes

        with suppress(OSError, AttributeError):
            ctypes.CDLL("libc.so.6").malloc_trim(0)


def _allow_many_sockets() -> None:
    """Raise the limit of open files as far as it may be: each subscriber is one."""
    if sys.platform != "win32":
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _serve_with_workers(settings: Settings, host: str, port: int, count: int) -> None:
    if database.is_embedded(settings.database):
        raise click.ClickException("Several workers need PostgreSQL: give --database.")
    _run(_require_up_to_date(settings))
    settings.key()
    listening = _listening(host, port)
    logger.info("%s workers; open http://%s:%s/ for the API explorer", count, host, port)
    Workers(starter([__file__], settings.handed_over()), count, listening).run()


def _serve_with_reload(settings: Settings, host: str, port: int) -> None:
    listening = _listening(host, port)
    logger.info("open http://%s:%s/; a change of a place's folder starts it again", host, port)
    folders = [source.root for source in settings.sources()]
    Reloader(starter([__file__], settings.handed_over()), folders, listening).run()


def _listening(host: str, port: int) -> socket.socket:
    try:
        return listening_socket(host, port)
    except PortTaken as taken:
        raise click.ClickException(str(taken)) from None


async def _require_up_to_date(settings: Settings) -> None:
    async with database.opened(settings.database):
        await _bring_up_to_date(settings)


def _run(work: Coroutine[Any, Any, T]) -> T:
    """Run to the end; what the domain refuses, or the database, is an error of the command."""
    try:
        if sys.platform == "win32":
            return asyncio.run(work)
        import uvloop

        return uvloop.run(work)
    except Problem as problem:
        raise click.ClickException(problem.message) from None
    except connecting.Unreachable as why:
        raise click.ClickException(str(why)) from None


def _checked_database(_context: click.Context, _parameter: click.Parameter, given: str) -> str:
    try:
        connecting.check_url(given)
    except ValueError as why:
        raise click.BadParameter(str(why)) from None
    return given


def _checked_bus(
    _context: click.Context, _parameter: click.Parameter, given: str | None
) -> str | None:
    if given is not None and not BUS_URL.match(given):
        raise click.BadParameter("Write nats://HOST:PORT, or tls://HOST:PORT.")
    return given


@click.group(context_settings={"help_option_names": ["-h", "--help"], "show_default": True})
@click.option(
    "--database",
    "database_url",
    default=database.DEFAULT_URL,
    envvar=environment.DATABASE,
    callback=_checked_database,
    help="sqlite://PATH, or postgresql://USER@HOST/NAME?sslmode=verify-full. Give a password in "
    "the variable.",
)
@click.option(
    "--data",
    default="data",
    envvar="CITIZENCOP_DATA",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for media, and for the key of the embedded server.",
)
@click.option(
    "--plugins",
    multiple=True,
    envvar="CITIZENCOP_PLUGINS",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder with further places, laid out like cities/. May be given several times.",
)
@click.option(
    "--disable",
    multiple=True,
    envvar="CITIZENCOP_DISABLE",
    help="Path of a place whose folder is passed over. May be given several times.",
)
@click.option(
    "--allow",
    multiple=True,
    envvar="CITIZENCOP_ALLOW",
    type=ApprovalType(),
    help="PATH=SOURCE: a place whose folder in a source (see city list) may replace what another "
    "has: its path, its code, its ground. May be given several times; the variable takes commas.",
)
@click.option(
    "--bus",
    default=None,
    envvar=environment.BUS,
    callback=_checked_bus,
    help="nats://HOST:PORT, to ring between processes; without it PostgreSQL does.",
)
@click.option(
    "--response-cache",
    default=DEFAULT_RESPONSE_CACHE,
    envvar="CITIZENCOP_RESPONSE_CACHE",
    type=click.IntRange(0, 65_536),
    help="MiB of each process for answers that stay right until a city's log grows; 0 keeps none.",
)
@click.option(
    "--log-level",
    default="info",
    type=click.Choice(["debug", "info", "warning", "error"]),
    help="From which level on our own parts log.",
)
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
    if database.is_embedded(database_url):
        database_url = f"sqlite://{Path(database_url.removeprefix('sqlite://')).absolute()}"
    folders = tuple(folder.absolute() for folder in plugins)
    context.obj = Settings(
        database_url,
        data.absolute(),
        folders,
        bus,
        response_cache,
        log_level,
        disable,
        allow,
        given_key=secrets_taken.get(environment.KEY),
    )


main.add_command(city)


@main.command()
@click.option("--host", default="127.0.0.1", envvar="HOST", help="Address to listen on.")
@click.option("--port", default=8000, envvar="PORT", help="Port to listen on.")
@click.option(
    "--workers",
    default=1,
    envvar="CITIZENCOP_WORKERS",
    type=click.IntRange(1, 256),
    help="Processes that serve; more than one need PostgreSQL.",
)
@click.option("--reload", is_flag=True, help="Start again when a place's folder changes.")
@click.option("--listening", type=int, hidden=True, help="The socket that a worker is given.")
@click.pass_obj
def serve(
    settings: Settings, host: str, port: int, workers: int, reload: bool, listening: int | None
) -> None:
    """Serve the API until it is told to stop."""
    if reload:
        _serve_with_reload(settings, host, port)
    elif listening is not None:
        end_with_parent()
        _run(_serve(settings, host, 0, socket.socket(fileno=listening)))
    elif workers > 1:
        _serve_with_workers(settings, host, port, workers)
    else:
        _run(_serve(settings, host, port, _listening(host, port)))


@main.command()
@click.pass_obj
def migrate(settings: Settings) -> None:
    """Bring the database's tables up to date."""

    async def work() -> list[str]:
        async with database.opened(settings.database):
            pending = await database.pending_migrations()
            await database.migrate()
            return pending

    with connecting.unhurried():
        applied = _run(work())
    click.echo(f"Applied: {', '.join(applied)}" if applied else "Nothing to do.")


@main.group()
def token() -> None:
    """Tokens with which officers sign in."""


@token.command("create")
@click.option(
    "--role",
    required=True,
    type=click.Choice([role.lower() for role in Role], case_sensitive=False),
    help="officer sees and acts; observer sees only.",
)
@click.option(
    "--place", required=True, help="Path of the place, such as india/chhattisgarh/raipur."
)
@click.option("--name", default="Duty officer", help="Whose token it is; police see it.")
@click.option("--days", default=90, type=click.IntRange(1, 366), help="How long it is good.")
@click.pass_obj
def create_token(settings: Settings, role: str, place: str, name: str, days: int) -> None:
    """Make a token; it is printed once and cannot be found again."""
    path = _run(_parsed(place))

    async def work() -> sign_in.NewToken:
        async with built(settings) as app:
            _require_known(app.places, path)
            return await sign_in.create_token(name, Role(role.upper()), path, timedelta(days=days))

    made = _run(work())
    click.echo(made.token)
    click.echo(f"{role} over {path}, good until {made.expires_at:%Y-%m-%d}", err=True)


async def _parsed(place: str) -> str:
    return parse_path(place, ("place",))


def _require_known(places: Places, path: str) -> None:
    parent, _, station = path.rpartition("/")
    city = places.get(parent)
    if places.get(path) is None and (city is None or station not in city[STATIONS]):
        raise click.ClickException(f"No place {path} is known here.")


@token.command("list")
@click.pass_obj
def list_tokens(settings: Settings) -> None:
    """List tokens by their ids; the tokens themselves are not stored."""

    async def work() -> list[str]:
        async with built(settings):
            return [
                f"{row.id}  {row.officer.role:9} {row.officer.place}  {row.officer.name}  "
                + ("revoked" if row.revoked_at else f"until {row.expires_at:%Y-%m-%d}")
                for row in await sign_in.list_tokens()
            ]

    click.echo("\n".join(_run(work())) or "There are none.")


@token.command("revoke")
@click.argument("token_id", type=click.UUID)
@click.pass_obj
def revoke_token(settings: Settings, token_id: UUID) -> None:
    """End a token now, by the id that `list` shows."""

    async def work() -> bool:
        async with built(settings):
            return await sign_in.revoke_token(str(token_id))

    if not _run(work()):
        raise click.ClickException("No token with this id is good.")
    click.echo("Revoked; its open subscriptions end within a second of the next event.")


@main.group("vehicles")
def vehicles_group() -> None:
    """Import registers of vehicles, and see who looked into them."""


@vehicles_group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--place", required=True, help="Whose register it is, such as india/madhya-pradesh.")
@click.option("--restart", is_flag=True, help="From the beginning, though it was read before.")
@click.pass_obj
def import_vehicles(settings: Settings, file: Path, place: str, restart: bool) -> None:
    """Read a CSV file of vehicles; goes on where it was broken off.

    The first line names the columns: plate, make, model, colour, vehicle_class, and, where they are
    known, fuel, valid_until, stolen, towed_to, towed_at, owner. Rows that will not do are set aside
    in FILE.refused.csv, each with the reason.
    """
    path, size = _run(_parsed(place)), file.stat().st_size

    async def work() -> tuple[importing.Imported, int]:
        async with built(settings) as app:
            city = app.domain.city(path, ("place",))
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
            imported, known = _run(work())
    except OSError as error:
        if error.filename is None:
            raise
        raise click.ClickException(f"{error.filename}: {error.strerror}.") from None
    if imported.rows_before:
        click.echo(f"{imported.rows_before} were done before; --restart begins anew.", err=True)
    click.echo(f"{imported.rows} rows of this file are in the register of {path}.")
    click.echo(f"The register has {known} vehicles.")
    if imported.refused:
        click.echo(f"{imported.refused} rows are set aside in {imported.refused_file}.", err=True)


@vehicles_group.command("audit")
@click.option("--place", required=True, help="Path of the place; all below it is shown too.")
@click.pass_obj
def audit_vehicles(settings: Settings, place: str) -> None:
    """List officers' look-ups from the first: time, officer, place, plate, reason."""
    path = _run(_parsed(place))

    async def work() -> list[str]:
        async with built(settings):
            return [
                f"{row.at:%Y-%m-%d %H:%M:%S}Z  {row.officer_name}  {row.place}  {row.plate}  "
                + " ".join(row.reason.split())
                for row in await look_up.audit(path)
            ]

    click.echo("\n".join(_run(work())) or "There are none.")


@main.group("retention")
def retention_group() -> None:
    """Erasure of what has had its time, and your approval where it waits for it."""


@retention_group.command("status")
@click.pass_obj
def retention_status(settings: Settings) -> None:
    """Show why retention waits, and what is overdue by this machine's clock."""

    async def work() -> tuple[list[str], list[str]]:
        async with built(settings) as app:
            waiting = await retention_limits.problems(app.domain.clock())
            return waiting, [str(each) for each in await retention.overdue(app.domain)]

    waiting, overdue = _run(work())
    click.echo("\n".join(waiting) or "Retention runs by itself.")
    click.echo("\n".join(overdue) or "Nothing is overdue.")


@retention_group.command("approve")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def approve_retention(settings: Settings, yes: bool) -> None:
    """Erase all that is overdue by this machine's clock, whatever its share; this is final.

    Look at `retention status` and at the clock first. From then on retention runs by itself again.
    """

    async def work() -> int:
        async with built(settings) as app:
            for each in await retention.overdue(app.domain):
                click.echo(each)
            if not yes:
                now = app.domain.clock()
                click.confirm(f"It is {now:%Y-%m-%d %H:%M}Z. Erase them for good?", abort=True)
            return await retention.erase_overdue(app.domain, approved=True)

    click.echo(f"{_run(work())} erased.")


@main.command()
@click.option("--check", is_flag=True, help="Write nothing; fail if the file is stale.")
def schema(check: bool) -> None:
    """Write the schema's definition language to schema/schema.graphql."""
    from schema.schema import build_schema
    from schema.subjects import SUBJECTS

    text = build_schema(SUBJECTS).as_str() + "\n"
    if not check:
        SCHEMA_FILE.write_text(text, "utf-8")
    elif not SCHEMA_FILE.exists() or SCHEMA_FILE.read_text("utf-8") != text:
        raise click.ClickException("schema/schema.graphql is stale. Run: make schema")


@main.command()
@click.option("--url", default="http://127.0.0.1:8000", help="Where the server runs.")
@click.option("--place", default="india/chhattisgarh/raipur", help="Which full city.")
@click.option("--incidents", default=60, type=click.IntRange(1), help="How many are sent.")
@click.option("--per-minute", default=60.0, type=click.FloatRange(1, 6000), help="The pace.")
@click.option("--seed", default=1, help="The same seed makes the same incidents.")
@click.pass_obj
def demo(
    settings: Settings, url: str, place: str, incidents: int, per_minute: float, seed: int
) -> None:
    """Fill a full city with incidents and play its police, against a running server."""
    from bench.demo import play

    async def work() -> None:
        async with database.opened(settings.database):
            made = await sign_in.create_token("Demo desk", Role.OFFICER, place, timedelta(days=1))
        await play(url, place, made.token, incidents, per_minute, seed)

    _run(work())


if __name__ == "__main__":
    main()
