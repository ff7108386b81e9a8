"""The states of a report, and the actions that change them."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from core.log.transitions import ActionKind, Actor, Move


class ReportState(StrEnum):
    """The state of a report."""

    RECEIVED = "RECEIVED"
    ACKNOWLEDGED = "ACKNOWLEDGED"
    IN_PROGRESS = "IN_PROGRESS"
    RESOLVED = "RESOLVED"
    REJECTED = "REJECTED"
    REFERRED = "REFERRED"
    REOPENED = "REOPENED"


OPEN_REPORT_STATES: Final = frozenset(
    {
        ReportState.RECEIVED,
        ReportState.ACKNOWLEDGED,
        ReportState.IN_PROGRESS,
        ReportState.REOPENED,
    }
)
_UNDER_WAY: Final = frozenset({ReportState.ACKNOWLEDGED, ReportState.IN_PROGRESS})
_CLOSED: Final = frozenset(ReportState) - OPEN_REPORT_STATES

REPORT_MOVES: Final[Mapping[ActionKind, Move]] = {
    ActionKind.ACKNOWLEDGE: Move(
        Actor.POLICE,
        frozenset({ReportState.RECEIVED, ReportState.REOPENED}),
        ReportState.ACKNOWLEDGED,
    ),
    ActionKind.ASSIGN: Move(
        Actor.POLICE,
        OPEN_REPORT_STATES,
        becomes={
            ReportState.RECEIVED: ReportState.ACKNOWLEDGED,
            ReportState.REOPENED: ReportState.ACKNOWLEDGED,
        },
        requires=frozenset({"assignee"}),
        internal=True,
    ),
    ActionKind.DISPATCH: Move(Actor.POLICE, _UNDER_WAY, ReportState.IN_PROGRESS),
    ActionKind.ARRIVE: Move(Actor.POLICE, _UNDER_WAY, ReportState.IN_PROGRESS),
    ActionKind.ACT: Move(
        Actor.POLICE, _UNDER_WAY, ReportState.RESOLVED, requires=frozenset({"disposition"})
    ),
    ActionKind.REJECT: Move(
        Actor.POLICE, OPEN_REPORT_STATES, ReportState.REJECTED, requires=frozenset({"text"})
    ),
    ActionKind.REFER: Move(
        Actor.POLICE, OPEN_REPORT_STATES, ReportState.REFERRED, requires=frozenset({"place"})
    ),
    ActionKind.ASK: Move(Actor.POLICE, OPEN_REPORT_STATES, requires=frozenset({"text"})),
    ActionKind.NOTE: Move(
        Actor.POLICE,
        frozenset(ReportState),
        requires=frozenset({"text"}),
        allows=frozenset({"text", "visibility"}),
        internal=True,
    ),
    ActionKind.ANSWER: Move(Actor.REPORTER, OPEN_REPORT_STATES, requires=frozenset({"text"})),
    ActionKind.ADD: Move(Actor.REPORTER, OPEN_REPORT_STATES),
    ActionKind.REOPEN: Move(
        Actor.REPORTER, _CLOSED, ReportState.REOPENED, requires=frozenset({"text"})
    ),
}
"""The possible actions. A referral within the city sends a report to another station, where it is
RECEIVED again; a referral to another city ends it here as REFERRED."""
