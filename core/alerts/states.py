"""The states of an alert, and the actions that change them."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from core.log.transitions import ActionKind, Actor, Move


class AlertState(StrEnum):
    """The state of an alert."""

    RAISED = "RAISED"
    ACKNOWLEDGED = "ACKNOWLEDGED"
    RESPONDING = "RESPONDING"
    RESOLVED = "RESOLVED"
    CANCELLED = "CANCELLED"
    FALSE_ALARM = "FALSE_ALARM"


OPEN_ALERT_STATES: Final = frozenset(
    {AlertState.RAISED, AlertState.ACKNOWLEDGED, AlertState.RESPONDING}
)

ALERT_MOVES: Final[Mapping[ActionKind, Move]] = {
    ActionKind.ACKNOWLEDGE: Move(
        Actor.POLICE, frozenset({AlertState.RAISED}), AlertState.ACKNOWLEDGED
    ),
    ActionKind.ASSIGN: Move(
        Actor.POLICE,
        OPEN_ALERT_STATES,
        becomes={AlertState.RAISED: AlertState.ACKNOWLEDGED},
        requires=frozenset({"assignee"}),
        internal=True,
    ),
    ActionKind.DISPATCH: Move(Actor.POLICE, OPEN_ALERT_STATES, AlertState.RESPONDING),
    ActionKind.ARRIVE: Move(
        Actor.POLICE,
        frozenset({AlertState.ACKNOWLEDGED, AlertState.RESPONDING}),
        AlertState.RESPONDING,
    ),
    ActionKind.ACT: Move(
        Actor.POLICE,
        frozenset({AlertState.ACKNOWLEDGED, AlertState.RESPONDING}),
        AlertState.RESOLVED,
        requires=frozenset({"disposition"}),
    ),
    ActionKind.REFER: Move(Actor.POLICE, OPEN_ALERT_STATES, requires=frozenset({"place"})),
    ActionKind.NOTE: Move(
        Actor.POLICE,
        frozenset(AlertState),
        requires=frozenset({"text"}),
        allows=frozenset({"text", "visibility"}),
        internal=True,
    ),
    ActionKind.LOCATE: Move(Actor.OWNER, OPEN_ALERT_STATES),
    ActionKind.CANCEL: Move(Actor.OWNER, OPEN_ALERT_STATES, AlertState.CANCELLED),
    ActionKind.FALSE_ALARM: Move(Actor.OWNER, OPEN_ALERT_STATES, AlertState.FALSE_ALARM),
}
"""The possible actions. A referral sends an alert to another station of the same city."""
