"""Enums of alerts."""

import strawberry

from core.alerts.states import AlertState

__all__ = ["AlertState"]

strawberry.enum(
    AlertState,
    description="Where an alert stands. RESOLVED is set by police, CANCELLED and FALSE_ALARM by "
    "the one who raised it.",
)
