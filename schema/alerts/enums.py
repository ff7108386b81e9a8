"""Enums of alerts."""

import strawberry

from core.alerts.states import AlertState

__all__ = ["AlertState"]

strawberry.enum(
    AlertState,
    description="The state of an alert. RESOLVED is set by police, CANCELLED and FALSE_ALARM by "
    "the person who raised it.",
)
