"""A place as a folder: data files, and `plugin.py` for hooks that need code.

    place.toml          the place (`PlaceDescription`, without `path`), and `contract`
    a catalogue's file  rows under the catalogue's table: `[[tariffs]]` of `fares.toml`
    boundaries.geojson  features with `station`: the areas of stations
    words/TAG.ftl       Fluent messages: display texts in one language
    plugin.py           functions marked `@hookimpl`

Every file is optional. An unreadable file is skipped; an invalid row or area is left out. Each is a
fault that names file, line and rule.
"""

import importlib.util
import json
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from core.paths import MAX_PATH_LENGTH, is_path
from core.places.catalogue import Catalogue
from core.plain import object_of
from plugins.contract.hookspecs import hookimpl
from plugins.runtime import words
from plugins.tools.findings import feature_lines, line_of

PLACE_FILE = "place.toml"
BOUNDARIES_FILE = "boundaries.geojson"
CONTRACT = "contract"
"""Key of `place.toml`: the version of the contract that the folder was made for."""
CODE_FILE = "plugin.py"

MAX_TABLE, MAX_AREAS = 8 << 20, 128 << 20
"""Maximum bytes of a TOML file, and of a city's areas."""
MAX_LINE = 20_000
"""Maximum characters of a TOML line: `tomllib` takes quadratic time in the length of a key."""


class WrongFile(ValueError):
    """The path is not a file, or the file or one of its lines is too long to read safely."""


def read_table(file: Path) -> str:
    """Return the text of a TOML file; raises `WrongFile`, `OSError` or `UnicodeDecodeError`."""
    text = read_text(file, MAX_TABLE)
    for number, line in enumerate(text.splitlines(), start=1):
        if len(line) > MAX_LINE:
            raise WrongFile(f"line {number} has more than {MAX_LINE:,} characters")
    return text


def read_text(file: Path, most: int) -> str:
    """Return the text of a file of at most `most` bytes, without a byte order mark.

    Raises as `read_table` does.
    """
    if not file.is_file():
        raise WrongFile(f"{file.name} is not a regular file")
    if file.stat().st_size > most:
        raise WrongFile(f"{file.name} has more than {most:,} bytes")
    return file.read_text("utf-8-sig")


class FolderPlugin:
    """Implements the hooks with the data files of one folder.

    Each file is read once and cached, because a country's plugin is called for each of its cities.
    """

    def __init__(self, path: str, folder: Path, catalogues: Sequence[Catalogue[Any, Any]]) -> None:
        self._path = path
        self._folder = folder
        self._tables: dict[str, dict[str, Any]] = {}
        self._words: list[dict[str, Any]] | None = None
        self._rows_of = {"station_areas": (BOUNDARIES_FILE, "features")}
        for each in catalogues:
            if each.table is not None:
                self._rows_of[each.hook] = (each.file, each.table)
                setattr(self, each.hook, self._reader(each.file, each.table))

    def _read(self, name: str) -> dict[str, Any]:
        if name not in self._tables:
            file = self._folder / name
            try:
                self._tables[name] = tomllib.loads(read_table(file)) if file.exists() else {}
            except tomllib.TOMLDecodeError as error:
                raise WrongFile(f"{name}: {error}") from None
        return self._tables[name]

    def _reader(self, file: str, table: str) -> Callable[[], Any]:
        """Return a hook that returns the rows of a table."""

        @hookimpl
        def rows() -> Any:
            return self._read(file).get(table)

        return rows

    def where(self, hook: str, keys: tuple[str | int, ...]) -> str:
        """Return file, line and name of a value, given the keys down to it: `(3, "position")`."""
        name, table = self._rows_of.get(hook, (PLACE_FILE, None))
        file, line = self._folder / name, None
        named = (table, *keys) if table is not None else keys
        text = file.read_text("utf-8-sig", "replace") if file.is_file() else ""
        if name == BOUNDARIES_FILE:
            lines = feature_lines(text)
            line = lines[int(keys[0])] if int(keys[0]) < len(lines) else None
        else:
            line = line_of(text, named)
        at = f"{name}:{line}" if line is not None else name
        return f"{at}: {'.'.join(map(str, named))}"

    @hookimpl
    def describe_place(self) -> Any:
        """Read `place.toml`."""
        described = {k: v for k, v in self._read(PLACE_FILE).items() if k != CONTRACT}
        return {"path": self._path, **described} if described else None

    @hookimpl
    def station_areas(self) -> Any:
        """Read `boundaries.geojson`: a FeatureCollection (RFC 7946, 3.3)."""
        file = self._folder / BOUNDARIES_FILE
        return station_areas(json.loads(read_text(file, MAX_AREAS))) if file.exists() else None

    @hookimpl
    def phrases(self) -> Any:
        """Read `words/*.ftl`."""
        if self._words is None:
            files = words.files_of(self._folder)
            self._words = [
                {"language": file.stem.lower(), "words": words.read(file)} for file in files
            ]
        return self._words


class PlaceOnly:
    """Describes a place whose folder was made for another contract version, so it runs light."""

    def __init__(self, path: str, folder: Path) -> None:
        self._folder_plugin = FolderPlugin(path, folder, ())

    @hookimpl
    def describe_place(self) -> Any:
        """Read `place.toml` without features, routing and retention."""
        described: dict[str, Any] = self._folder_plugin.describe_place() or {}
        known = ("path", "names", "position", "radius", "time_zone", "languages", "iso_code")
        return {name: described[name] for name in known if name in described} or None


def station_areas(collection: Any) -> list[dict[str, Any]]:
    """Return the areas in a FeatureCollection whose features name a `station`."""
    return [_station_area(feature) for feature in collection["features"]]


def _station_area(feature: Any) -> dict[str, Any]:
    """Return the parts of a `StationArea` in a feature; validation reports missing ones."""
    parts = object_of(feature)
    area = {
        "station": object_of(parts.get("properties")).get("station"),
        "geometry": parts.get("geometry"),
    }
    return {key: value for key, value in area.items() if value is not None}


def contract_of(folder: Path) -> object:
    """Return the contract version of a folder; 1 if it names none or cannot be read."""
    try:
        return tomllib.loads(read_table(folder / PLACE_FILE)).get(CONTRACT, 1)
    except Exception:
        # `describe_place` reports what is wrong with the file.
        return 1


def find_folders(root: Path) -> dict[str, Path]:
    """Return the folders below `root` that have a `place.toml`, by path."""
    found = {
        file.parent.relative_to(root).as_posix(): file.parent
        for file in root.rglob(PLACE_FILE)
        if file.is_file()
    }
    return {
        path: folder
        for path, folder in sorted(found.items())
        if path.count("/") < 3 and len(path) <= MAX_PATH_LENGTH and is_path(path)
    }


def has_code(folder: Path) -> bool:
    """Tell whether a folder has a `plugin.py`."""
    return (folder / CODE_FILE).exists()


def load_code(path: str, folder: Path) -> ModuleType:
    """Return the module `plugin.py`; raises whatever it raises."""
    name = "citizencop_place_" + path.replace("/", "__").replace("-", "_")
    return _load_module(name, folder / CODE_FILE)


def _load_module(name: str, file: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise ImportError(name)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
