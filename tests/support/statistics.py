"""Reports of one month, to be counted."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from core.cap import Urgency
from core.reports.models import Report
from core.reports.states import ReportState
from tests.support.places import RAIPUR


def a_row(number: int, category: str, station: str, *, acted: bool) -> Report:
    """A report of October 2025 in Raipur; not saved."""
    at = datetime(2025, 10, 1, 12, tzinfo=UTC) + timedelta(days=number % 31)
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
