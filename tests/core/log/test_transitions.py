"""The tables of moves: nothing is stuck, and nothing moves by itself."""

from core.alerts.states import ALERT_MOVES, OPEN_ALERT_STATES, AlertState
from core.log.transitions import ActionKind, Actor, possible_actions
from core.reports.states import OPEN_REPORT_STATES, REPORT_MOVES, ReportState


def test_from_every_open_state_there_is_a_way_to_every_end() -> None:
    for moves, open_states, ends in (
        (
            REPORT_MOVES,
            OPEN_REPORT_STATES,
            {ReportState.RESOLVED, ReportState.REJECTED, ReportState.REFERRED},
        ),
        (ALERT_MOVES, OPEN_ALERT_STATES, {AlertState.RESOLVED, AlertState.CANCELLED}),
    ):
        for start in open_states:
            reached = {start}
            while True:
                further = {
                    move.after(state)
                    for state in reached
                    for move in moves.values()
                    if state in move.since
                }
                if further <= reached:
                    break
                reached |= further
            assert ends <= reached


def test_what_has_ended_is_moved_by_its_owner_alone() -> None:
    for state in set(ReportState) - OPEN_REPORT_STATES:
        assert possible_actions(REPORT_MOVES, state, Actor.POLICE) == (ActionKind.NOTE,)
        assert possible_actions(REPORT_MOVES, state, Actor.REPORTER) == (ActionKind.REOPEN,)
    for state in set(AlertState) - OPEN_ALERT_STATES:
        assert possible_actions(ALERT_MOVES, state, Actor.POLICE) == (ActionKind.NOTE,)
        assert possible_actions(ALERT_MOVES, state, Actor.OWNER) == ()
