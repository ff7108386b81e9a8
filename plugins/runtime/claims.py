"""Claims: which folder gets a path, a code and an area when several claim it.

Sources are loaded in order: the included places, installed packages by name, then the `--plugins`
folders. A later claim is refused unless the operator allows it with `--allow PATH=SOURCE`.

- **Path.** The first source's folder is used. The code of later ones is not imported.
- **Code.** The first source's city keeps it. The other city gets a code made from its path.
- **Area.** A later city is refused if its centre is covered by an earlier source's full city, or by
  a light city of another state. A light city of the same state, and the city's own row, give way.
  Where circles overlap, `plugins.runtime.coverage` decides.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from core.paths import is_path
from core.places.description import PlaceDescription
from plugins.runtime.coverage import Coverage, keeps_ground
from plugins.runtime.folder import find_folders
from plugins.runtime.sources import Source

CLAIM: Final = "claim"


@dataclass(frozen=True, slots=True)
class Claim:
    """The folder used for a path; `order` is its source's, or 0 if the operator allowed it."""

    path: str
    folder: Path
    source: Source
    order: int
    allowed: bool


@dataclass(frozen=True, slots=True)
class Refused:
    """A folder that is not used, because it claims what another has."""

    path: str
    folder: Path
    source: Source
    message: str

    @property
    def claimant(self) -> str:
        """The name under which the fault is counted: the path and the source of the folder."""
        return f"{self.path} ({self.source.label})"

    @property
    def fix(self) -> str:
        """What the operator can do about it."""
        return f'remove the folder, or allow it: --allow {self.path}="{self.source.label}"'


class WrongApproval(ValueError):
    """An approval does not have the form `PATH=SOURCE`."""


class Approvals:
    """Parsed `--allow` options, each `PATH=SOURCE`; raises `WrongApproval`."""

    def __init__(self, texts: Iterable[str] = ()) -> None:
        self._given: dict[tuple[str, str], bool] = {}
        for text in texts:
            path, _, source = text.partition("=")
            if not is_path(path) or not source:
                raise WrongApproval(
                    f"{text!r}: write PATH=SOURCE, with a source as city list shows it."
                )
            self._given[path, source] = False

    def cover(self, path: str, source: Source) -> bool:
        """Tell whether a source's folder may replace others at a path; record the use."""
        found = [
            (path, name) for name in (source.name, source.label) if (path, name) in self._given
        ]
        for each in found:
            self._given[each] = True
        return bool(found)

    def unused(self) -> list[str]:
        """Return the approvals that matched nothing, usually because of a typing error."""
        return [f"{path}={source}" for (path, source), used in self._given.items() if not used]


def claims_of(
    sources: Sequence[Source], disabled: Collection[str], approvals: Approvals
) -> tuple[dict[str, Claim], list[Refused]]:
    """Return the folder to use for each path, and the refused folders."""
    claims: dict[str, Claim] = {}
    refused: list[Refused] = []
    for order, source in enumerate(sources):
        for path, folder in find_folders(source.root).items():
            earlier = claims.get(path)
            if path in disabled or (earlier and earlier.folder.resolve() == folder.resolve()):
                continue
            allowed = approvals.cover(path, source)
            if earlier is None or allowed:
                own_order = 0 if allowed else order
                claims[path] = Claim(path, folder, source, own_order, allowed)
            else:
                message = f"{path} already belongs to {earlier.source.label}"
                refused.append(Refused(path, folder, source, message))
    return claims, refused


@dataclass(frozen=True, slots=True)
class Ground:
    """A city's description, and the order of its source: what decides who answers where."""

    description: PlaceDescription
    order: int

    @property
    def path(self) -> str:
        """The city's path."""
        return self.description.path


def earlier_owner(earlier: Coverage[Ground], later: PlaceDescription) -> str | None:
    """Return the path of the earlier city whose area contains the later city's centre, if any."""
    answers = earlier.at(later.position) if later.position is not None else None
    if answers is None or answers.path == later.path:
        return None
    return answers.path if keeps_ground(answers.description, later) else None
