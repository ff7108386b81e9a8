"""Which counts of a month anybody may be told: none from which a small one can be worked out.

A small count (one to nine) could point at the one who spoke up. The rules, for a month of a city:

- The whole is told when it is zero or `LEAST_PUBLIC_COUNT` at least.
- Its parts by station, or by category, are those of `LEAST_PUBLIC_COUNT` at least. The rest, which
  is the whole less those, must be zero, or a sum of several small parts of which each may still
  have nearly any value: ten or more together, and not so many that all of them must be large.
  Otherwise no part is told at all. No second part is withheld to protect a first one, because the
  choice of it would tell about the first.
- What was acted upon is told when both it and what was not are zero or `LEAST_PUBLIC_COUNT` at
  least; of parts, when that is true of every one and of the rest.

A zero is told: where nobody spoke up there is nobody to point at.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

LEAST_PUBLIC_COUNT = 10


class Part(StrEnum):
    """By what a month is divided."""

    WHOLE = "WHOLE"
    STATION = "STATION"
    CATEGORY = "CATEGORY"


@dataclass(frozen=True, slots=True)
class Count:
    """Reports registered, and those of them that were acted upon."""

    registered: int = 0
    acted_upon: int = 0

    def __add__(self, other: "Count") -> "Count":
        return Count(self.registered + other.registered, self.acted_upon + other.acted_upon)

    def tells_acts(self, least: int) -> bool:
        """Whether neither side of the division by `acted_upon` is small."""
        return _is_public(self.acted_upon, least) and _is_public(
            self.registered - self.acted_upon, least
        )


@dataclass(frozen=True, slots=True)
class Told:
    """A count as anybody may know it; `None` where it is withheld."""

    registered: int | None
    acted_upon: int | None


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts that are told; where they are not `complete`, any other may have had reports."""

    told: Mapping[str, Told]
    complete: bool


def whole(count: Count, least: int = LEAST_PUBLIC_COUNT) -> Told:
    """Return what is told of all reports of a month."""
    if not _is_public(count.registered, least):
        return Told(None, None)
    return Told(count.registered, count.acted_upon if count.tells_acts(least) else None)


def parts(counts: Mapping[str, Count], least: int = LEAST_PUBLIC_COUNT) -> Parts:
    """Return what is told of the parts of a month: stations, or categories."""
    large = {key: count for key, count in counts.items() if count.registered >= least}
    small = [count for key, count in counts.items() if key not in large and count.registered]
    rest = total(small)
    if small and not least <= rest.registered <= (least - 1) * (len(small) - 1):
        return Parts({}, complete=False)
    acts = all(count.tells_acts(least) for count in (*large.values(), rest))
    told = {
        key: Told(count.registered, count.acted_upon if acts else None)
        for key, count in large.items()
    }
    return Parts(told, complete=not small)


def total(counts: Iterable[Count]) -> Count:
    """Return the sum."""
    return sum(counts, Count())


def _is_public(count: int, least: int) -> bool:
    return count == 0 or count >= least
