"""Where place folders come from: those that ship, installed packages, folders that are named."""

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
    """A folder of place folders, what to call it, and its version where it has one."""

    name: str
    root: Path
    version: str = ""

    @property
    def label(self) -> str:
        """What `city list` calls it."""
        return f"{self.name} {self.version}".rstrip()


def shipped() -> list[Source]:
    """Return the places that ship with the server, where they are installed beside it."""
    spec = find_spec("cities")
    folders = list(spec.submodule_search_locations or ()) if spec is not None else []
    return [Source("shipped", Path(folder)) for folder in folders[:1]]


def installed() -> tuple[list[Source], list[str]]:
    """Return the sources of installed packages, and what is wrong with those that are none.

    A package's own code does not run for this.
    """
    sources: list[Source] = []
    faults: list[str] = []
    for each in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        root = _root_of(each)
        name, version = _name_of(each)
        label = f"{name} {version}".rstrip()
        if root is None:
            faults.append(f"{label}: {each.value} is no package with a folder")
        elif not find_folders(root):
            faults.append(f"{label}: {root} holds no place.toml; are its data files installed?")
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
    """Return a source as it is, or a bare folder under its own name."""
    return root if isinstance(root, Source) else Source(f"folder {root}", root)
