"""Moments and time zones."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.clock import in_utc, is_time_zone
from core.problems import InvalidInput

FIELD = ("input", "expiresAt")
ZONES = st.sampled_from(["Asia/Kolkata", "America/Chicago", "Australia/Lord_Howe", "UTC"])
MOMENTS = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1))


@given(MOMENTS, ZONES, ZONES)
def test_a_moment_with_an_offset_ignores_the_zone_of_the_place(
    at: datetime, own: str, place: str
) -> None:
    aware = at.replace(tzinfo=ZoneInfo(own))
    found = in_utc(aware, FIELD, place)
    assert found.tzinfo is UTC
    assert found == aware.astimezone(UTC)


@given(MOMENTS)
def test_without_an_offset_the_clocks_of_the_place_count(at: datetime) -> None:
    assert in_utc(at, FIELD, "UTC") == in_utc(at, FIELD) == at.replace(tzinfo=UTC)
    # India has had one offset, without summer time, since 1945.
    if at.year > 1945:
        assert in_utc(at, FIELD, "Asia/Kolkata") == in_utc(at, FIELD) - timedelta(minutes=330)


@pytest.mark.parametrize(
    ("at", "zone"),
    [(datetime.min, "Asia/Kolkata"), (datetime.max, "America/Chicago")],
)
def test_the_ends_of_the_calendar_are_refused(at: datetime, zone: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        in_utc(at, FIELD, zone)
    assert (refused.value.rule, refused.value.path) == ("OUT_OF_RANGE", FIELD)


@pytest.mark.parametrize(
    "name", ["", "Nowhere", "Asia/Nowhere", "/etc/passwd", "../UTC", "Asia", "a\0b", "x" * 5000]
)
def test_what_is_no_time_zone(name: str) -> None:
    assert not is_time_zone(name)


def test_names_of_iana_are_time_zones() -> None:
    assert all(map(is_time_zone, ("Asia/Kolkata", "America/Argentina/Ushuaia", "UTC")))
