"""Read the valid part of an invalid `place.toml`, so that the city stays on the map."""

import re
import tomllib
from pathlib import Path
from typing import Any, Final

from core.places.description import Deployment, PlaceDescription
from plugins.contract.validation import WrongAnswer, validated
from plugins.runtime.folder import PLACE_FILE, has_code, read_table

KEYS: Final = ("names", "code", "iso_code", "time_zone", "languages", "position", "radius")
"""Name, position and language. Features, routing and retention need a valid file."""
MAX_DROPPED_LINES: Final = 20
"""Lines that are dropped, one by one, until the rest is valid TOML."""


def right_part_of(path: str, folder: Path) -> dict[str, Any]:
    """Return the fields of a place's description that are valid by themselves."""
    try:
        table = _table(read_table(folder / PLACE_FILE))
    except (OSError, ValueError, RecursionError):
        return {}
    right: dict[str, Any] = {}
    for key in KEYS:
        named = {"names": {"en": path}, key: table[key]} if key in table else None
        if named is not None:
            try:
                right[key] = getattr(validated(PlaceDescription, [{"path": path, **named}])[0], key)
            except WrongAnswer:
                continue
    return right


def _table(text: str) -> dict[str, Any]:
    """Parse TOML without its invalid lines; raises `TOMLDecodeError` if too many are invalid."""
    lines = text.splitlines()
    for _ in range(MAX_DROPPED_LINES):
        try:
            return tomllib.loads("\n".join(lines))
        except tomllib.TOMLDecodeError as error:
            found = re.search(r"at line (\d+)", str(error))
            number = int(found[1]) if found is not None else len(lines)
            del lines[number - 1]
    return tomllib.loads("\n".join(lines))


def may_be_full(folder: Path) -> bool:
    """Tell whether a folder is a full city; `True` if its `place.toml` cannot be read."""
    try:
        table = tomllib.loads(read_table(folder / PLACE_FILE))
    except (OSError, ValueError, RecursionError):
        return True
    return has_code(folder) or table.get("deployment", Deployment.LIGHT) != Deployment.LIGHT
