"""Enums of advisories."""

import strawberry

from core.advisories.states import AdvisoryState

__all__ = ["AdvisoryState"]

strawberry.enum(
    AdvisoryState,
    description="Where an advisory stands; `inForce` tells besides whether its time is over.",
)
