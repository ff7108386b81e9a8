"""Check data files against the contract: every fault with file, line, rule and fix."""

import difflib
import json
import tomllib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from core.languages import is_language_tag
from core.places.catalogue import Catalogue
from core.places.description import Deployment, Feature, PlaceDescription
from core.places.stations import STATIONS
from core.plain import array_of, is_array, is_object, object_of
from plugins.contract.areas import WrongGeometry, polygons_of
from plugins.contract.hookspecs import CONTRACT_VERSION
from plugins.contract.validation import Fault, faults_of
from plugins.runtime import words
from plugins.runtime.folder import (
    BOUNDARIES_FILE,
    CODE_FILE,
    CONTRACT,
    MAX_AREAS,
    PLACE_FILE,
    WrongFile,
    read_table,
    read_text,
)
from plugins.tools.checking.formats import check_formats
from plugins.tools.findings import Finding, Severity, feature_lines, line_of

_READ_SUFFIXES: Final = frozenset({".toml", ".geojson", ".json", ".ftl", ".py", ".yaml", ".yml"})
_TOML_FIXES: Final[Mapping[str, str]] = {
    "Invalid value": 'put text in double quotes: name = "…"; write numbers without quotes',
    "after a key": "write = between the key and its value",
    "Expected newline": "put each key on its own line, with nothing after the value except # …",
    "Cannot overwrite": "the key is there twice: remove one",
    "Cannot declare": "the table is there twice: write [[…]] if there are several, or remove one",
    "Cannot mutate immutable": "nothing can be added to { … } from outside: put the key inside",
    "Unclosed array": "close the list with ]",
    "Unclosed inline table": "close it with } on the same line",
    "Unterminated string": 'close the text with " on the same line',
    "Unescaped": "write \\\\ for a backslash",
    "Illegal character": "put the text on one line, or between three double quotes on each side",
    "Duplicate inline table key": "the key is there twice: remove one",
    "Invalid date": "write a date as 2026-11-24 and a time as 22:00:00",
    "Invalid initial character for a key": "a key starts with a letter: remove what is before it",
    "at the end of a table declaration": "close the name of the table: [name] or [[name]]",
}
"""Fixes, by a part of the error message of `tomllib`."""
_FIXES: Final[Mapping[str, str]] = {
    "slug": "write it like civil-lines",
    "dotted-slug": "write it like traffic.signal-jumping",
    "phone-number": 'write it like "+917712000000" or "112", without spaces',
    "public-code": 'write it like "RPR"',
    "web-address": 'write it like "https://…"',
    "words": 'write it as { en = "…", hi-in = "…" }: lower-case tags, each with a text',
    "number": "write a number without quotes",
    "text": "put it in double quotes",
    "list": 'write it as ["…", "…"]',
    "too-small": "write a larger number",
    "too-large": "write a smaller number",
    "too-short": "add to it",
    "too-long": "shorten it",
}


def check_files(
    folder: Path, path: str, catalogues: Sequence[Catalogue[Any, Any]]
) -> Iterator[Finding]:
    """Yield the faults of each file in a place's folder, in the order of file names."""
    tables = {each.file: each for each in catalogues if each.table is not None}
    names = {PLACE_FILE, BOUNDARIES_FILE, CODE_FILE, *(each.file for each in catalogues)}
    for file in sorted(each for each in folder.iterdir() if not each.is_dir()):
        if file.name == PLACE_FILE:
            yield from _check_place(file, path)
        elif file.name in tables:
            yield from _check_rows(file, tables[file.name])
        elif file.name == BOUNDARIES_FILE:
            yield from _check_boundaries(file, folder)
        elif file.suffix in _READ_SUFFIXES and not _is_known(file):
            yield _misnamed(file, names)
    yield from _check_folders(folder)
    for file in words.files_of(folder):
        yield from _check_words(file)


def _check_folders(folder: Path) -> Iterator[Finding]:
    for below in sorted(each for each in folder.iterdir() if each.is_dir()):
        if below.name not in {words.FOLDER, "__pycache__"} and any(below.glob("*.ftl")):
            fix = f"rename it to {words.FOLDER}"
            yield Finding(below, None, "unknown-file", "this folder is not read", fix)


def _check_words(file: Path) -> Iterator[Finding]:
    if not is_language_tag(file.stem):
        fix = "name it after its language, such as hi.ftl"
        yield Finding(file, None, "language-tag", f"{file.stem} is not a language tag", fix)
    texts, faults = words.parsed(file)
    for fault in faults:
        fix = "see https://projectfluent.org/fluent/guide/"
        yield Finding(file, fault.line, "fluent", fault.message, fix)
    known = _known_words()
    text = file.read_text("utf-8", "replace") if file.is_file() else ""
    for key in texts.keys() - known:
        likely = difflib.get_close_matches(key, known, 1, 0.7)
        fix = f"write {likely[0]}" if likely else "see plugins/defaults/words/en.ftl"
        numbered = enumerate(text.splitlines(), start=1)
        line = next((number for number, each in numbered if each.startswith(key)), None)
        message = f"{key} is not a key of any text, so it is never shown"
        yield Finding(file, line, "unknown-key", message, fix, Severity.WARNING)


