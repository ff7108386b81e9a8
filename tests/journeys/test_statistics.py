"""What a city tells about itself: registered and acted upon, by category, station and period."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import uuid4

from core.log.models import CityLog
from core.reports.models import Report
from core.retention import erasure
from tests.support.client import Client
from tests.support.places import EDGETOWN, QUICKTOWN, RAIPUR, TESTLAND, today_in_edgetown
from tests.support.servers import Running
from tests.support.statistics import a_row

STATISTICS = """query ($place: String!, $from: Date!, $to: Date!) {
  statistics(place: $place, from: $from, to: $to) {
    __typename
    ... on Statistics {
      from to total { registered actedUpon } unresolved
      byCategory { key registered actedUpon }
      byStation { key registered actedUpon }
      byDay { key registered actedUpon }
    }
    ... on Problem { code message field }
  }
}"""
OCTOBER = {"from": "2025-10-01", "to": "2025-10-31"}


BY_STATION = [
    {"key": f"{RAIPUR}/ganj", "registered": 624, "actedUpon": 421},
    {"key": f"{RAIPUR}/urla", "registered": 624, "actedUpon": 421},
]


async def test_raipurs_figure_can_be_told(running: Running) -> None:
    """1,248 registered and 842 acted upon, as the city's own police told."""
    rows = [
        a_row(
            number,
            "harassment" if number < 4 else "traffic",
            "urla" if number % 2 else "ganj",
            acted=number < 842,
        )
        for number in range(1248)
    ]
    await Report.bulk_create(rows)
    async with running.client(await running.officer(RAIPUR)) as officer:
        await _read_by_the_city(officer)
    async with running.client(await running.officer("india/chhattisgarh")) as cell:
        state = await cell.ask(STATISTICS, place="india/chhattisgarh", **OCTOBER)
        assert state["total"]["registered"] == 1248
    async with running.client() as citizen:
        await _read_by_the_public(citizen)


async def _read_by_the_city(officer: Client) -> None:
    told = await officer.ask(STATISTICS, place=RAIPUR, **OCTOBER)
    assert told["total"] == {"registered": 1248, "actedUpon": 842}
    assert told["unresolved"] == 406
    assert told["byCategory"] == [
        {"key": "harassment", "registered": 4, "actedUpon": 4},
        {"key": "traffic", "registered": 1244, "actedUpon": 838},
    ]
    assert told["byStation"] == BY_STATION
    assert len(told["byDay"]) == 31
    assert sum(day["registered"] for day in told["byDay"]) == 1248
    station = await officer.ask(STATISTICS, place=f"{RAIPUR}/urla", **OCTOBER)
    assert station["total"]["registered"] == 624
    one_day = {"from": "2025-10-02", "to": "2025-10-02"}
    assert (await officer.ask(STATISTICS, place=RAIPUR, **one_day))["total"]["registered"] == 41


async def _read_by_the_public(citizen: Client) -> None:
    public = await citizen.ask(STATISTICS, place=RAIPUR, **OCTOBER)
    assert public["total"] == {"registered": 1248, "actedUpon": 842}
    assert public["byStation"] == BY_STATION
    assert (public["byCategory"], public["byDay"], public["unresolved"]) == ([], [], None)
    urla = await citizen.ask(STATISTICS, place=f"{RAIPUR}/urla", **OCTOBER)
    assert urla["total"] == {"registered": 624, "actedUpon": 421}
    assert urla["byCategory"] == []


async def test_the_public_is_told_nothing_that_points_at_one_report(
    running: Running, citizen: Client
) -> None:
    rows = [a_row(number, "harassment", "urla", acted=True) for number in range(3)]
    rows += [a_row(number, "traffic", "urla", acted=False) for number in range(3, 43)]
    await Report.bulk_create(rows)
    told = await citizen.ask(STATISTICS, place=RAIPUR, **OCTOBER)
    assert told["total"] == {"registered": 43, "actedUpon": None}
    assert (told["byCategory"], told["byDay"], told["unresolved"]) == ([], [], None)
    days = {"from": "2025-10-02", "to": "2025-10-31"}
    refused = await citizen.ask(STATISTICS, place=RAIPUR, **days)
    assert (refused["__typename"], refused["code"]) == ("InvalidInputProblem", "OUT_OF_RANGE")


async def test_an_act_counts_from_the_day_the_city_saw(citizen: Client, officer: Client) -> None:
    await citizen.submit()
    (report,) = await officer.reports(EDGETOWN)
    today = {"from": str(today_in_edgetown()), "to": str(today_in_edgetown())}

    async def total() -> Any:
        return (await officer.ask(STATISTICS, place=EDGETOWN, **today))["total"]

    assert await total() == {"registered": 1, "actedUpon": 0}
    await officer.act(report["id"], "ACKNOWLEDGE")
    await officer.act(report["id"], "ACT", disposition="offender-fined")
    assert await total() == {"registered": 1, "actedUpon": 1}


