"""Statistics: reports registered and acted upon, by category, station and day.

An officer of a place gets every count, as it is now. Anybody else gets sums of what was published
when each month was closed (`closed_months`), by the rules of `disclosure`. These attacks were
considered, and are tried in the tests:

- a city less one of its stations, or less its categories; a category less those below it: parts are
  told where each that is not told could still have any small count, and never of a station alone;
- a station and a category together: nothing is divided by both;
- months less months, and ranges that overlap: a range is the sum of its months, told where each is,
  so any difference of ranges is a sum of published months again;
- asking before and after a report comes in, is acted upon, referred or erased: the current month is
  never told, and a closed one never changes;
- registered less acted upon: withheld together where either side is small;
- a state less its cities: a sum of what its cities tell, withheld where one of them is;
- knowing these rules: whatever is told, each small count could have at least eight values.

What remains: an officer of one station, who knows its exact counts, may subtract them.
"""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypedDict, cast

from tortoise.expressions import Q
from tortoise.functions import Count

from core.domain import Domain
from core.identity.people import Right, Viewer
from core.paths import Level, level
from core.problems import InvalidInput
from core.reports.models import Report
from core.reports.states import OPEN_REPORT_STATES
from core.statistics import closed_months
from core.statistics.disclosure import Told

GROUPS = ("category", "place", "received_on")


class _Row(TypedDict):
    registered: int
    acted_upon: int


@dataclass(frozen=True, slots=True)
class Tally:
    """Reports registered, and those of them that police acted upon; `None` where withheld."""

    key: str
    registered: int | None
    acted_upon: int | None


@dataclass(frozen=True, slots=True)
class Statistics:
    """The tallies of a place from one day to another, both included."""

    place: str
    since: date
    until: date
    total: Tally
    unresolved: int | None
    by_category: Sequence[Tally]
    by_station: Sequence[Tally]
    by_day: Sequence[Tally]


async def compute(
    domain: Domain, viewer: Viewer, place: str, since: date, until: date, groups: frozenset[str]
) -> Statistics:
    """Count the reports of a place; `groups` are those of `GROUPS` that are wanted.

    An officer of the place gets every count, anybody else whole months that are closed. Raises
    `InvalidInput` when the days are not in order, or no whole months for the public.
    """
    if since > until:
        raise InvalidInput("OUT_OF_RANGE", "`from` must not be after `to`.", ("from",))
    if not viewer.may(Right.VIEW, place):
        _require_whole_months(since, until)
        return await _published(domain, place, since, until)
    tallies = {group: await _tallies(place, since, until, group) for group in groups}
    total = (await _tallies(place, since, until, None))[0]
    return Statistics(
        place=place,
        since=since,
        until=until,
        total=total,
        unresolved=await _query(place, since, until).filter(state__in=OPEN_REPORT_STATES).count(),
        by_category=tallies.get("category", []),
        by_station=tallies.get("place", []),
        by_day=tallies.get("received_on", []),
    )


def _require_whole_months(since: date, until: date) -> None:
    if since.day != 1 or until.day != monthrange(until.year, until.month)[1]:
        raise InvalidInput(
            "OUT_OF_RANGE",
            "Without rights for this place, request whole months: from the first day of a month to "
            "the last day of a month.",
            ("from",),
        )


async def _published(domain: Domain, place: str, since: date, until: date) -> Statistics:
    """Return what anybody may know: of a station its share of the city's, where that is told."""
    closed = await closed_months.close(domain, place)
    last = closed_months.last_closed_day(domain, place, domain.clock())
    until_closed = min([until, last, *closed.values()])
    withheld = Told(None, None)
    if until_closed < since:
        # Nothing of it is over.
        return _of(place, since, until, withheld, {}, {})
    told = await closed_months.published(place, since, until_closed)
    if level(place) is not Level.STATION:
        whole, stations, categories = told.whole, told.by_station, told.by_category
        return _of(place, since, until_closed, whole, stations, categories)
    own = told.by_station.get(place) or told.by_station.get("", Told(0, 0))
    return _of(place, since, until_closed, own, {place: own}, {})


def _of(
    place: str,
    since: date,
    until: date,
    whole: Told,
    by_station: Mapping[str, Told],
    by_category: Mapping[str, Told],
) -> Statistics:
    return Statistics(
        place=place,
        since=since,
        until=until,
        total=Tally("", whole.registered, whole.acted_upon),
        unresolved=None,
        by_category=_listed(by_category),
        by_station=_listed(by_station),
        by_day=[],
    )


def _listed(parts: Mapping[str, Told]) -> list[Tally]:
    return [Tally(key, told.registered, told.acted_upon) for key, told in parts.items() if key]


def _query(place: str, since: date, until: date):
    query = (
        Report.filter(city=place)
        if level(place) is Level.CITY
        # The prefix test of `core.storage.conditions.within`, as Tortoise counts with it.
        else Report.filter(Q(place=place) | Q(place__gte=f"{place}/", place__lt=f"{place}0"))
    )
    return query.filter(received_on__gte=since, received_on__lte=until)


async def _tallies(place: str, since: date, until: date, group: str | None) -> list[Tally]:
    counted = _query(place, since, until).annotate(
        registered=Count("id"), acted_upon=Count("acted_at")
    )
    if group is None:
        rows = await counted.values("registered", "acted_upon")
    else:
        rows = (
            await counted.group_by(group).order_by(group).values(group, "registered", "acted_upon")
        )
    return [
        Tally(
            str(row[group]) if group else "",
            cast("_Row", row)["registered"],
            cast("_Row", row)["acted_upon"],
        )
        for row in rows
    ]
