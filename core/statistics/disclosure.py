"""Rules for public counts: publish none from which a small count can be computed.

A small count (one to nine) could help to identify a reporter. For each month of a city:

- The total is published if it is zero or at least `LEAST_PUBLIC_COUNT`.
- The parts by station, or by category, of at least `LEAST_PUBLIC_COUNT` are published. The rest,
  which is the total minus these parts, must be zero, or spread over several small parts so that
  each could still have nearly any value: a sum of ten or more, but not so high that all of them
  must be large. Otherwise no part is published. Withholding a second part to protect the first
  would not help, because the choice of the second reveals something about the first.
- The number acted upon is published if it and the number not acted upon are each zero or at least
  `LEAST_PUBLIC_COUNT`. For parts, this must be true of each part and of the rest.

Zero is published, because then there is no reporter to identify.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

LEAST_PUBLIC_COUNT = 10


class Part(StrEnum):
    """How the counts of a month are divided."""

    WHOLE = "WHOLE"
    STATION = "STATION"
    CATEGORY = "CATEGORY"


@dataclass(frozen=True, slots=True)
class Count:
    """Exact numbers of reports registered and acted upon."""

    registered: int = 0
    acted_upon: int = 0

    def __add__(self, other: "Count") -> "Count":
        return Count(self.registered + other.registered, self.acted_upon + other.acted_upon)

    def may_disclose_acts(self, least: int) -> bool:
        """Tell whether neither the reports acted upon nor the others are a small count."""
        return _is_public(self.acted_upon, least) and _is_public(
            self.registered - self.acted_upon, least
        )


@dataclass(frozen=True, slots=True)
class Disclosed:
    """Public numbers of reports registered and acted upon; `None` if withheld."""

    registered: int | None
    acted_upon: int | None


@dataclass(frozen=True, slots=True)
class Parts:
    """The public parts of a month. If not `complete`, other parts may have reports, too."""

    disclosed: Mapping[str, Disclosed]
    complete: bool


def whole(count: Count, least: int = LEAST_PUBLIC_COUNT) -> Disclosed:
    """Return the public count of all reports of a month."""
    if not _is_public(count.registered, least):
        return Disclosed(None, None)
    return Disclosed(count.registered, count.acted_upon if count.may_disclose_acts(least) else None)


def parts(counts: Mapping[str, Count], least: int = LEAST_PUBLIC_COUNT) -> Parts:
    """Return the public counts of the parts of a month: stations or categories."""
    large = {key: count for key, count in counts.items() if count.registered >= least}
    small = [count for key, count in counts.items() if key not in large and count.registered]
    rest = total(small)
    if small and not least <= rest.registered <= (least - 1) * (len(small) - 1):
        return Parts({}, complete=False)
    acts = all(count.may_disclose_acts(least) for count in (*large.values(), rest))
    disclosed = {
        key: Disclosed(count.registered, count.acted_upon if acts else None)
        for key, count in large.items()
    }
    return Parts(disclosed, complete=not small)


def total(counts: Iterable[Count]) -> Count:
    """Return the sum of counts."""
    return sum(counts, Count())


def _is_public(count: int, least: int) -> bool:
    return count == 0 or count >= least
