"""Opening hours in the notation of OpenStreetMap."""

from datetime import UTC, datetime

import pytest

from core.places.opening_hours import is_open, is_opening_hours

MONDAY_NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize("hours", ["24/7", "Mo-Sa 10:00-18:00", "Mo-Fr 09:00-17:00; PH off", "off"])
def test_the_notation_is_known(hours: str) -> None:
    assert is_opening_hours(hours)


@pytest.mark.parametrize("hours", ["always", "10 to 6", "Mo-Sa 25:00-26:99", "Mon to Fri"])
def test_what_is_not_in_it_says_nothing(hours: str) -> None:
    assert not is_opening_hours(hours)
    assert is_open(hours, MONDAY_NOON, None) is None


@pytest.mark.parametrize(
    ("hours", "zone", "expected"),
    [
        ("24/7", None, True),
        ("off", None, False),
        ("Mo 11:00-13:00", "UTC", True),
        ("Mo 11:00-12:00", "UTC", False),
        # It is 17:30 in India, and 06:00 in Chicago.
        ("Mo 17:00-18:00", "Asia/Kolkata", True),
        ("Mo 11:00-13:00", "Asia/Kolkata", False),
        ("Mo 05:30-06:30", "America/Chicago", True),
        ("PH 00:00-24:00", "Asia/Kolkata", False),
        ("Mo 11:00-13:00 unknown", None, None),
    ],
)
def test_the_clocks_of_the_place_count(hours: str, zone: str | None, expected: bool | None) -> None:
    assert is_open(hours, MONDAY_NOON, zone) is expected


def test_hours_past_midnight_belong_to_the_day_before() -> None:
    hours = "Su 22:00-02:00"
    assert is_open(hours, datetime(2026, 11, 23, 1, 59, tzinfo=UTC), None) is True
    assert is_open(hours, datetime(2026, 11, 23, 2, 0, tzinfo=UTC), None) is False
