"""The commands for city teams: `city new`, `check`, `try`, `reference` and `list`."""

import logging
import statistics
import time
from collections.abc import Callable, Coroutine, Sequence
from functools import reduce
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

import click

from core.commands.run import run
from core.languages import lookup
from core.paths import Level, is_within, level, parse_path
from core.places.description import Deployment
from core.places.routing import ROUTING
from core.position import parse_position
from core.problems import Problem
from core.reports.categories import CATEGORIES
from core.subjects import SUBJECTS
from plugins.catalogues import CATALOGUES
from plugins.runtime.claims import Approvals, WrongApproval
from plugins.runtime.folder import contract_of
from plugins.runtime.loading import load_places
from plugins.runtime.places import DEFAULTS, Place, Places
from plugins.runtime.sources import Source
from plugins.tools.checking import check as check_folder
from plugins.tools.checking.stations_gone import NoDatabase, check_database
from plugins.tools.findings import Severity
from plugins.tools.probing import faults_of, probe
from plugins.tools.reference import documents
from plugins.tools.scaffold import AlreadyThere, NewCity, code_for, write_city

T = TypeVar("T")


class ApprovalType(click.ParamType[str, Any]):
    """Parses `PATH=SOURCE`; the environment variable separates several with commas."""

    name = "path=source"
    envvar_list_splitter = ","

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the text unchanged if it has the form of an approval."""
        try:
            Approvals([value])
        except WrongApproval as error:
            self.fail(str(error), param, ctx)
        return value


_PLACE_OPTIONS: Final = (
    click.option(
        "--plugins",
        multiple=True,
        envvar="CITIZENCOP_PLUGINS",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        help="Folder with additional places, laid out like cities/. Repeatable.",
    ),
    click.option(
        "--disable",
        multiple=True,
        envvar="CITIZENCOP_DISABLE",
        help="Path of a place whose folder is not loaded. Repeatable.",
    ),
    click.option(
        "--allow",
        multiple=True,
        envvar="CITIZENCOP_ALLOW",
        type=ApprovalType(),
        help="PATH=SOURCE: let the folder of a place in a source (see city list) take the path, "
        "code or area of another. Repeatable; the variable separates them with commas.",
    ),
)


def place_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that select the places to load."""
    return reduce(lambda given, option: option(given), reversed(_PLACE_OPTIONS), command)


class PlaceSettings(Protocol):
    """Settings that select the places to load."""

    @property
    def database(self) -> str:
        """The URL of the server's database."""
        ...

    @property
    def disabled(self) -> Sequence[str]:
        """The paths of places whose folders are not loaded."""
        ...

    @property
    def allowed(self) -> Sequence[str]:
        """Approved claims, each `PATH=SOURCE`."""
        ...

    def sources(self) -> list[Source]:
        """Return the sources of place folders, in loading order."""
        ...


async def load(settings: PlaceSettings) -> Places:
    """Load the places of the settings; faults are not logged, because the commands show them."""
    logging.getLogger("citizencop.plugins").setLevel(logging.CRITICAL)
    return await load_places(
        settings.sources(), settings.disabled, settings.allowed, catalogues=CATALOGUES
    )


def _run(work: Coroutine[Any, Any, T]) -> T:
    try:
        return run(work)
    except NoDatabase as error:
        raise click.ClickException(str(error)) from None


def _path(_context: click.Context, _parameter: click.Parameter, given: str) -> str:
    try:
        path = parse_path(given)
    except Problem as problem:
        raise click.BadParameter(problem.message) from None
    return path


def _city_path(context: click.Context, parameter: click.Parameter, given: str) -> str:
    path = _path(context, parameter, given)
    if level(path) is not Level.CITY:
        raise click.BadParameter(
            "Write a city as country/state/city, such as india/maharashtra/pune."
        )
    return path


_PLUGINS_FIRST = "Name your own folder before the command: server.py --plugins DIR city …"


def _known(places: Places, path: str) -> Place:
    place = places.get(path)
    if place is None:
        raise click.ClickException(
            f"There is no place {path}. See: server.py city list --all. {_PLUGINS_FIRST}"
        )
    return place


@click.group("city")
def city() -> None:
    """Create, check and try places."""


