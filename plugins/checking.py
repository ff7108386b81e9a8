"""Checking a place's folder before a citizen does: every fault with file, line, rule and mend."""

import difflib
import json
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, Final, cast

from core.city import (
    AdvisoryKind,
    Category,
    Deployment,
    Disposition,
    EmergencyNumber,
    EscalationStep,
    PlaceDescription,
    PlateFormat,
    Station,
    Tariff,
)
from core.position import distance
from plugins.areas import WrongGeometry, polygons_of
from plugins.findings import Finding, Severity, line_of
from plugins.folder import BOUNDARIES_FILE, CODE_FILE, CONTRACT, PLACE_FILE
from plugins.hookspecs import CONTRACT_VERSION
from plugins.places import Place, Places
from plugins.validation import Fault, faults_of

FILES: Final[Mapping[str, tuple[str, type]]] = {
    "numbers.toml": ("numbers", EmergencyNumber),
    "categories.toml": ("categories", Category),
    "dispositions.toml": ("dispositions", Disposition),
    "stations.toml": ("stations", Station),
    "fares.toml": ("tariffs", Tariff),
    "plates.toml": ("plates", PlateFormat),
    "escalation.toml": ("steps", EscalationStep),
    "advisories.toml": ("kinds", AdvisoryKind),
}
"""The data files, the table each holds, and the type of its rows."""
_KNOWN_FILES: Final = frozenset({*FILES, PLACE_FILE, BOUNDARIES_FILE, CODE_FILE})


def check(places: Places, path: str) -> list[Finding]:
    """Return what is wrong with the folder of a place, in the order of its files."""
    folder = places.folders[path]
    place = places.get(path)
    findings = [*_check_files(folder, path)]
    known = {finding.file.name for finding in findings}
    findings += _check_faults(places, path, folder, known)
    if place is not None and not findings:
        findings += _check_sense(place, folder)
    return findings


def _check_files(folder: Path, path: str) -> Iterator[Finding]:
    for file in sorted(each for each in folder.iterdir() if each.is_file()):
        if file.name == PLACE_FILE:
            yield from _check_place(file, path)
        elif file.name in FILES:
            yield from _check_rows(file)
        elif file.name == BOUNDARIES_FILE:
            yield from _check_boundaries(file, folder)
        elif file.suffix in {".toml", ".geojson"}:
            yield _misnamed(file)


def _misnamed(file: Path) -> Finding:
    likely = difflib.get_close_matches(file.name, _KNOWN_FILES, 1, 0.4)
    mend = f"rename it to {likely[0]}" if likely else f"known are {', '.join(sorted(_KNOWN_FILES))}"
    return Finding(file, None, "unknown-file", "nobody reads this file", mend)


def _read(file: Path) -> tuple[str, dict[str, Any] | Finding]:
    try:
        text = file.read_text("utf-8")
    except UnicodeDecodeError:
        finding = Finding(file, None, "encoding", "the file is no UTF-8", "save it as UTF-8")
        return "", finding
    try:
        return text, tomllib.loads(text)
    except RecursionError:
        mend = "take brackets away"
        return text, Finding(file, None, "toml", "it is nested too deeply", mend)
    except tomllib.TOMLDecodeError as error:
        line = _line_in(str(error)) or len(text.splitlines())
        mend = "put words in double quotes, and each key on a line of its own"
        return text, Finding(file, line, "toml", str(error), mend)


def _line_in(message: str) -> int | None:
    digits = message.partition("at line ")[2].partition(",")[0]
    return int(digits) if digits.isdigit() else None


def _check_place(file: Path, path: str) -> Iterator[Finding]:
    text, content = _read(file)
    if isinstance(content, Finding):
        yield content
        return
    made_for = content.pop(CONTRACT, CONTRACT_VERSION)
    if made_for != CONTRACT_VERSION:
        message = f"made for version {made_for} of the contract, not {CONTRACT_VERSION}"
        mend = f"follow docs/cities, then write {CONTRACT} = {CONTRACT_VERSION}"
        yield Finding(file, line_of(text, [CONTRACT]), CONTRACT, message, mend)
    for fault in faults_of(PlaceDescription, {"path": path, **content}):
        yield _finding(file, text, fault, (), PlaceDescription)


