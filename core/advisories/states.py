"""The states of an advisory, and what moves it from one to another."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from core.log.transitions import ActionKind, Actor, Move


class AdvisoryState(StrEnum):
    """Whether an advisory still stands; one that has expired is no longer in force either."""

    ISSUED = "ISSUED"
    WITHDRAWN = "WITHDRAWN"


_ISSUED: Final = frozenset({AdvisoryState.ISSUED})

ADVISORY_MOVES: Final[Mapping[ActionKind, Move]] = {
    ActionKind.AMEND: Move(Actor.POLICE, _ISSUED),
    ActionKind.WITHDRAW: Move(
        Actor.POLICE, _ISSUED, AdvisoryState.WITHDRAWN, requires=frozenset({"text"})
    ),
}
"""What can be done about an advisory, while it is in force."""