@city.command("new")
@click.argument("path", callback=_city_path)
@click.option(
    "--into", default="places", type=click.Path(file_okay=False, path_type=Path),
    help="The folder to write to; pass it to --plugins later.",
)  # fmt: skip
@click.option("--name", help="The city's English name.")
@click.option(
    "--code", help="2 to 5 capital letters or digits: the prefix of public report numbers."
)
@click.option("--at", help="Its centre: LATITUDE,LONGITUDE in degrees.")
@click.option(
    "--radius", type=click.FloatRange(500, 200_000), help="Radius that it covers, in metres."
)
@click.option(
    "--language",
    multiple=True,
    help="Language tag (BCP 47); the first is the main language. Repeatable.",
)
@click.option("--light", is_flag=True, help="Light city: emergency numbers and alerts, no reports.")
@click.option("--yes", is_flag=True, help="Ask nothing; use the suggested values.")
@click.pass_obj
def new(
    settings: PlaceSettings,
    path: str,
    into: Path,
    name: str | None,
    code: str | None,
    at: str | None,
    radius: float | None,
    language: tuple[str, ...],
    light: bool,
    yes: bool,
) -> None:
    """Write a new city's folder, with a test and a README. It passes city check as it is."""
    places = _run(load(settings))
    known = places.get(path)
    own_name = path.rpartition("/")[2].replace("-", " ").title()
    taken = {each.description.code or "" for each in places.everything() if each is not known}
    given = _Asker(ask=not yes)
    name = name or given("Name in English", _english(known) or own_name)
    made = NewCity(
        path=path,
        name=name,
        code=(code or given("Code for public numbers", code_for(name, taken))).upper(),
        **_centre(at or given("Centre (LATITUDE,LONGITUDE)", _point(known))),
        radius=radius or float(given("Radius in metres", str(_radius(known)))),
        languages=language or tuple(given("Languages (BCP 47)", _languages(places, path)).split()),
        deployment=Deployment.LIGHT if light else Deployment.FULL,
    )
    try:
        written = write_city(into, made)
    except AlreadyThere as error:
        raise click.ClickException(
            f"{error} exists already; nothing was written. Edit it, or remove it first."
        ) from None
    for file in written:
        click.echo(str(file))
    option = f"--plugins {into}"
    if path in places.folders:
        option += f' --allow {path}="folder {into.absolute()}"'
        source = places.claims[path].source.label
        click.echo(f"\n{path} has a folder already ({source}): yours needs --allow.", err=True)
    click.echo(f"\nNext: python server.py {option} city check {path}", err=True)


class _Asker:
    """Asks a question with a suggestion, or uses the suggestion with `ask=False`."""

    def __init__(self, *, ask: bool) -> None:
        self._ask = ask

    def __call__(self, question: str, suggestion: str) -> str:
        if self._ask:
            return click.prompt(question, default=suggestion or None)
        if not suggestion:
            raise click.UsageError(
                f"{question}: no value is known. Pass it as an option; see city new --help."
            )
        return suggestion


def _english(known: Place | None) -> str:
    return known.description.names.get("en", "") if known is not None else ""


def _point(known: Place | None) -> str:
    position = known.description.position if known is not None else None
    return f"{position.latitude},{position.longitude}" if position is not None else ""


def _radius(known: Place | None) -> float:
    return (known.description.radius if known is not None else None) or 15_000.0


def _languages(places: Places, path: str) -> str:
    for above in (path, path.rpartition("/")[0], path.partition("/")[0]):
        place = places.get(above)
        if place is not None and place.description.languages:
            return " ".join(place.description.languages)
    return "en"


def _centre(text: str) -> dict[str, Any]:
    position = _position(text)
    return {"latitude": position.latitude, "longitude": position.longitude}


def _position(text: str) -> Any:
    first, _, second = text.partition(",")
    try:
        return parse_position(float(first), float(second), ("at",))
    except ValueError:
        raise click.UsageError(
            f"{text!r} is not a position: write LATITUDE,LONGITUDE in degrees."
        ) from None
    except Problem as problem:
        raise click.UsageError(problem.message) from None


@city.command("check")
@click.argument("path", callback=_path)
@click.option("--strict", is_flag=True, help="Fail on warnings, too.")
@click.option(
    "--database", "database_url", is_flag=False, flag_value="", default=None,
    help="Also find open reports and alerts of stations that no longer exist, in the server's "
    "database or the one at a URL. Write this option after the path.",
)  # fmt: skip
@click.pass_obj
def check(settings: PlaceSettings, path: str, strict: bool, database_url: str | None) -> None:
    """Show each fault of a place: file, line, rule and fix."""

    async def work() -> tuple[list[Any], list[str]]:
        places = await load(settings)
        refused = any(each.path == path for each in places.refused)
        if not refused and _known(places, path).path not in places.folders:
            raise click.ClickException(
                f"{path} has no folder with a place.toml. Create one: server.py city new {path}. "
                f"{_PLUGINS_FIRST}"
            )
        findings = check_folder(places, path)
        if database_url is not None:
            findings += await check_database(
                places, SUBJECTS, path, database_url or settings.database
            )
        faulty = any(each.severity is Severity.ERROR for each in findings)
        complaints = [] if faulty else await probe(places, _known(places, path))
        places.close()
        return findings, complaints

    findings, complaints = _run(work())
    for finding in findings:
        click.echo(str(finding))
    for complaint in complaints:
        click.echo(f"{path}: error: contract: {complaint}")
    errors = len(complaints) + sum(each.severity is Severity.ERROR for each in findings)
    warnings = sum(each.severity is Severity.WARNING for each in findings)
    click.echo(f"{path}: {_counted(errors, 'error')}, {_counted(warnings, 'warning')}", err=True)
    if errors or (strict and warnings):
        raise SystemExit(1)


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


