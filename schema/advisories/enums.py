"""Enums of advisories."""

import strawberry

from core.advisories.states import AdvisoryState

__all__ = ["AdvisoryState"]

strawberry.enum(
    AdvisoryState,
    description="The state of an advisory; `inForce` also says whether it has expired.",
)
