"""A place as a folder: data files, and `plugin.py` for what data cannot say.

    place.toml          who the place is (`PlaceDescription`, without `path`)
    numbers.toml        `[[numbers]]`: emergency numbers
    categories.toml     `[[categories]]`: kinds of report
    dispositions.toml   `[[dispositions]]`: outcomes
    stations.toml       `[[stations]]`: police stations and the control room
    plugin.py           functions marked `@hookimpl`

Every file may be missing. Each file is one fault at most: a broken one loses only what it holds.
"""

import importlib.util
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from core.places import MAX_PATH_LENGTH
from plugins.hookspecs import hookimpl

PLACE_FILE = "place.toml"
CODE_FILE = "plugin.py"


class FolderPlugin:
    """Answers the hooks out of the data files of one folder."""

    def __init__(self, path: str, folder: Path) -> None:
        self._path = path
        self._folder = folder

    def _read(self, name: str) -> dict[str, Any]:
        file = self._folder / name
        return tomllib.loads(file.read_text("utf-8")) if file.exists() else {}

    def _rows(self, kind: str) -> Sequence[Any] | None:
        return self._read(f"{kind}.toml").get(kind)

    @hookimpl
    def describe_place(self) -> Any:
        """Read `place.toml`."""
        described = self._read(PLACE_FILE)
        return {"path": self._path, **described} if described else None

    @hookimpl
    def emergency_numbers(self) -> Any:
        """Read `numbers.toml`."""
        return self._rows("numbers")

    @hookimpl
    def report_categories(self) -> Any:
        """Read `categories.toml`."""
        return self._rows("categories")

    @hookimpl
    def dispositions(self) -> Any:
        """Read `dispositions.toml`."""
        return self._rows("dispositions")

    @hookimpl
    def stations(self) -> Any:
        """Read `stations.toml`."""
        return self._rows("stations")


def find_folders(root: Path) -> dict[str, Path]:
    """Return the folders below `root` that are places, by path: those with a `place.toml`."""
    found = {
        file.parent.relative_to(root).as_posix(): file.parent for file in root.rglob(PLACE_FILE)
    }
    return {
        path: folder
        for path, folder in sorted(found.items())
        if path != "." and path.count("/") < 3 and len(path) <= MAX_PATH_LENGTH
    }


def load_code(path: str, folder: Path, on_error: Callable[[BaseException], None]) -> list[object]:
    """Return the module `plugin.py`, or nothing; calls `on_error` if it will not load."""
    file = folder / CODE_FILE
    if not file.exists():
        return []
    name = "citizencop_place_" + path.replace("/", "__").replace("-", "_")
    try:
        return [_load_module(name, file)]
    except BaseException as error:
        on_error(error)
        return []


def _load_module(name: str, file: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise ImportError(name)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
