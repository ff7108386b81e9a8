"""Check what is valid but probably wrong: missing positions, languages, unreachable desks."""

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from core.escalation.steps import ESCALATION_STEPS
from core.paths import chain, is_within
from core.places.catalogue import Catalogue
from core.places.description import Deployment
from core.places.formats import is_at_or_below
from core.places.stations import STATIONS
from core.position import Position, distance
from core.reports.categories import CATEGORIES
from plugins.runtime.folder import BOUNDARIES_FILE, PLACE_FILE
from plugins.runtime.places import Place, Places
from plugins.tools.checking.data_files import rows_of
from plugins.tools.findings import Finding, Severity, line_of


def check_semantics(places: Places, place: Place, folder: Path) -> Iterator[Finding]:
    """Yield findings about data that is valid but incomplete or implausible."""
    full = place.description.deployment is Deployment.FULL
    described = place.description
    file = folder / PLACE_FILE
    if not described.sources:
        yield _warning(file, "sources", "no source of the facts is named", 'add sources = ["…"]')
    if described.path.count("/") < 2:
        return
    if described.position is None or described.radius is None:
        message = "without position and radius, the city covers no position"
        yield Finding(file, None, "position", message, "add position and radius")
    yield from _check_centre(places, place, file)
    if full and not place[STATIONS]:
        message = "a full city without stations: all reports go to the city itself"
        yield _warning(folder / "stations.toml", "stations", message, "write stations.toml")
    rooms = [each.code for each in place[STATIONS].values() if each.control_room]
    if len(rooms) > 1:
        message = f"there are several control rooms: {', '.join(rooms)}. Only the first is used"
        yield _warning(
            folder / "stations.toml",
            "control-room",
            message,
            "set control_room at one station only",
        )
    if place[STATIONS] and not rooms:
        message = "no station is the control room, the last step of routing"
        fix = "set control_room = true at one station"
        yield _warning(folder / "stations.toml", "control-room", message, fix)
    if full:
        yield from _check_desks(place, folder / "stations.toml")
        yield from _check_steps(place, folder)
    yield from _check_areas(place, folder / BOUNDARIES_FILE)
    yield from _check_distances(place, folder / "stations.toml")
    yield from _check_languages(place, folder, places.catalogues)


def _warning(file: Path, rule: str, message: str, fix: str, line: int | None = None) -> Finding:
    return Finding(file, line, rule, message, fix, Severity.WARNING)


def _located(file: Path, place: Place, code: str, key: str) -> int | None:
    if not file.exists():
        return None
    index = list(place[STATIONS]).index(code)
    return line_of(file.read_text("utf-8"), ["stations", index, key])


def _check_desks(place: Place, file: Path) -> Iterator[Finding]:
    known = list(place[CATEGORIES])
    for station in place[STATIONS].values():
        for desk in station.desks:
            fix = _fix_of_category(desk, known)
            if fix is not None:
                message = f"the desk {desk} of {station.code} is not a category"
                line = _located(file, place, station.code, "desks")
                yield Finding(file, line, "unknown-category", message, fix)


def _fix_of_category(code: str, known: list[str]) -> str | None:
    """Return a fix for a code that matches no category; `None` if it matches one."""
    if any(is_at_or_below(each, code) for each in known):
        return None
    likely = get_close_matches(code, known, 1, 0.4)
    return f"write {likely[0]}" if likely else "name a category or its parent"


def _check_steps(place: Place, folder: Path) -> Iterator[Finding]:
    """Yield steps of the escalation policy that match no report."""
    known = list(place[CATEGORIES])
    file = folder / ESCALATION_STEPS.file
    text = file.read_text("utf-8-sig") if file.exists() else ""
    for index, step in enumerate(rows_of(folder, ESCALATION_STEPS)):
        line = line_of(text, ["steps", index, "categories"])
        if step.get("subject") == "ALERT" and (step.get("categories") or step.get("urgencies")):
            message = "alerts have no category or urgency"
            yield Finding(file, line, "not-for-alerts", message, "remove categories and urgencies")
            continue
        for code in step.get("categories", ()):
            fix = _fix_of_category(str(code), known)
            if fix is not None:
                message = f"{code} is not a category, so the step matches no report"
                yield Finding(file, line, "unknown-category", message, fix)


