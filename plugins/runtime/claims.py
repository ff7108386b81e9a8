"""Who speaks for a path, a code and ground: what ships and what was loaded first.

Sources are loaded in order: what ships, installed packages by their names, then the folders of
`--plugins`. What a later one claims of an earlier one is refused unless the operator allows it with
`--allow PATH=SOURCE`. A refused folder is not imported where the path decides, and not asked
anything further where the ground does.

- **Path.** One folder speaks for a path: that of the first source.
- **Code.** Of two cities with one code the first source's keeps it; the other is given another.
- **Ground.** A later city is refused where, at its own centre, a city of an earlier source answers:
  a full one, or a light one of another state. A light city of the same state makes room; so does
  the city's own row. Where circles overlap, `coverage` leaves to the earlier what it has.
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
    """A folder that speaks for a path; `order` is its source's, 0 where the operator allows it."""

    path: str
    folder: Path
    source: Source
    order: int
    allowed: bool


@dataclass(frozen=True, slots=True)
class Refused:
    """A folder that claims what another has."""

    path: str
    folder: Path
    source: Source
    message: str

    @property
    def claimant(self) -> str:
        """Whose fault it is: never that of the place whose path it claims."""
        return f"{self.path} ({self.source.label})"

    @property
    def fix(self) -> str:
        """What to do."""
        return f'take the folder away, or allow it: --allow {self.path}="{self.source.label}"'


class WrongApproval(ValueError):
    """An approval that is not written as `PATH=SOURCE`."""


class Approvals:
    """What the operator allows, each written `PATH=SOURCE`; raises `WrongApproval`."""

    def __init__(self, texts: Iterable[str] = ()) -> None:
        self._given: dict[tuple[str, str], bool] = {}
        for text in texts:
            path, _, source = text.partition("=")
            if not is_path(path) or not source:
                raise WrongApproval(
                    f"{text!r} is not written as PATH=SOURCE, with a source that city list names."
                )
            self._given[path, source] = False

    def cover(self, path: str, source: Source) -> bool:
        """Tell whether a source may replace what others have with its folder of a path."""
        found = [
            (path, name) for name in (source.name, source.label) if (path, name) in self._given
        ]
        for each in found:
            self._given[each] = True
        return bool(found)

    def unused(self) -> list[str]:
        """Return those that allowed nothing: mostly a slip of the pen."""
        return [f"{path}={source}" for (path, source), used in self._given.items() if not used]


def claims_of(
    sources: Sequence[Source], disabled: Collection[str], approvals: Approvals
) -> tuple[dict[str, Claim], list[Refused]]:
    """Return the folder that speaks for each path, and those that may not."""
    claims: dict[str, Claim] = {}
    refused: list[Refused] = []
    for order, source in enumerate(sources):
        for path, folder in find_folders(source.root).items():
            held = claims.get(path)
            if path in disabled or (held and held.folder.resolve() == folder.resolve()):
                continue
            allowed = approvals.cover(path, source)
            if held is None or allowed:
                own_order = 0 if allowed else order
                claims[path] = Claim(path, folder, source, own_order, allowed)
            else:
                message = f"{path} is already that of {held.source.label}"
                refused.append(Refused(path, folder, source, message))
    return claims, refused


@dataclass(frozen=True, slots=True)
class Ground:
    """A city with its circle, as far as it counts for who answers where."""

    description: PlaceDescription
    order: int

    @property
    def path(self) -> str:
        """Where it lies."""
        return self.description.path


def robbed(earlier: Coverage[Ground], later: PlaceDescription) -> str | None:
    """Return the path of the earlier city that answers where a later one says that it is."""
    answers = earlier.at(later.position) if later.position is not None else None
    if answers is None or answers.path == later.path:
        return None
    return answers.path if keeps_ground(answers.description, later) else None
