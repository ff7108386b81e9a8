"""Alerts, declared."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from core.alerts.models import Alert
from core.alerts.states import ALERT_MOVES, OPEN_ALERT_STATES, AlertState
from core.cap import Urgency
from core.log.subjects import Escalates, Kept, Said, Subject, Transition
from core.log.transitions import ActionKind
from core.storage.rows import Row


def decide(alert: Row, kind: ActionKind, said: Said, at: datetime) -> Transition:
    """Return where an action of police leads an alert; a referral goes to another station."""
    sets: dict[str, object] = {}
    if said.assignee is not None:
        sets["assignee"] = said.assignee
    if said.disposition is not None:
        sets["disposition"] = said.disposition
    state = ALERT_MOVES[kind].after(alert.state)
    if state not in OPEN_ALERT_STATES and alert.ended_at is None:
        sets["ended_at"] = at
    if said.place is None:
        return Transition(state, sets)
    sets |= {"place": said.place, "route_reason": "referred by an officer"}
    return Transition(state, sets, alert.place)


def erased(alert: Row) -> Mapping[str, object]:
    """Return what is left of an alert once its time is over: where and when it was, and its end."""
    return {
        "note": "",
        "assignee": None,
        "route_reason": "",
        "latitude": None,
        "longitude": None,
        "accuracy": None,
        "battery": None,
        "located_at": None,
        # No credential has a `~`: nothing opens it any more.
        "secret_selector": f"~{alert.id.hex[:23]}",
        "secret_verifier": "",
        "watch_selector": f"~{alert.id.hex[:23]}",
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
    kept=Kept(Alert, "alerts", "raised_at", erased),
)
