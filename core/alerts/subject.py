"""The declaration of alerts as a subject."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from core.alerts.models import Alert
from core.alerts.states import ALERT_MOVES, OPEN_ALERT_STATES, AlertState
from core.cap import Urgency
from core.credentials import closed_selector
from core.log.subjects import ActionInput, Escalates, RetentionRule, Subject, Transition
from core.log.transitions import ActionKind
from core.storage.rows import Row


def decide(alert: Row, kind: ActionKind, given: ActionInput, at: datetime) -> Transition:
    """Return the transition of an alert for an action of police."""
    sets = given.sets()
    state = ALERT_MOVES[kind].after(alert.state)
    if state not in OPEN_ALERT_STATES and alert.ended_at is None:
        sets["ended_at"] = at
    if given.place is None:
        return Transition(state, sets)
    sets |= {"place": given.place, "route_reason": "referred by an officer"}
    return Transition(state, sets, alert.place)


def erased(alert: Row) -> Mapping[str, object]:
    """Return the values of an erased alert's columns; its place, times and outcome stay."""
    return {
        "note": "",
        "assignee": None,
        "route_reason": "",
        "latitude": None,
        "longitude": None,
        "accuracy": None,
        "battery": None,
        "located_at": None,
        "secret_selector": closed_selector(alert.id),
        "secret_verifier": "",
        "watch_selector": closed_selector(alert.id),
        "watch_verifier": "",
    }


ALERTS: Final = Subject(
    model=Alert,
    moves=ALERT_MOVES,
    open_states=OPEN_ALERT_STATES,
    decide=decide,
    escalates=Escalates(
        name="ALERT",
        waiting=frozenset({AlertState.RAISED}),
        urgency=lambda _: Urgency.IMMEDIATE,
    ),
    retention=RetentionRule(Alert, "alerts", "raised_at", erased),
)
