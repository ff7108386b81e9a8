"""Made-up place folders for tests of the plugins."""

from functools import partial
from pathlib import Path

from plugins.catalogues import CATALOGUES
from plugins.runtime import loading

load_places = partial(loading.load_places, catalogues=CATALOGUES)
PLACE = """
names = { en = "Town" }
position = { latitude = 10.0, longitude = 70.0 }
radius = 10000.0
deployment = "FULL"
"""
STATIONS = """
[[stations]]
code = "near"
names = { en = "Near" }
position = { latitude = 10.0, longitude = 70.0 }
[[stations]]
code = "far"
names = { en = "Far" }
position = { latitude = 10.5, longitude = 70.0 }
"""
CITY = "land/state/town"


def write(root: Path, path: str, **files: str) -> Path:
    """Write a place's folder: `plugin` becomes plugin.py, `boundaries` GeoJSON, the others TOML."""
    folder = root / path
    folder.mkdir(parents=True, exist_ok=True)
    suffixes = {"plugin": "py", "boundaries": "geojson"}
    for name, text in ({"place": PLACE} | files).items():
        (folder / f"{name}.{suffixes.get(name, 'toml')}").write_text(text)
    return folder
