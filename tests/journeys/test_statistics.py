"""What a city tells about itself: registered and acted upon, by category, station and period."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

from core.city import Urgency
from core.lifecycle import ReportState
from core.models import Report
from tests.client import Client
from tests.conftest import EDGETOWN, RAIPUR, Running

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
OCTOBER = {"from": "2026-10-01", "to": "2026-10-31"}


def a_row(number: int, category: str, station: str, *, acted: bool) -> Report:
    at = datetime(2026, 10, 1, 12, tzinfo=UTC) + timedelta(days=number % 31)
    return Report(
        id=uuid4(),
        city=RAIPUR,
        place=f"{RAIPUR}/{station}",
        reference=f"RPR-{number}",
        category=category,
        urgency=Urgency.EXPECTED,
        description="",
        answers={},
        latitude=21.2,
        longitude=81.6,
        state=ReportState.RESOLVED if acted else ReportState.RECEIVED,
        route_reason="",
        received_at=at,
        received_on=at.date(),
        updated_at=at,
        acted_at=at if acted else None,
        receipt_selector=f"{number:024}",
        receipt_verifier="",
    )


async def test_raipurs_figure_can_be_told(running: Running, database_name: str) -> None:
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
        told = await officer.ask(STATISTICS, place=RAIPUR, **OCTOBER)
        assert told["total"] == {"registered": 1248, "actedUpon": 842}
        assert told["unresolved"] == 406
        assert told["byCategory"] == [
            {"key": "harassment", "registered": 4, "actedUpon": 4},
            {"key": "traffic", "registered": 1244, "actedUpon": 838},
        ]
        assert told["byStation"] == [
            {"key": f"{RAIPUR}/ganj", "registered": 624, "actedUpon": 421},
            {"key": f"{RAIPUR}/urla", "registered": 624, "actedUpon": 421},
        ]
        assert len(told["byDay"]) == 31
        assert sum(day["registered"] for day in told["byDay"]) == 1248
        station = await officer.ask(STATISTICS, place=f"{RAIPUR}/urla", **OCTOBER)
        assert station["total"]["registered"] == 624
        one_day = {"from": "2026-10-02", "to": "2026-10-02"}
        assert (await officer.ask(STATISTICS, place=RAIPUR, **one_day))["total"]["registered"] == 41
    async with running.client(await running.officer("india/chhattisgarh")) as cell:
        state = await cell.ask(STATISTICS, place="india/chhattisgarh", **OCTOBER)
        assert state["total"]["registered"] == 1248


async def test_the_public_is_told_nothing_that_points_at_one_report(
    running: Running, citizen: Client, database_name: str
) -> None:
    rows = [a_row(number, "harassment", "urla", acted=True) for number in range(3)]
    rows += [a_row(number, "traffic", "urla", acted=False) for number in range(3, 43)]
    await Report.bulk_create(rows)
    told = await citizen.ask(STATISTICS, place=RAIPUR, **OCTOBER)
    assert told["total"] == {"registered": 43, "actedUpon": 3}
    withheld = {"registered": None, "actedUpon": None}
    assert told["byCategory"] == [{"key": key} | withheld for key in ("harassment", "traffic")]
    assert (told["byDay"], told["unresolved"]) == ([], None)
    days = {"from": "2026-10-02", "to": "2026-10-31"}
    refused = await citizen.ask(STATISTICS, place=RAIPUR, **days)
    assert (refused["__typename"], refused["code"]) == ("InvalidInputProblem", "OUT_OF_RANGE")


async def test_an_act_counts_from_the_day_the_city_saw(
    citizen: Client, officer: Client, database_name: str
) -> None:
    await citizen.submit()
    (report,) = await officer.reports(EDGETOWN)
    today = {"from": str(date.today() - timedelta(1)), "to": str(date.today() + timedelta(1))}

    async def total() -> Any:
        return (await officer.ask(STATISTICS, place=EDGETOWN, **today))["total"]

    assert await total() == {"registered": 1, "actedUpon": 0}
    await officer.act(report["id"], "ACKNOWLEDGE")
    await officer.act(report["id"], "ACT", disposition="offender-fined")
    assert await total() == {"registered": 1, "actedUpon": 1}
