"""Statistics: reports registered and acted upon, by category, station and day.

An officer of a place gets all current counts. Everybody else gets sums of the counts that were
published when each month was closed (`closed_months`), by the rules of `disclosure`. The tests try
these ways to compute a small count:

- A city minus one of its stations or its categories; a category minus those below it: parts are
  published only if each withheld part could still have nearly any small count.
- A station and a category together: no counts are published by both.
- Differences of overlapping ranges: a range is the sum of its published months, so a difference of
  ranges is again a sum of published months.
- Queries before and after a report arrives, is acted upon, referred or erased: the current month is
  never published, and a closed one never changes.
- Registered minus acted upon: both are withheld if either side is small.
- A state minus its cities: a state's count is the sum of its cities' published counts, and is
  withheld if one of them is.
- Reasoning from these rules: each small count could always have at least eight values.

One way remains: an officer of a station, who knows its exact counts, can subtract them.
"""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tortoise.expressions import Q
from tortoise.functions import Count

from core.domain import Domain
from core.identity.people import Right, Viewer
from core.paths import Level, level
from core.problems import InvalidInput
from core.reports.models import Report
from core.reports.states import OPEN_REPORT_STATES
from core.statistics import closed_months
from core.statistics.disclosure import Disclosed

GROUPS = ("category", "place", "received_on")


@dataclass(frozen=True, slots=True)
class Tally:
    """Numbers of reports registered and acted upon; `None` if withheld."""

    key: str
    registered: int | None
    acted_upon: int | None


@dataclass(frozen=True, slots=True)
class Statistics:
    """The tallies of a place from one day to another, inclusive."""

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
    """Count the reports of a place; `groups` are the needed members of `GROUPS`.

    An officer of the place gets all counts, everybody else those of closed months. Raises
    `InvalidInput` if the days are not in order or, for the public, not whole months.
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
    """Return the public counts; for a station, its part of the city's public counts."""
    closed = await closed_months.close(domain, place)
    last = closed_months.last_closed_day(domain, place, domain.clock())
    until_closed = min([until, last, *closed.values()])
    withheld = Disclosed(None, None)
    if until_closed < since:
        # No month of the range is closed.
        return _of(place, since, until, withheld, {}, {})
    public = await closed_months.published(place, since, until_closed)
    if level(place) is not Level.STATION:
        whole, stations, categories = public.whole, public.by_station, public.by_category
        return _of(place, since, until_closed, whole, stations, categories)
    own = public.by_station.get(place) or public.by_station.get("", Disclosed(0, 0))
    return _of(place, since, until_closed, own, {place: own}, {})


def _of(
    place: str,
    since: date,
    until: date,
    whole: Disclosed,
    by_station: Mapping[str, Disclosed],
    by_category: Mapping[str, Disclosed],
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


def _listed(parts: Mapping[str, Disclosed]) -> list[Tally]:
    return [Tally(key, count.registered, count.acted_upon) for key, count in parts.items() if key]


def _query(place: str, since: date, until: date):
    query = (
        Report.filter(city=place)
        if level(place) is Level.CITY
        # The test `core.storage.conditions.within` as a Tortoise expression.
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
            row["registered"],
            row["acted_upon"],
        )
        for row in rows
    ]
