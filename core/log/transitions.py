"""States of reports and alerts, and the one table of actions that move them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class ReportState(StrEnum):
    """Where a report stands."""

    RECEIVED = "RECEIVED"
    ACKNOWLEDGED = "ACKNOWLEDGED"
    IN_PROGRESS = "IN_PROGRESS"
    RESOLVED = "RESOLVED"
    REJECTED = "REJECTED"
    REFERRED = "REFERRED"
    REOPENED = "REOPENED"


class AlertState(StrEnum):
    """Where an alert stands."""

    RAISED = "RAISED"
    ACKNOWLEDGED = "ACKNOWLEDGED"
    RESPONDING = "RESPONDING"
    RESOLVED = "RESOLVED"
    CANCELLED = "CANCELLED"
    FALSE_ALARM = "FALSE_ALARM"


class AdvisoryState(StrEnum):
    """Where an advisory stands; one whose time is over is in force no more all the same."""

    ISSUED = "ISSUED"
    WITHDRAWN = "WITHDRAWN"


class ActionKind(StrEnum):
    """What was done about a report, an alert or an advisory."""

    SUBMIT = "SUBMIT"
    ACKNOWLEDGE = "ACKNOWLEDGE"
    ASSIGN = "ASSIGN"
    DISPATCH = "DISPATCH"
    ARRIVE = "ARRIVE"
    ACT = "ACT"
    REJECT = "REJECT"
    REFER = "REFER"
    ASK = "ASK"
    NOTE = "NOTE"
    ANSWER = "ANSWER"
    ADD = "ADD"
    REOPEN = "REOPEN"
    RAISE = "RAISE"
    LOCATE = "LOCATE"
    CANCEL = "CANCEL"
    FALSE_ALARM = "FALSE_ALARM"
    ESCALATE = "ESCALATE"
    ERASE = "ERASE"
    ISSUE = "ISSUE"
    AMEND = "AMEND"
    WITHDRAW = "WITHDRAW"


class Actor(StrEnum):
    """Who took an action."""

    REPORTER = "REPORTER"
    OWNER = "OWNER"
    POLICE = "POLICE"
    SYSTEM = "SYSTEM"


class Visibility(StrEnum):
    """Who may read an action."""

    PUBLIC = "PUBLIC"
    INTERNAL = "INTERNAL"


State = ReportState | AlertState | AdvisoryState

OPEN_REPORT_STATES = frozenset(
    {
        ReportState.RECEIVED,
        ReportState.ACKNOWLEDGED,
        ReportState.IN_PROGRESS,
        ReportState.REOPENED,
    }
)
OPEN_ALERT_STATES = frozenset({AlertState.RAISED, AlertState.ACKNOWLEDGED, AlertState.RESPONDING})
UNACKNOWLEDGED = frozenset({ReportState.RECEIVED, ReportState.REOPENED, AlertState.RAISED})
"""States in which nobody of police has said yet that they know."""
_UNDER_WAY = frozenset({ReportState.ACKNOWLEDGED, ReportState.IN_PROGRESS})
_CLOSED_REPORT_STATES = frozenset(ReportState) - OPEN_REPORT_STATES


@dataclass(frozen=True, slots=True)
class Move:
    """One way on: who may go it, from which states, to which, and what it must and may carry.

    `to` is `None` where the state stays; `becomes` overrides `to` for single states.
    """

    actor: Actor
    since: frozenset[State]
    to: State | None = None
    becomes: Mapping[State, State] | None = None
    requires: frozenset[str] = frozenset()
    allows: frozenset[str] = frozenset({"text"})
    internal: bool = False

    def after(self, state: State) -> State:
        """Return the state that follows `state`."""
        return (self.becomes or {}).get(state, self.to or state)


def _fields(*names: str) -> frozenset[str]:
    return frozenset(names)


REPORT_MOVES: Mapping[ActionKind, Move] = {
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
        requires=_fields("assignee"),
        internal=True,
    ),
    ActionKind.DISPATCH: Move(Actor.POLICE, _UNDER_WAY, ReportState.IN_PROGRESS),
    ActionKind.ARRIVE: Move(Actor.POLICE, _UNDER_WAY, ReportState.IN_PROGRESS),
    ActionKind.ACT: Move(
        Actor.POLICE, _UNDER_WAY, ReportState.RESOLVED, requires=_fields("disposition")
    ),
    ActionKind.REJECT: Move(
        Actor.POLICE, OPEN_REPORT_STATES, ReportState.REJECTED, requires=_fields("text")
    ),
    ActionKind.REFER: Move(
        Actor.POLICE, OPEN_REPORT_STATES, ReportState.REFERRED, requires=_fields("place")
    ),
    ActionKind.ASK: Move(Actor.POLICE, OPEN_REPORT_STATES, requires=_fields("text")),
    ActionKind.NOTE: Move(
        Actor.POLICE,
        frozenset(ReportState),
        requires=_fields("text"),
        allows=_fields("text", "visibility"),
        internal=True,
    ),
    ActionKind.ANSWER: Move(Actor.REPORTER, OPEN_REPORT_STATES, requires=_fields("text")),
    ActionKind.ADD: Move(Actor.REPORTER, OPEN_REPORT_STATES),
    ActionKind.REOPEN: Move(
        Actor.REPORTER, _CLOSED_REPORT_STATES, ReportState.REOPENED, requires=_fields("text")
    ),
}
"""What can be done about a report. A referral inside the city sends it to another station, where
it starts again as RECEIVED; one outside of it ends here as REFERRED."""

ALERT_MOVES: Mapping[ActionKind, Move] = {
    ActionKind.ACKNOWLEDGE: Move(
        Actor.POLICE, frozenset({AlertState.RAISED}), AlertState.ACKNOWLEDGED
    ),
    ActionKind.ASSIGN: Move(
        Actor.POLICE,
        OPEN_ALERT_STATES,
        becomes={AlertState.RAISED: AlertState.ACKNOWLEDGED},
        requires=_fields("assignee"),
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
        requires=_fields("disposition"),
    ),
    ActionKind.REFER: Move(Actor.POLICE, OPEN_ALERT_STATES, requires=_fields("place")),
    ActionKind.NOTE: Move(
        Actor.POLICE,
        frozenset(AlertState),
        requires=_fields("text"),
        allows=_fields("text", "visibility"),
        internal=True,
    ),
    ActionKind.LOCATE: Move(Actor.OWNER, OPEN_ALERT_STATES),
    ActionKind.CANCEL: Move(Actor.OWNER, OPEN_ALERT_STATES, AlertState.CANCELLED),
    ActionKind.FALSE_ALARM: Move(Actor.OWNER, OPEN_ALERT_STATES, AlertState.FALSE_ALARM),
}
"""What can be done about an alert. A referral goes to another station of the same city."""

POLICE_ACTIONS = frozenset(
    kind
    for moves in (REPORT_MOVES, ALERT_MOVES)
    for kind, move in moves.items()
    if move.actor is Actor.POLICE
)


def possible_actions(
    moves: Mapping[ActionKind, Move], state: State, actor: Actor
) -> tuple[ActionKind, ...]:
    """Return what this actor can do now, in the order of the table."""
    return tuple(
        kind for kind, move in moves.items() if move.actor is actor and state in move.since
    )
