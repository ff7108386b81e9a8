"""The time, so that a part which needs it can be given another one."""

from collections.abc import Callable
from datetime import UTC, datetime

from core.problems import InvalidInput

Clock = Callable[[], datetime]


def in_utc(at: datetime, field: tuple[str | int, ...]) -> datetime:
    """Return a moment in UTC; raises `InvalidInput` at the ends of the calendar."""
    try:
        return at.astimezone(UTC) if at.tzinfo is not None else at.replace(tzinfo=UTC)
    except (OverflowError, ValueError):
        raise InvalidInput("OUT_OF_RANGE", "The calendar ends before this.", field) from None


def now() -> datetime:
    """Return the present moment in UTC."""
    return datetime.now(UTC)