@cache
def _known_words() -> frozenset[str]:
    """Return the keys of all texts of this server."""
    return frozenset(words.read(Path(words.__file__).parents[1] / "defaults" / "words" / "en.ftl"))


def _is_known(file: Path) -> bool:
    return file.name == CODE_FILE or (
        file.suffix == ".py" and file.stem.startswith(("test_", "conftest", "__init__"))
    )


def _misnamed(file: Path, names: Collection[str]) -> Finding:
    likely = difflib.get_close_matches(file.name, names, 1, 0.4)
    fix = f"rename it to {likely[0]}" if likely else f"use one of: {', '.join(sorted(names))}"
    return Finding(file, None, "unknown-file", "this file is not read", fix)


def _read(file: Path) -> tuple[str, dict[str, Any] | Finding]:
    try:
        text = read_table(file)
    except WrongFile as error:
        return "", Finding(
            file, None, "file", str(error), "split it into smaller files and lines, or remove it"
        )
    except UnicodeDecodeError:
        finding = Finding(file, None, "encoding", "the file is not UTF-8", "save it as UTF-8")
        return "", finding
    try:
        return text, tomllib.loads(text)
    except RecursionError:
        fix = "remove brackets"
        return text, Finding(file, None, "toml", "it is nested too deeply", fix)
    except tomllib.TOMLDecodeError as error:
        line = _line_in(str(error)) or len(text.splitlines())
        return text, Finding(file, line, "toml", str(error), _fix_of_toml(str(error)))


def _fix_of_toml(message: str) -> str:
    for part, fix in _TOML_FIXES.items():
        if part in message:
            return fix
    return "correct the line; https://toml.io/en/v1.0.0 describes the format"


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
        message = f"made for version {made_for!r} of the contract, not {CONTRACT_VERSION}"
        fix = f"update the folder, then write {CONTRACT} = {CONTRACT_VERSION}"
        yield Finding(file, line_of(text, [CONTRACT]), CONTRACT, message, fix)
    for fault in faults_of(PlaceDescription, {"path": path, **content}):
        yield _finding(file, text, fault, (), PlaceDescription)
    light = content.get("deployment", Deployment.LIGHT) == Deployment.LIGHT
    if light and Feature.REPORTS in array_of(content.get("features")):
        message = "a light city cannot have REPORTS, because nobody would read them"
        fix = 'remove REPORTS, or write deployment = "FULL"'
        yield Finding(file, line_of(text, ["features"]), "features", message, fix)
    yield from check_formats(file, text, content, ())


def _check_rows(file: Path, catalogue: Catalogue[Any, Any]) -> Iterator[Finding]:
    table, row_type = catalogue.table or "", catalogue.row
    text, content = _read(file)
    if isinstance(content, Finding):
        yield content
        return
    for key in content.keys() - {table}:
        fix = f"remove it; this file contains only [[{table}]]"
        yield Finding(file, line_of(text, [key]), "unknown-key", f"unknown key {key}", fix)
    rows = array_of(content.get(table))
    if not content:
        return
    if not rows:
        fix = "add one, or remove the file"
        yield Finding(file, None, "empty", f"the file has no [[{table}]]", fix)
        return
    for index, row in enumerate(rows):
        for fault in faults_of(row_type, row):
            yield _finding(file, text, fault, (table, index), row_type)
        yield from check_formats(file, text, row, (table, index))
    yield from _check_duplicates(file, text, table, rows)
    if catalogue is STATIONS:
        yield from _check_former(file, text, table, rows)


def _check_former(file: Path, text: str, table: str, rows: list[Any]) -> Iterator[Finding]:
    """Yield former codes that are the current code of a station, or that two stations list."""
    stations = [object_of(row) for row in rows]
    taken: dict[Any, str] = {
        each.get("code"): "is the current code of a station" for each in stations
    }
    for index, station in enumerate(stations):
        for former in array_of(station.get("former_codes")):
            if isinstance(former, str) and former in taken:
                line = line_of(text, [table, index, "former_codes"])
                message = f"the former code {former} {taken[former]}"
                fix = "remove it: reports of a former code can move to only one station"
                yield Finding(file, line, "former-code", message, fix)
            elif isinstance(former, str):
                taken[former] = f"is also listed by {station.get('code')}"