def _check_areas(place: Place, file: Path) -> Iterator[Finding]:
    centre, radius = place.description.position, place.description.radius
    middle = place.areas.middle()
    if centre is None or radius is None or middle is None:
        return
    away = distance(centre, middle)
    if away > 2 * radius:
        message = f"the areas are {away / 1000:,.0f} km from the city's centre"
        fix = "check the order: in GeoJSON, longitude comes first, then latitude"
        yield _warning(file, "far-away", message, fix)


def _check_distances(place: Place, file: Path) -> Iterator[Finding]:
    centre, radius = place.description.position, place.description.radius
    for station in place[STATIONS].values():
        if centre is None or radius is None or station.position is None:
            continue
        away = distance(centre, station.position)
        if away > 2 * radius:
            message = f"{station.code} is {away / 1000:.0f} km from the city's centre"
            fix = "check latitude and longitude, or increase the city's radius"
            line = _located(file, place, station.code, "position")
            yield _warning(file, "far-away", message, fix, line)


def _check_languages(
    place: Place, folder: Path, catalogues: Sequence[Catalogue[Any, Any]]
) -> Iterator[Finding]:
    first = place.description.languages[:1]
    for tag in first:
        named = [(PLACE_FILE, place.description.names)]
        for each in catalogues:
            rows = (row.get("names") for row in rows_of(folder, each)) if each.table else ()
            named += [(each.file, names) for names in rows if isinstance(names, dict)]
        missing: dict[str, list[str]] = {}
        for file, names in named:
            if not _has(names, tag):
                missing.setdefault(file, []).append(str(next(iter(names.values()), "?")))
        for file, which in missing.items():
            names = "1 name is" if len(which) == 1 else f"{len(which)} names are"
            message = f"{names} missing in {tag}, the first language of the place: "
            message += ", ".join(which[:3]) + (", …" if len(which) > 3 else "")
            yield _warning(folder / file, "language", message, f'add {tag} = "…" to names')


def _has(names: Mapping[str, object], tag: str) -> bool:
    """Tell whether there is a text for a language: `hi` and `hi-in` both match `hi`."""
    return any(tag.lower() == each or tag.lower().startswith(f"{each}-") for each in names)


FAR: Final = 1_000_000.0
"""Metres from the nearest other city of its country beyond which a centre is implausible."""


def _check_centre(places: Places, place: Place, file: Path) -> Iterator[Finding]:
    """Yield a finding if the centre is implausible, probably with swapped coordinates."""
    centre = place.description.position
    if centre is None:
        return
    away = _distance_to_nearest(places, place, centre)
    if away is None or away < FAR:
        return
    line = line_of(file.read_text("utf-8"), ["position"])
    swapped = Position(centre.longitude, centre.latitude) if abs(centre.longitude) <= 90 else centre
    nearer = _distance_to_nearest(places, place, swapped)
    if nearer is not None and nearer < FAR:
        fix = f"write latitude = {swapped.latitude}, longitude = {swapped.longitude}"
        message = "latitude and longitude are probably swapped"
        yield Finding(file, line, "swapped", message, fix)
    else:
        message = f"the nearest other city of its country is {away / 1000:,.0f} km away"
        yield _warning(file, "far-away", message, "check latitude and longitude", line)


def _distance_to_nearest(places: Places, place: Place, position: Position) -> float | None:
    """Return the metres to the nearest other city of the same country; `None` if there is none."""
    country = chain(place.path)[0]
    others = (
        distance(position, other.description.position)
        for other in places.all()
        if other.path != place.path
        and is_within(other.path, country)
        and other.description.position is not None
    )
    return min(others, default=None)
