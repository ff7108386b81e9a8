"""The states of an advisory, and the actions that change them."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from core.log.transitions import ActionKind, Actor, Move


class AdvisoryState(StrEnum):
    """The state of an advisory; an ISSUED advisory is in force until it expires."""

    ISSUED = "ISSUED"
    WITHDRAWN = "WITHDRAWN"


_ISSUED: Final = frozenset({AdvisoryState.ISSUED})

ADVISORY_MOVES: Final[Mapping[ActionKind, Move]] = {
    ActionKind.AMEND: Move(Actor.POLICE, _ISSUED),
    ActionKind.WITHDRAW: Move(
        Actor.POLICE, _ISSUED, AdvisoryState.WITHDRAWN, requires=frozenset({"text"})
    ),
}
"""The possible actions, while an advisory is in force."""