NORTH, SOUTH = f"{EDGETOWN}/north", f"{EDGETOWN}/south"
WITHHELD = {"registered": None, "actedUpon": None}


def some_rows(city: str, counts: dict[tuple[str, str], int], month: int = 10) -> list[Report]:
    """So many reports of a category at a station, in a month of 2025."""
    rows: list[Report] = []
    for (station, category), count in counts.items():
        for number in range(count):
            row = a_row(number, category, station, acted=False)
            row.city, row.place = city, f"{city}/{station}"
            row.reference = row.receipt_selector = uuid4().hex[:24]
            row.received_at = row.received_at.replace(month=month, day=1 + number % 28)
            row.received_on = row.received_at.date()
            rows.append(row)
    return rows


async def months(client: Client, place: str, since: int, until: int) -> Any:
    last = {1: 31, 2: 28, 3: 31, 4: 30, 9: 30, 10: 31, 11: 30, 12: 31}[until]
    days = {"from": f"2025-{since:02}-01", "to": f"2025-{until:02}-{last}"}
    return await client.ask(STATISTICS, place=place, **days)


async def test_a_city_less_a_station_tells_nothing_of_the_other(citizen: Client) -> None:
    await Report.bulk_create(some_rows(EDGETOWN, {("north", "x"): 13, ("south", "x"): 1}))
    city = await months(citizen, EDGETOWN, 10, 10)
    assert city["total"] == {"registered": 14, "actedUpon": 0}
    assert city["byStation"] == []
    for station in (NORTH, SOUTH):
        told = await months(citizen, station, 10, 10)
        assert told["total"] == {"registered": None, "actedUpon": None}
        assert told["byCategory"] == []


async def test_a_category_less_those_below_it_tells_nothing(citizen: Client) -> None:
    counts = {("north", "traffic"): 30, ("north", "traffic.signal"): 1, ("north", "noise"): 12}
    await Report.bulk_create(some_rows(EDGETOWN, counts))
    told = await months(citizen, EDGETOWN, 10, 10)
    assert told["total"]["registered"] == 43
    assert told["byCategory"] == []


async def test_several_small_categories_hide_one_another(citizen: Client) -> None:
    small = {("north", code): count for code, count in (("a", 1), ("b", 4), ("c", 8))}
    await Report.bulk_create(some_rows(EDGETOWN, small | {("north", "traffic"): 30}))
    told = await months(citizen, EDGETOWN, 10, 10)
    assert told["total"]["registered"] == 43
    assert told["byCategory"] == [{"key": "traffic", "registered": 30, "actedUpon": 0}]


async def test_overlapping_ranges_tell_no_single_month(citizen: Client) -> None:
    for month, count in ((9, 20), (10, 3), (11, 15)):
        counts = {("north", "x"): count, ("south", "x"): 11}
        await Report.bulk_create(some_rows(EDGETOWN, counts, month))
    await Report.bulk_create(some_rows(EDGETOWN, {("north", "x"): 2}, 12))
    told = {
        (since, until): (await months(citizen, EDGETOWN, since, until))["total"]["registered"]
        for since in (9, 10, 11, 12)
        for until in (9, 10, 11, 12)
        if since <= until
    }
    assert (told[9, 9], told[10, 10]) == (31, 14)
    assert told[9, 11] == 31 + 14 + 26
    assert [told[since, 12] for since in (9, 10, 11, 12)] == [None] * 4
    # The station is told in September and November, and so in no range with October.
    ranges = ((9, 9), (11, 11), (10, 10), (9, 10), (10, 11), (9, 11))
    station = [(await months(citizen, NORTH, *each))["total"]["registered"] for each in ranges]
    assert station == [20, 15, None, None, None, None]


async def test_a_state_less_its_cities_tells_nothing(citizen: Client, officer: Client) -> None:
    await Report.bulk_create(some_rows(EDGETOWN, {("north", "x"): 40}))
    await Report.bulk_create(some_rows(QUICKTOWN, {("north", "x"): 2}))
    await CityLog.bulk_create([CityLog(city=city, last_number=1) for city in (EDGETOWN, QUICKTOWN)])
    assert (await months(citizen, EDGETOWN, 10, 10))["total"]["registered"] == 40
    state = await months(citizen, TESTLAND, 10, 10)
    assert state["total"] == {"registered": None, "actedUpon": None}
    assert (state["byStation"], state["byCategory"]) == ([], [{"key": "x"} | WITHHELD])


async def everything(client: Client) -> list[Any]:
    """All that somebody who polls can ask for."""
    ranges = [(since, until) for since in (9, 10, 11) for until in (9, 10, 11) if since <= until]
    so_far = {"from": "2025-09-01", "to": f"{today_in_edgetown().year}-12-31"}
    return [
        await ask
        for place in (EDGETOWN, NORTH, SOUTH, TESTLAND, "india")
        for ask in (
            *(months(client, place, *each) for each in ranges),
            client.ask(STATISTICS, place=place, **so_far),
        )
    ]


