"""Sources of place folders: the included places, installed packages, `--plugins` folders."""

from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from plugins.runtime.folder import find_folders

GROUP: Final = "citizencop.cities"
"""Entry points of this group name packages that are laid out like `cities/`."""


@dataclass(frozen=True, slots=True)
class Source:
    """A folder of place folders, with its name and, for a package, its version."""

    name: str
    root: Path
    version: str = ""

    @property
    def label(self) -> str:
        """Name and version, as `city list` shows them and `--allow` expects them."""
        return f"{self.name} {self.version}".rstrip()


def shipped() -> list[Source]:
    """Return the places included with the server, or nothing if they are not installed."""
    spec = find_spec("cities")
    folders = list(spec.submodule_search_locations or ()) if spec is not None else []
    return [Source("shipped", Path(folder)) for folder in folders[:1]]


def installed() -> tuple[list[Source], list[str]]:
    """Return the sources of installed packages, and a message for each unusable package.

    Does not run the packages' code.
    """
    sources: list[Source] = []
    faults: list[str] = []
    for each in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        root = _root_of(each)
        name, version = _name_of(each)
        label = f"{name} {version}".rstrip()
        if root is None:
            faults.append(
                f"{label}: {each.value} is not a package with a folder; correct its entry point"
            )
        elif not find_folders(root):
            faults.append(f"{label}: {root} contains no place.toml; install its data files, too")
        else:
            sources.append(Source(name, root, version))
    return sources, faults


def _root_of(point: EntryPoint) -> Path | None:
    try:
        spec = find_spec(point.module)
    except (ImportError, ValueError, AttributeError):
        return None
    folders = list(spec.submodule_search_locations or ()) if spec is not None else []
    return Path(folders[0]) if folders and Path(folders[0]).is_dir() else None


def _name_of(point: EntryPoint) -> tuple[str, str]:
    package = point.dist
    return (f"package {package.name}", package.version) if package is not None else (point.name, "")


def named(root: Source | Path) -> Source:
    """Return a source unchanged; wrap a folder in a source named `folder PATH`."""
    return root if isinstance(root, Source) else Source(f"folder {root}", root)
