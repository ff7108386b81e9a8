"""Closed months: the public statistics of a city, computed once for each month.

A month is closed one day after its end, by the city's local time. Only the counts that the rules of
`disclosure` allow are stored, and public statistics are sums of these rows. Later changes to a
report of the month (an action, a referral, its erasure) therefore change no answer, and repeated
queries reveal nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, Final
from zoneinfo import ZoneInfo

from tortoise.expressions import Q
from tortoise.functions import Count as Rows
from tortoise.functions import Sum

from core.domain import Domain
from core.log.models import CityLog
from core.paths import Level, city_of, level
from core.retention import limits
from core.statistics import disclosure
from core.statistics.disclosure import Count, Disclosed, Part
from core.statistics.models import ClosedMonths, PublicCount
from core.storage.conditions import for_dialect, for_sqlite
from core.storage.connection import current_database
from core.storage.database import transact

CLOSES_AFTER: Final = timedelta(days=1)
"""Reports sent just before midnight are stored by then, even if hosts' clocks differ."""
_ONE_DAY: Final = timedelta(days=1)
_MONTHS: Final = {"postgres": "date_trunc('month', received_on)::date",
                  "sqlite": "date(received_on, 'start of month')"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Published:
    """Sums of the published counts of a place's closed months."""

    whole: Disclosed
    by_station: Mapping[str, Disclosed]
    by_category: Mapping[str, Disclosed]


async def close(domain: Domain, place: str | None = None) -> Mapping[str, date]:
    """Close the ended months of the cities of a place, or of all; return each last closed day.

    Closes nothing while the clock may be wrong (`core.retention.limits`).
    """
    at = domain.clock()
    cities = await _cities(place)
    closed = dict.fromkeys(cities, date.min)
    closed |= {row.city: row.through for row in await ClosedMonths.filter(city__in=cities)}
    last = {city: last_closed_day(domain, city, at) for city in cities}
    behind = [city for city in cities if closed[city] < last[city]]
    if behind and await limits.clock_problem(at) is None:
        for city in behind:
            closed[city] = await transact(partial(_close, city, last[city]))
    return closed


def last_closed_day(domain: Domain, place: str, at: datetime) -> date:
    """Return the last day of the last month that can be closed, by the place's local time."""
    nearest = domain.nearest(place)
    zone = nearest.description.time_zone if nearest is not None else None
    today = (at - CLOSES_AFTER).astimezone(ZoneInfo(zone or "UTC")).date()
    return today.replace(day=1) - _ONE_DAY


async def _cities(place: str | None) -> list[str]:
    if place is not None and level(place) >= Level.CITY:
        return [city_of(place)]
    logs = CityLog.all() if place is None else CityLog.filter(_below("city", place))
    return [row.city for row in await logs if level(row.city) is Level.CITY]


def _below(column: str, place: str) -> Q:
    """Return the test `core.storage.conditions.within` as a Tortoise expression."""
    return Q(**{f"{column}__gte": f"{place}/", f"{column}__lt": f"{place}0"})


async def _close(city: str, last: date) -> date:
    """Store the public counts of a city's months up to a day. Call inside a transaction."""
    new = ClosedMonths(city=city, through=date.min)
    await ClosedMonths.bulk_create([new], ignore_conflicts=True)
    closed = await ClosedMonths.filter(city=city).select_for_update().get()
    if closed.through >= last:
        return closed.through
    counted = await _counted(city, closed.through, last)
    new_rows = [
        row for month, counts in counted.items() for row in _public_rows(city, month, counts)
    ]
    await PublicCount.bulk_create(new_rows, batch_size=500)
    closed.through = last
    await closed.save(update_fields=["through"])
    return last


async def _counted(
    city: str, after: date, last: date
) -> Mapping[date, Mapping[tuple[str, str], Count]]:
    """Return the counts of each month by station and category.

    One statement, so that the parts of a month add up even if reports change meanwhile.
    """
    opened = current_database()
    dialect: str = opened.capabilities.dialect
    month = _MONTHS[dialect]
    sql = for_dialect(
        f"SELECT {month} AS month, place, category, "  # noqa: S608 - no value in it
        "count(*) AS registered, count(acted_at) AS acted_upon FROM report "
        "WHERE city = ? AND received_on > ? AND received_on <= ? "
        f"GROUP BY {month}, place, category",
        dialect,
    )
    values: list[object] = [city, after, last]
    if dialect == "sqlite":
        values = [for_sqlite(value) for value in values]
    months: dict[date, dict[tuple[str, str], Count]] = {}
    for row in await opened.execute_query_dict(sql, values):
        of_month = months.setdefault(date.fromisoformat(str(row["month"])), {})
        of_month[row["place"], row["category"]] = Count(row["registered"], row["acted_upon"])
    return months


def _public_rows(
    city: str, month: date, counts: Mapping[tuple[str, str], Count]
) -> Iterable[PublicCount]:
    """Yield the rows of the public counts of a month.

    A row without a key stands for the withheld parts, if there are any.
    """

    def row(part: Part, key: str, public: Disclosed, *, partial: bool) -> PublicCount:
        return PublicCount(
            city=city, month=month, part=part, key=key, partial=int(partial),
            registered=public.registered, acted_upon=public.acted_upon,
        )  # fmt: skip

    yield row(Part.WHOLE, "", disclosure.whole(disclosure.total(counts.values())), partial=False)
    for index, part in enumerate((Part.STATION, Part.CATEGORY)):
        of_part: dict[str, Count] = {}
        for keys, count in counts.items():
            of_part[keys[index]] = of_part.get(keys[index], Count()) + count
        parts = disclosure.parts(of_part)
        for key, public in parts.disclosed.items():
            yield row(part, key, public, partial=not parts.complete)
        if not parts.complete:
            yield row(part, "", Disclosed(None, None), partial=True)


async def published(place: str, since: date, until: date) -> Published:
    """Return the sums of a country, state or city over closed months.

    A sum is published if all its parts are. For a station or category, these are its counts in all
    months and cities in which it is not known to be zero. Stations are published for cities only.
    """
    city = city_of(place)
    scope = Q(city=city) if level(place) >= Level.CITY else _below("city", place)
    rows = (
        await PublicCount.filter(scope, month__gte=since, month__lte=until)
        .annotate(
            rows=Rows("id"),
            partials=Sum("partial"),
            disclosed_rows=Rows("registered"),
            registered_sum=Sum("registered"),
            disclosed_acts=Rows("acted_upon"),
            acted_upon_sum=Sum("acted_upon"),
        )
        .group_by("part", "key")
        .order_by("part", "key")
        .values(
            "part", "key", "rows", "partials", "disclosed_rows", "registered_sum",
            "disclosed_acts", "acted_upon_sum",
        )
    )  # fmt: skip
    wholes = [_sum(row) for row in rows if row["part"] == Part.WHOLE]
    return Published(
        whole=wholes[0] if wholes else Disclosed(0, 0),
        by_station=_parts(rows, Part.STATION) if level(place) >= Level.CITY else {},
        by_category=_parts(rows, Part.CATEGORY),
    )


def _parts(rows: Sequence[dict[str, Any]], part: Part) -> Mapping[str, Disclosed]:
    """Return the sums of parts; a part that is withheld in any month is withheld.

    If further parts are withheld, an entry with an empty key stands for each of them.
    """
    of_part = [row for row in rows if row["part"] == part]
    incomplete = sum(row["rows"] for row in of_part if not row["key"])
    return {
        row["key"]: _sum(row) if row["partials"] == incomplete else Disclosed(None, None)
        for row in of_part
        if row["key"] or incomplete
    }


def _sum(row: dict[str, Any]) -> Disclosed:
    if row["disclosed_rows"] < row["rows"]:
        return Disclosed(None, None)
    acts = row["acted_upon_sum"] if row["disclosed_acts"] == row["rows"] else None
    return Disclosed(row["registered_sum"], acts)