async def test_polling_around_what_happens_shows_nothing(
    running: Running, citizen: Client, officer: Client
) -> None:
    rows = some_rows(EDGETOWN, {("north", "x"): 30, ("south", "y"): 20})
    await Report.bulk_create(rows)
    await CityLog.create(city=EDGETOWN, last_number=0)
    before = await everything(citizen)
    october = await months(citizen, EDGETOWN, 10, 10)
    assert october["total"] == {"registered": 50, "actedUpon": 0}
    await citizen.submit()
    assert await everything(citizen) == before
    ids = {}
    for report in await officer.reports(EDGETOWN, first=100):
        ids.setdefault((report["place"], report["state"]), []).append(report["id"])
    north = ids[NORTH, "RECEIVED"]
    for kind, more in (
        ("ACKNOWLEDGE", {}),
        ("ACT", {"disposition": "offender-warned"}),
    ):
        assert (await officer.act(north[-1], kind, **more))["__typename"] == "TakeActionSuccess"
        assert await everything(citizen) == before
    for kind, more in (
        ("REFER", {"place": SOUTH}),
        ("REJECT", {"text": "No"}),
    ):
        assert (await officer.act(north[-2], kind, **more))["__typename"] == "TakeActionSuccess"
        assert await everything(citizen) == before
    await Report.filter(city=EDGETOWN).update(updated_at=rows[0].received_at)
    later = replace(running.app.domain, clock=lambda: datetime.now(UTC) + timedelta(days=1_100))
    assert await erasure.erase_overdue(later, approved=True) >= 50
    assert await everything(citizen) == before
    # As after a clock that was set back, or a restored row.
    await Report.bulk_create(some_rows(EDGETOWN, {("north", "x"): 12}))
    assert await everything(citizen) == before


async def test_the_current_month_is_never_told_to_the_public(
    citizen: Client, officer: Client
) -> None:
    for _ in range(11):
        await citizen.submit()
    first = today_in_edgetown().replace(day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    days = {"from": str(first), "to": str(last)}
    assert (await officer.ask(STATISTICS, place=EDGETOWN, **days))["total"]["registered"] == 11
    told = await citizen.ask(STATISTICS, place=EDGETOWN, **days)
    assert told["total"] == WITHHELD
    year = {"from": "2025-01-01", "to": str(last)}
    told = await citizen.ask(STATISTICS, place=EDGETOWN, **year)
    assert told["total"] == {"registered": 0, "actedUpon": 0}
    assert told["to"] < days["from"]


async def test_no_difference_between_any_two_answers_is_small(
    running: Running, citizen: Client
) -> None:
    """Random cities with random months: whole and parts, months and ranges, acted upon and not."""
    chance = Random(20251001)
    cities = [city.path for city in running.app.places.all() if city.path.count("/") == 2][:12]
    for city in cities:
        for month in (9, 10, 11):
            await Report.bulk_create(random_rows(chance, city, month))
    told_at_all = 0
    for city in cities:
        answers = {
            (since, until): await months(citizen, city, since, until)
            for since in (9, 10, 11)
            for until in (9, 10, 11)
            if since <= until
        }
        for answer in answers.values():
            told_at_all += answer["total"]["registered"] is not None
            look_at_parts(answer)
        for (since, until), wide in answers.items():
            for (later, earlier), narrow in answers.items():
                if since <= later and earlier <= until:
                    look_at_ranges(wide, narrow)
    assert told_at_all > 20


def random_rows(chance: Random, city: str, month: int) -> list[Report]:
    counts = {
        (station, category): int(chance.expovariate(1 / chance.choice((2, 8, 30))))
        for station in ("a", "b", "c")
        for category in ("x", "x.y", "z")
    }
    rows = some_rows(city, counts, month)
    for row in rows:
        row.acted_at = row.received_at if chance.random() < 0.5 else None
    return rows


def look_at_parts(answer: Any) -> None:
    total = answer["total"]
    for tally in (total, *answer["byStation"], *answer["byCategory"]):
        harmless(tally["registered"], 0)
        harmless(tally["registered"], tally["actedUpon"])
    for parts in (answer["byStation"], answer["byCategory"]):
        told = [part for part in parts if part["registered"] is not None]
        for name in ("registered", "actedUpon"):
            if told and all(part[name] is not None for part in told):
                harmless(total[name], sum(part[name] for part in told))


def look_at_ranges(wide: Any, narrow: Any) -> None:
    for name in ("registered", "actedUpon"):
        harmless(wide["total"][name], narrow["total"][name])


def harmless(larger: int | None, smaller: int | None) -> None:
    if larger is not None and smaller is not None:
        assert larger - smaller == 0 or larger - smaller >= 10