def _check_duplicates(file: Path, text: str, table: str, rows: list[Any]) -> Iterator[Finding]:
    given = [object_of(row).get("code") for row in rows]
    codes = Counter(given)
    for index, code in enumerate(given):
        if code is not None and codes[code] > 1:
            line = line_of(text, [table, index, "code"])
            message = f"the code {code} is used twice"
            yield Finding(file, line, "duplicate", message, "give each row a code of its own")


def _finding(
    file: Path, text: str, fault: Fault, prefix: tuple[str | int, ...], row_type: type
) -> Finding:
    where = (*prefix, *fault.where)
    name = ".".join(map(str, where)) or file.name
    return Finding(
        file, line_of(text, where), fault.rule, f"{name}: {fault.message}", _fix(fault, row_type)
    )


def _fix(fault: Fault, row_type: type) -> str:
    if fault.rule == "missing":
        return f"add {fault.where[-1]} = …"
    if fault.rule == "unknown-key":
        known = _keys_at(row_type, fault.where[:-1])
        likely = difflib.get_close_matches(str(fault.where[-1]), known, 1, 0.7)
        others = f"remove it, or use one of: {', '.join(sorted(known))}"
        return f"write {likely[0]}" if likely else others
    if fault.rule in {"too-small", "too-large"} and fault.where[-1] in {"latitude", "longitude"}:
        return "write latitude (-90 to 90) first, then longitude (-180 to 180)"
    if fault.choices:
        likely = difflib.get_close_matches(str(fault.given).upper(), fault.choices, 1, 0.65)
        one_of = ", ".join(fault.choices)
        return f'write "{likely[0]}"' if likely else f"use one of: {one_of}"
    return _FIXES.get(fault.rule, "correct it; docs/cities/reference.md describes the field")


def _keys_at(row_type: Any, where: Sequence[str | int]) -> list[str]:
    """Return the keys of the type at a location inside another type."""
    current: Any = row_type
    for key in where:
        if isinstance(key, str) and is_dataclass(current):
            current = next((_inner(f.type) for f in fields(current) if f.name == key), None)
    return [each.name for each in fields(current)] if is_dataclass(current) else []


def _inner(declared: Any) -> Any:
    """Return the dataclass inside `tuple[X, ...]`, `X | None` or `Annotated[X, ...]`."""
    if is_dataclass(declared):
        return declared
    return next(
        (found for each in getattr(declared, "__args__", ()) if (found := _inner(each))), None
    )


def _check_boundaries(file: Path, folder: Path) -> Iterator[Finding]:
    try:
        text = read_text(file, MAX_AREAS)
        content: Any = json.loads(text)
    except json.JSONDecodeError as error:
        message = f"column {error.colno}: {error.msg}"
        fix = "correct the JSON there"
        yield Finding(file, error.lineno, "json", message, fix)
        return
    except (ValueError, RecursionError):
        yield Finding(file, None, "json", "the file is not JSON in UTF-8", "save it as UTF-8")
        return
    features = object_of(content).get("features")
    if not is_array(features):
        fix = 'write {"type": "FeatureCollection", "features": [ … ]}'
        yield Finding(
            file, 1, "geojson", "the file is not a FeatureCollection (RFC 7946, 3.3)", fix
        )
        return
    stations = [str(row.get("code")) for row in rows_of(folder, STATIONS)]
    lines = feature_lines(text)
    for index, feature in enumerate(features):
        line = lines[index] if len(lines) == len(features) else None
        for rule, message, fix in _faults_of_feature(feature, stations):
            yield Finding(file, line, rule, f"features.{index}: {message}", fix)


def _faults_of_feature(feature: Any, stations: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Yield rule, message and fix for what is wrong with a feature."""
    try:
        station, geometry = feature["properties"]["station"], feature["geometry"]
    except (KeyError, TypeError):
        fix = 'add "properties": {"station": CODE} and "geometry": {…}'
        yield "geojson", "the feature has no station or no geometry", fix
        return
    if station not in stations:
        likely = difflib.get_close_matches(str(station), stations, 1, 0.4)
        fix = f"write {likely[0]}" if likely else "use a code of stations.toml"
        yield "unknown-station", f"there is no station {station}", fix
    try:
        polygons_of(geometry)
    except WrongGeometry as error:
        fix = "correct the geometry, for example in QGIS: Vector, Geometry Tools, Fix Geometries"
        yield "geometry", f"({station}): {error}", fix


def rows_of(folder: Path, catalogue: Catalogue[Any, Any]) -> list[dict[str, Any]]:
    """Return the rows of a data file that are tables; none if it is missing or invalid."""
    file = folder / catalogue.file
    _, content = _read(file) if file.exists() else ("", {})
    rows = array_of(object_of(content).get(catalogue.table or ""))
    return [row for row in rows if is_object(row)]
