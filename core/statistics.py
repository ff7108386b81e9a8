"""Statistics: reports registered and acted upon, by category, station and day."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypedDict, cast

from tortoise.expressions import Q
from tortoise.functions import Count

from core.lifecycle import OPEN_REPORT_STATES
from core.models import Report
from core.people import Right, Viewer
from core.places import Level, level
from core.problems import InvalidInput

LEAST_PUBLIC_COUNT = 10
"""Smaller counts are told to officers only: they could point at the one who spoke up."""
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
    viewer: Viewer, place: str, since: date, until: date, groups: frozenset[str]
) -> Statistics:
    """Count the reports of a place; `groups` are those of `GROUPS` that are wanted.

    An officer of the place gets every count. Anybody else gets whole months, and no count below
    `LEAST_PUBLIC_COUNT`, so that no single report can be told from the difference of two answers.
    Raises `InvalidInput` when the days are not in order, or no whole months for the public.
    """
    if since > until:
        raise InvalidInput("OUT_OF_RANGE", "`from` lies after `to`.", ("from",))
    exact = viewer.may(Right.VIEW, place)
    if not exact:
        _require_whole_months(since, until)
        groups -= {"received_on"}
    tallies = {group: await _tallies(place, since, until, group) for group in groups}
    total = (await _tallies(place, since, until, None))[0]
    unresolved = await _query(place, since, until).filter(state__in=OPEN_REPORT_STATES).count()
    if not exact:
        tallies = {group: _withhold(rows) for group, rows in tallies.items()}
        total = _withhold([total])[0]
    return Statistics(
        place=place,
        since=since,
        until=until,
        total=total,
        unresolved=unresolved if exact else None,
        by_category=tallies.get("category", []),
        by_station=tallies.get("place", []),
        by_day=tallies.get("received_on", []),
    )


def _require_whole_months(since: date, until: date) -> None:
    if since.day != 1 or until.day != monthrange(until.year, until.month)[1]:
        raise InvalidInput(
            "OUT_OF_RANGE",
            "Without a right to this place, ask for whole months: from the first day of one to "
            "the last day of one.",
            ("from",),
        )


def _withhold(tallies: Sequence[Tally]) -> list[Tally]:
    """Hide the small counts, and as many of the next as it takes to hide them in a sum.

    One hidden count alone is the total less the others, so the hidden ones must add up too.
    """
    hidden: set[str] = set()
    hidden_sum = 0
    for tally in sorted(tallies, key=lambda tally: tally.registered or 0):
        count = tally.registered or 0
        if count >= LEAST_PUBLIC_COUNT and (not hidden or hidden_sum >= LEAST_PUBLIC_COUNT):
            break
        hidden.add(tally.key)
        hidden_sum += count
    return [Tally(tally.key, None, None) if tally.key in hidden else tally for tally in tallies]


def _query(place: str, since: date, until: date):
    query = (
        Report.filter(city=place)
        if level(place) is Level.CITY
        # The prefix test of `core.conditions.within`, as Tortoise counts with it.
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
