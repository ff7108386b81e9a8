"""The current time, injectable as `Clock`, and time zones."""

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from core.problems import InvalidInput

Clock = Callable[[], datetime]


def is_time_zone(name: str) -> bool:
    """Tell whether a name is in the IANA time zone database."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def in_utc(at: datetime, field: tuple[str | int, ...], time_zone: str | None = None) -> datetime:
    """Return a time in UTC. A time without an offset is a local time of `time_zone` (default UTC).

    Raises `InvalidInput` if the result is outside the range of `datetime`.
    """
    try:
        aware = at if at.tzinfo is not None else at.replace(tzinfo=ZoneInfo(time_zone or "UTC"))
        return aware.astimezone(UTC)
    except (OverflowError, ValueError):
        raise InvalidInput("OUT_OF_RANGE", "This time is out of range.", field) from None


def now() -> datetime:
    """Return the current time in UTC."""
    return datetime.now(UTC)
