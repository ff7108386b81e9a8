"""Whether a registration holds."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.vehicles.look_up import is_valid

MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1))


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), MOMENTS)
def test_a_registration_holds_until_its_day_has_ended_everywhere(day: date, at: datetime) -> None:
    # The last place where a day ends is twelve hours behind UTC.
    ended = datetime(day.year, day.month, day.day) + timedelta(days=1, hours=12)
    assert is_valid(day, at.replace(tzinfo=UTC)) is (at < ended)


def test_nobody_knows_without_a_day() -> None:
    assert is_valid(None, datetime(2026, 11, 24, tzinfo=UTC)) is None