def _check_rows(file: Path) -> Iterator[Finding]:
    table, row_type = FILES[file.name]
    text, content = _read(file)
    if isinstance(content, Finding):
        yield content
        return
    for key in content.keys() - {table}:
        mend = f"the file holds [[{table}]] only"
        yield Finding(file, line_of(text, [key]), "unknown-key", f"{key} means nothing here", mend)
    rows: Any = content.get(table)
    if not content:
        return
    if not isinstance(rows, list) or not rows:
        mend = "write one, or remove the file"
        yield Finding(file, None, "empty", f"there is no [[{table}]]", mend)
        return
    for index, row in enumerate(cast("list[Any]", rows)):
        for fault in faults_of(row_type, row):
            yield _finding(file, text, fault, (table, index), row_type)
    yield from _check_twice(file, text, table, cast("list[Any]", rows))


def _check_twice(file: Path, text: str, table: str, rows: list[Any]) -> Iterator[Finding]:
    if table == "numbers":
        return
    given = [cast("Any", row).get("code") for row in rows if isinstance(row, dict)]
    codes = Counter(given)
    for index, code in enumerate(given):
        if codes[code] > 1:
            line = line_of(text, [table, index, "code"])
            message = f"the code {code} is given twice"
            yield Finding(file, line, "duplicate", message, "give each a code of its own")


def _finding(
    file: Path, text: str, fault: Fault, prefix: tuple[str | int, ...], row_type: type
) -> Finding:
    where = (*prefix, *fault.where)
    name = ".".join(map(str, where)) or file.name
    return Finding(
        file, line_of(text, where), fault.rule, f"{name}: {fault.message}", _mend(fault, row_type)
    )


def _mend(fault: Fault, row_type: type) -> str:
    if fault.rule == "missing":
        return f"add {fault.where[-1]} = …"
    if fault.rule == "unknown-key":
        known = _keys_at(row_type, fault.where[:-1])
        likely = difflib.get_close_matches(str(fault.where[-1]), known, 1, 0.7)
        others = f"remove it; known are {', '.join(sorted(known))}"
        return f"write {likely[0]}" if likely else others
    if fault.choices:
        likely = difflib.get_close_matches(str(fault.given).upper(), fault.choices, 1, 0.4)
        one_of = ", ".join(fault.choices)
        return f'write "{likely[0]}"' if likely else f"choose one of {one_of}"
    return _MENDS.get(fault.rule, "see docs/cities/reference.md")


_MENDS: Final[Mapping[str, str]] = {
    "slug": "write it like civil-lines",
    "dotted-slug": "write it like traffic.signal-jumping",
    "phone-number": 'write it like "+917712000000" or "112", without spaces',
    "public-code": 'write it like "RPR"',
    "web-address": 'write it like "https://…"',
    "words": 'write it as { en = "…", hi = "…" }',
    "number": "write a number without quotes",
    "text": "put it in double quotes",
    "list": 'write it as ["…", "…"]',
    "too-small": "write a larger number",
    "too-large": "write a smaller number; latitude is 90 at the most, longitude 180",
    "too-short": "write more",
    "too-long": "write less",
}


def _keys_at(row_type: Any, where: Sequence[str | int]) -> list[str]:
    """Return the keys that a type has, below some of its own keys."""
    current: Any = row_type
    for key in where:
        if isinstance(key, str) and is_dataclass(current):
            current = next((_inner(f.type) for f in fields(current) if f.name == key), None)
    return [each.name for each in fields(current)] if is_dataclass(current) else []


def _inner(declared: Any) -> Any:
    """Return the dataclass inside of `tuple[X, ...]`, `X | None` or `Annotated[X, ...]`."""
    if is_dataclass(declared):
        return declared
    return next(
        (found for each in getattr(declared, "__args__", ()) if (found := _inner(each))), None
    )


def _check_boundaries(file: Path, folder: Path) -> Iterator[Finding]:
    try:
        features: Any = json.loads(file.read_text("utf-8"))["features"]
        areas = [(each["properties"]["station"], each["geometry"]) for each in features]
    except (ValueError, KeyError, TypeError) as error:
        message = f"no FeatureCollection whose features name a station: {type(error).__name__}"
        mend = 'give each feature "properties": {"station": CODE}'
        yield Finding(file, getattr(error, "lineno", None), "geojson", message, mend)
        return
    stations = _codes(folder / "stations.toml")
    for index, (station, geometry) in enumerate(areas):
        if station not in stations:
            likely = difflib.get_close_matches(str(station), stations, 1, 0.4)
            mend = f"write {likely[0]}" if likely else "name a code of stations.toml"
            message = f"features.{index}: there is no station {station}"
            yield Finding(file, None, "unknown-station", message, mend)
        try:
            polygons_of(geometry)
        except WrongGeometry as error:
            mend = "repair the geometry, for example with QGIS: Vector, Geometry, Fix"
            yield Finding(file, None, "geometry", f"features.{index} ({station}): {error}", mend)


