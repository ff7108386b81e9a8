"""Estimate the price of a ride by a city's official tariff."""

from dataclasses import dataclass
from datetime import datetime, time
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from core.fares.tariffs import TARIFFS, Tariff
from core.places.city import City
from core.problems import InvalidInput, NotFound

LONGEST_RIDE = 1_000_000.0
"""Metres; longer rides are refused."""
LONGEST_WAIT = 24 * 60.0
"""Minutes."""


@dataclass(frozen=True, slots=True)
class FareEstimate:
    """A fare and its parts, in the tariff's currency."""

    tariff: Tariff
    total: Decimal
    base: Decimal
    distance: Decimal
    waiting: Decimal
    night: Decimal


def estimate_for(
    city: City, code: str, metres: float, minutes_waiting: float, at: datetime
) -> FareEstimate:
    """Return the fare by one of a city's tariffs; a time without an offset is local time there.

    Raises `NotFound` or `InvalidInput`.
    """
    tariff = city[TARIFFS].get(code)
    if tariff is None:
        raise NotFound("The city has no such tariff; `city.tariffs` lists them.", ("tariff",))
    zone = ZoneInfo(city.description.time_zone or "UTC")
    try:
        local = at.astimezone(zone) if at.tzinfo is not None else at
    except (OverflowError, ValueError):
        raise InvalidInput("OUT_OF_RANGE", "This time is out of range.", ("at",)) from None
    return estimate(tariff, metres, minutes_waiting, local)


def estimate(tariff: Tariff, metres: float, minutes_waiting: float, at: datetime) -> FareEstimate:
    """Return the fare for a ride that starts at a local time; raises `InvalidInput`."""
    if not 0 <= metres <= LONGEST_RIDE:
        raise InvalidInput(
            "OUT_OF_RANGE", f"metres must be between 0 and {LONGEST_RIDE:,.0f}.", ("metres",)
        )
    if not 0 <= minutes_waiting <= LONGEST_WAIT:
        raise InvalidInput(
            "OUT_OF_RANGE", "minutesWaiting must be between 0 and 1,440.", ("minutesWaiting",)
        )
    beyond = Decimal(str(max(0.0, metres - tariff.base_metres))) / 1000
    distance = beyond * tariff.per_km
    waiting = Decimal(str(minutes_waiting)) * tariff.per_minute_waiting
    by_day = tariff.base + distance + waiting
    night = by_day * (tariff.night_times - 1) if is_night(tariff, at.time()) else Decimal(0)
    total = (by_day + night).quantize(Decimal("0.0001"))
    return FareEstimate(
        tariff=tariff,
        total=_rounded(total, tariff.step),
        base=tariff.base,
        distance=_rounded(distance, Decimal("0.01")),
        waiting=_rounded(waiting, Decimal("0.01")),
        night=_rounded(night, Decimal("0.01")),
    )


def is_night(tariff: Tariff, at: time) -> bool:
    """Tell whether the night fare applies; the night can pass midnight."""
    start, end = tariff.night_from, tariff.night_until
    if start is None or end is None:
        return False
    at = at.replace(tzinfo=None)
    return start <= at < end if start <= end else at >= start or at < end


def _rounded(amount: Decimal, step: Decimal) -> Decimal:
    return (amount / step).quantize(Decimal(1), ROUND_HALF_UP) * step
