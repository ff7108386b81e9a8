"""Opening hours in OpenStreetMap's format (OSM wiki, `Key:opening_hours`)."""

from datetime import datetime
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from opening_hours import OpeningHours, validate

KEPT_HOURS: Final = 1_000
"""Texts that stay parsed: stations of a place repeat a few."""


def is_opening_hours(hours: str) -> bool:
    """Tell whether a text is valid in OpenStreetMap's `opening_hours` format."""
    return validate(hours)


@lru_cache(KEPT_HOURS)
def _parsed(hours: str) -> OpeningHours | None:
    return OpeningHours(hours) if is_opening_hours(hours) else None


def is_open(hours: str, at: datetime, time_zone: str | None) -> bool | None:
    """Tell whether an office is open at a time; `None` if the hours are invalid or unknown.

    Public holidays are not known, so `PH` rules never apply.
    """
    parsed = _parsed(hours)
    if parsed is None:
        return None
    local = at.astimezone(ZoneInfo(time_zone or "UTC")).replace(tzinfo=None)
    return None if parsed.is_unknown(local) else parsed.is_open(local)