def _codes(file: Path) -> list[str]:
    _, content = _read(file) if file.exists() else ("", {})
    rows: list[Any] = content.get("stations", []) if isinstance(content, dict) else []
    return [str(cast("Any", row).get("code")) for row in rows if isinstance(row, dict)]


def _check_faults(places: Places, path: str, folder: Path, known: set[str]) -> Iterator[Finding]:
    """Say what went wrong when the server loaded the place, unless a file's own finding does."""
    for (place, hook), messages in places.faults.messages.items():
        if place == path and not (known and hook != "import plugin.py"):
            code = hook in {"import plugin.py", "register"}
            yield Finding(
                folder / CODE_FILE if code else folder,
                None,
                hook.replace(" ", "-"),
                "; ".join(messages),
                "see docs/cities/reference.md for what this hook may do",
            )


def _check_sense(place: Place, folder: Path) -> Iterator[Finding]:
    """Say what a citizen would miss, though the server can do with it."""
    full = place.description.deployment is Deployment.FULL
    described = place.description
    file = folder / PLACE_FILE
    if not described.sources:
        yield _warning(file, "sources", "no source is named", 'add sources = ["…"]')
    if described.path.count("/") < 2:
        return
    if described.position is None or described.radius is None:
        message = "without position and radius nobody is in this city"
        yield Finding(file, None, "position", message, "add position and radius")
    if full and not place.stations:
        message = "a full city without stations: all reports lie with the city as a whole"
        yield _warning(folder / "stations.toml", "stations", message, "write stations.toml")
    if place.stations and not any(each.control_room for each in place.stations.values()):
        message = "no station is the control room, the last resort of routing"
        mend = "write control_room = true at one"
        yield _warning(folder / "stations.toml", "control-room", message, mend)
    if full:
        yield from _check_desks(place, folder / "stations.toml")
    yield from _check_areas(place, folder / BOUNDARIES_FILE)
    yield from _check_distances(place, folder / "stations.toml")
    yield from _check_languages(place, folder)


def _warning(file: Path, rule: str, message: str, mend: str, line: int | None = None) -> Finding:
    return Finding(file, line, rule, message, mend, Severity.WARNING)


def _located(file: Path, place: Place, code: str, key: str) -> int | None:
    if not file.exists():
        return None
    index = list(place.stations).index(code)
    return line_of(file.read_text("utf-8"), ["stations", index, key])


def _check_desks(place: Place, file: Path) -> Iterator[Finding]:
    known = list(place.categories)
    for station in place.stations.values():
        for desk in station.desks:
            if not any(code == desk or code.startswith(f"{desk}.") for code in known):
                likely = difflib.get_close_matches(desk, known, 1, 0.4)
                mend = f"write {likely[0]}" if likely else "name a category or what it lies below"
                message = f"the desk {desk} of {station.code} is no category"
                line = _located(file, place, station.code, "desks")
                yield Finding(file, line, "unknown-category", message, mend)


def _check_areas(place: Place, file: Path) -> Iterator[Finding]:
    centre, radius = place.description.position, place.description.radius
    middle = place.areas.middle()
    if centre is None or radius is None or middle is None:
        return
    away = distance(centre, middle)
    if away > 2 * radius:
        message = f"the areas lie {away / 1000:,.0f} km from the city's centre"
        mend = "in GeoJSON longitude comes first, then latitude"
        yield _warning(file, "far-away", message, mend)


def _check_distances(place: Place, file: Path) -> Iterator[Finding]:
    centre, radius = place.description.position, place.description.radius
    for station in place.stations.values():
        if centre is None or radius is None or station.position is None:
            continue
        away = distance(centre, station.position)
        if away > 2 * radius:
            message = f"{station.code} lies {away / 1000:.0f} km from the city's centre"
            mend = "latitude comes first, then longitude; or widen the city's radius"
            line = _located(file, place, station.code, "position")
            yield _warning(file, "far-away", message, mend, line)


def _check_languages(place: Place, folder: Path) -> Iterator[Finding]:
    first = place.description.languages[:1]
    for tag in first:
        named: Iterable[tuple[str, Mapping[str, str]]] = (
            ("place.toml", place.description.names),
            *(("stations.toml", each.names) for each in place.stations.values()),
        )
        missing = Counter(file for file, names in named if tag not in names)
        for file, count in missing.items():
            message = f"{count} names are missing in {tag}, the first language of the place"
            yield _warning(folder / file, "language", message, f'add {tag} = "…" to names')
