"""Opening hours, as OpenStreetMap writes them (its wiki, `Key:opening_hours`)."""

from datetime import datetime
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from opening_hours import OpeningHours, validate

KEPT_HOURS: Final = 1_000
"""Texts that stay parsed: stations of a place repeat a few."""


def is_opening_hours(hours: str) -> bool:
    """Tell whether opening hours are written as OpenStreetMap does."""
    return validate(hours)


@lru_cache(KEPT_HOURS)
def _parsed(hours: str) -> OpeningHours | None:
    return OpeningHours(hours) if is_opening_hours(hours) else None


def is_open(hours: str, at: datetime, time_zone: str | None) -> bool | None:
    """Tell whether somebody is there at a moment; `None` where the hours do not tell.

    Public holidays are not known here: `PH` never holds.
    """
    parsed = _parsed(hours)
    if parsed is None:
        return None
    local = at.astimezone(ZoneInfo(time_zone or "UTC")).replace(tzinfo=None)
    return None if parsed.is_unknown(local) else parsed.is_open(local)
