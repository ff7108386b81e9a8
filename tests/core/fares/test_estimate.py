"""Fares: reckoned as the order of the transport authority says."""

from datetime import datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.fares.estimate import estimate, is_night
from core.fares.tariffs import Tariff
from core.problems import InvalidInput

NOON = datetime(2026, 11, 24, 12, 0)
INDORE = Tariff(
    code="auto-rickshaw",
    names={"en": "Auto-rickshaw"},
    currency="INR",
    base=Decimal(20),
    base_metres=1000,
    per_km=Decimal(17),
    night_from=time(22),
    night_until=time(6),
    night_times=Decimal("1.2"),
)


@pytest.mark.parametrize(
    ("metres", "hour", "total"),
    [(0, 12, 20), (1000, 12, 20), (2000, 12, 37), (5400, 12, 95), (5400, 23, 114), (5400, 5, 114)],
)
def test_the_order_is_followed(metres: float, hour: int, total: int) -> None:
    found = estimate(INDORE, metres, 0, NOON.replace(hour=hour))
    assert found.total == total
    assert found.base + found.distance + found.night + found.waiting == pytest.approx(
        found.total, abs=Decimal("0.51")
    )


@given(st.floats(0, 900_000), st.floats(0, 1000), st.floats(0, 90), st.integers(0, 1439))
def test_further_is_never_cheaper_and_night_never_less(
    metres: float, more: float, waiting: float, minute: int
) -> None:
    at = NOON.replace(hour=0) + timedelta(minutes=minute)
    near = estimate(INDORE, metres, waiting, at)
    assert near.total <= estimate(INDORE, metres + more, waiting, at).total
    assert near.total >= estimate(INDORE, metres, waiting, NOON).total
    assert near.total % INDORE.step == 0


@pytest.mark.parametrize("metres", [-1.0, float("nan"), float("inf"), 2e6])
def test_a_ride_that_is_none_is_refused(metres: float) -> None:
    with pytest.raises(InvalidInput):
        estimate(INDORE, metres, 0, NOON)


def test_a_night_may_pass_midnight_or_not() -> None:
    assert [is_night(INDORE, time(hour)) for hour in (21, 22, 0, 5, 6)] == [
        False,
        True,
        True,
        True,
        False,
    ]
    early = Tariff("a", {"en": "a"}, "INR", Decimal(1), 1, Decimal(1), night_from=time(0),
                   night_until=time(5))  # fmt: skip
    assert [is_night(early, time(hour)) for hour in (23, 0, 4, 5)] == [False, True, True, False]
