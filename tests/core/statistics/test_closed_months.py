"""When a month is over for good."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.statistics.closed_months import last_closed_day
from tests.support.towns import Town, domain_of


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        # In India the month ends at 18:30 UTC, and is closed a day later.
        (datetime(2026, 12, 1, 18, 29, 59), date(2026, 10, 31)),
        (datetime(2026, 12, 1, 18, 30), date(2026, 11, 30)),
        (datetime(2027, 1, 1, 18, 30), date(2026, 12, 31)),
        (datetime(2028, 3, 1, 18, 30), date(2028, 2, 29)),
    ],
)
def test_a_month_is_over_by_the_citys_own_calendar(at: datetime, expected: date) -> None:
    domain = domain_of(Town("a/b/c", time_zone="Asia/Kolkata"))
    assert last_closed_day(domain, "a/b/c", at.replace(tzinfo=UTC)) == expected


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)), st.sampled_from(["UTC", None]))
def test_the_last_closed_day_ends_a_month_that_was_over_a_day_ago(
    at: datetime, zone: str | None
) -> None:
    last = last_closed_day(
        domain_of(Town("a/b/c", time_zone=zone)), "a/b/c", at.replace(tzinfo=UTC)
    )
    following = last + timedelta(days=1)
    assert following.day == 1
    assert datetime(following.year, following.month, 1) + timedelta(days=1) <= at
    assert at - datetime(following.year, following.month, 1) < timedelta(days=33)


def test_a_place_that_is_gone_goes_by_what_it_lay_in() -> None:
    at = datetime(2026, 12, 1, 18, 30, tzinfo=UTC)
    for path, expected in (("a", date(2026, 11, 30)), ("x", date(2026, 10, 31))):
        domain = domain_of(Town(path, time_zone="Asia/Kolkata"))
        assert last_closed_day(domain, "a/b/c", at) == expected
