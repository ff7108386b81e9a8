"""The time, so that a part which needs it can be given another one."""

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from core.problems import InvalidInput

Clock = Callable[[], datetime]


def is_time_zone(name: str) -> bool:
    """Tell whether IANA's database has a time zone of this name."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def in_utc(at: datetime, field: tuple[str | int, ...], time_zone: str | None = None) -> datetime:
    """Return a moment in UTC; one without an offset is read by the clocks of a time zone.

    Raises `InvalidInput` at the ends of the calendar.
    """
    try:
        aware = at if at.tzinfo is not None else at.replace(tzinfo=ZoneInfo(time_zone or "UTC"))
        return aware.astimezone(UTC)
    except (OverflowError, ValueError):
        raise InvalidInput("OUT_OF_RANGE", "This time is out of range.", field) from None


def now() -> datetime:
    """Return the present moment in UTC."""
    return datetime.now(UTC)