@city.command("try")
@click.argument("path", callback=_city_path)
@click.option("--at", required=True, help="Position: LATITUDE,LONGITUDE in degrees.")
@click.option("--category", help="Code of a report category; without it, an alert is routed.")
@click.option(
    "--times", default=1, type=click.IntRange(1), help="Repeat this often; show the median time."
)
@click.pass_obj
def try_out(settings: PlaceSettings, path: str, at: str, category: str | None, times: int) -> None:
    """Show which station gets a report or an alert, and why."""
    position = _position(at)

    async def work() -> None:
        places = await load(settings)
        place = _known(places, path)
        covering = places.at(position)
        if covering is None or covering.path != path:
            where = covering.path if covering is not None else "no city"
            click.echo(f"note: this position is in {where}, not in {path}", err=True)
        if category is None:
            await _try_alert(place, position)
        else:
            await _try_report(place, category, position, times)
        for fault in faults_of(places, path):
            click.echo(f"fault: {fault}", err=True)
        places.close()

    _run(work())


async def _try_alert(place: Place, position: Any) -> None:
    route = await place.route_alert(position)
    click.echo(_described(place, route))


async def _try_report(place: Place, category: str, position: Any, times: int) -> None:
    known = place[CATEGORIES].get(category)
    if known is None and not place[CATEGORIES]:
        raise click.ClickException(
            f"{place.path} is a light city, without reports. Omit --category to try an alert."
        )
    if known is None:
        raise click.ClickException(
            f"There is no category {category}. Use one of: {', '.join(sorted(place[CATEGORIES]))}"
        )
    if known.instead is not None:
        numbers = " ".join(known.instead.numbers)
        click.echo(f"refused; instead: {lookup(known.instead.names, 'en')} {numbers}")
        return
    for path in place.links_with("route_report"):
        route = await place.route_report_by(path, category, position)
        click.echo(f"  plugin.py of {path}: {_described(place, route)}")
    for step in place.description.routing or ROUTING:
        route = await place.route_report_by(DEFAULTS, category, position, (step,))
        click.echo(f"  {step.lower():13} {_described(place, route)}")
    route, times_taken = None, list[float]()
    for _ in range(times):
        began = time.perf_counter()
        route = await place.route_report(category, position)
        times_taken.append((time.perf_counter() - began) * 1000)
    click.echo(
        f"{_described(place, route)}  [{statistics.median(times_taken):.2f} ms, {known.urgency}]"
    )


def _described(place: Place, route: Any) -> str:
    return f"{place.path}/{route.station}: {route.reason}" if route is not None else "none"


@city.command("reference")
@click.option(
    "--into", default="docs/cities", type=click.Path(file_okay=False, path_type=Path),
    help="The folder to write to.",
)  # fmt: skip
@click.option(
    "--check", "only_check", is_flag=True, help="Write nothing; fail if a file is out of date."
)
def reference(into: Path, only_check: bool) -> None:
    """Generate the reference and the JSON Schemas from the contract."""
    for name, text in documents(CATALOGUES).items():
        file = into / name
        if not only_check:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8")
        elif not file.exists() or file.read_text("utf-8") != text:
            raise click.ClickException(f"{file} is out of date. Run: server.py city reference")


@city.command("list")
@click.option("--within", default="", help="Only places below this path.")
@click.option("--full", is_flag=True, help="Only full cities.")
@click.option("--all", "everything", is_flag=True, help="Also light cities without a folder.")
@click.pass_obj
def list_cities(settings: PlaceSettings, within: str, full: bool, everything: bool) -> None:
    """List the places with a folder: deployment, code, contract version, faults and source."""
    places = _run(load(settings))
    for place in places.everything():
        claim = places.claims.get(place.path)
        folder = claim.folder if claim is not None else None
        if within and not is_within(place.path, within.strip("/")):
            continue
        if full and place.description.deployment is not Deployment.FULL:
            continue
        if folder is None and not everything:
            continue
        faults = sum(n for (path, _), n in places.faults.counts.items() if path == place.path)
        source = claim.source.label if claim is not None else "row"
        contract = contract_of(folder) if folder is not None else "-"
        deployment = place.description.deployment if level(place.path) is Level.CITY else "-"
        click.echo(
            f"{place.path:45} {deployment:5} {place.description.code or '-':5} "
            f"contract {contract}  faults {faults}  {source}"
        )
    for each in places.refused:
        if not within or is_within(each.path, within.strip("/")):
            click.echo(f"{each.path:45} refused  {each.message}  {each.source.label}")
    for path in settings.disabled:
        click.echo(f"{path:45} disabled")
    places.close()
