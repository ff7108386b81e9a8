"""The position and battery level of a phone."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from core.position import Fix, parse_fix
from core.problems import InvalidInput

INPUT: Final = ("input",)


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Position in degrees, accuracy in metres, battery in percent; not validated yet."""

    latitude: float | None = None
    longitude: float | None = None
    accuracy: float | None = None
    battery: int | None = None

    def parse(self) -> Fix | None:
        """Return the position, or `None`; raises `InvalidInput`, also for the battery level."""
        if self.battery is not None and not 0 <= self.battery <= 100:
            raise InvalidInput(
                "OUT_OF_RANGE", "battery must be a percentage, 0 to 100.", (*INPUT, "battery")
            )
        if self.latitude is None or self.longitude is None:
            return None
        return parse_fix(self.latitude, self.longitude, self.accuracy, (*INPUT, "position"))


def located(fix: Fix | None, battery: int | None, at: datetime) -> dict[str, object]:
    """Return the columns of an alert for a new position and battery level."""
    sets: dict[str, object] = {}
    if fix is not None:
        sets |= {
            "latitude": fix.position.latitude,
            "longitude": fix.position.longitude,
            "accuracy": fix.accuracy,
            "located_at": at,
        }
    if battery is not None:
        sets["battery"] = battery
    return sets
