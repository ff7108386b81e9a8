"""Write a new city's folder, which passes `city check` before anything is filled in."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Final

from core.paths import chain, slug
from core.places.description import Deployment
from plugins.contract.hookspecs import CONTRACT_VERSION
from plugins.runtime.folder import PLACE_FILE

_FULL_ONLY: Final = frozenset({"stations.toml"})
_TEMPLATES: Final = {
    PLACE_FILE: """\
# Describes the place. Name the source of each fact and the date you checked it.
contract = $contract
names = { en = "$name" }
code = "$code"
position = { latitude = $latitude, longitude = $longitude }
radius = $radius
languages = [$languages]
deployment = "$deployment"
sources = ["name the source of position and radius"]
""",
    "numbers.toml": """\
# Numbers of this city only. Those of its state and country are added automatically.
# Source: … Checked …
#
# [[numbers]]
# kind = "CONTROL_ROOM"
# number = "+91…"
# names = { en = "Police control room" }
# verified = false
""",
    "stations.toml": """\
# Police stations and the control room. Source: … Checked …

[[stations]]
code = "control-room"
names = { en = "Police control room" }
control_room = true

# [[stations]]
# code = "civil-lines"
# names = { en = "Civil Lines" }
# position = { latitude = …, longitude = … }   # omit if not public
# desks = ["crime.cyber"]                      # categories routed here from the whole city
""",
    "test_NAME.py": '''\
"""Conformance tests of $name."""

from pathlib import Path

from plugins.testing import CityContract


class Test$class_name(CityContract):
    root = Path(__file__).parents[$depth]
    place = "$path"
''',
    "README.md": """\
# $name

The folder of `$path`. Run these commands in the server's checkout, with its Python
(`source .venv/bin/activate`). `docs/cities/reference.md` there describes each file.

```sh
python server.py --plugins $root city check $path
python server.py --plugins $root city try $path --at $latitude,$longitude --category municipal
python -m pytest $root/$path
python server.py --plugins $root serve --reload
```
""",
}


class AlreadyThere(Exception):
    """The place has a folder already; the message is its path."""


@dataclass(frozen=True, slots=True)
class NewCity:
    """The values to fill into a new city's folder."""

    path: str
    name: str
    code: str
    latitude: float
    longitude: float
    radius: float
    languages: tuple[str, ...]
    deployment: Deployment


def write_city(root: Path, city: NewCity) -> list[Path]:
    """Write the folder below `root`; return the written files. Raises `AlreadyThere`."""
    folder = root / city.path
    if (folder / PLACE_FILE).exists():
        raise AlreadyThere(str(folder))
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for name, text in _files(root, city):
        file = folder / name
        file.write_text(text, "utf-8")
        written.append(file)
    return written


def code_for(name: str, taken: Collection[str] = ()) -> str:
    """Suggest an unused public code: the first letters, if possible without vowels."""
    letters = slug(name).replace("-", "").upper().ljust(2, "X")
    hard = letters[0] + "".join(each for each in letters[1:] if each not in "AEIOU")
    suggested = [hard[:3], letters[:3], letters[:4], hard[:4], letters[:5]]
    numbered = [f"{letters[:2]}{number}" for number in range(1, 1000)]
    return next(each for each in (*suggested, *numbered) if len(each) > 1 and each not in taken)


def _files(root: Path, city: NewCity) -> Iterator[tuple[str, str]]:
    words = {
        "root": root,
        "path": city.path,
        "name": city.name,
        "code": city.code,
        "latitude": city.latitude,
        "longitude": city.longitude,
        "radius": city.radius,
        "languages": ", ".join(f'"{tag}"' for tag in city.languages),
        "deployment": city.deployment.value,
        "contract": CONTRACT_VERSION,
        "class_name": "".join(part.title() for part in city.path.rpartition("/")[2].split("-")),
        "depth": len(chain(city.path)),
    }
    full = city.deployment is Deployment.FULL
    for name, text in _TEMPLATES.items():
        if full or name not in _FULL_ONLY:
            module = city.path.rpartition("/")[2].replace("-", "_")
            yield name.replace("NAME", module), Template(text).substitute(words)
