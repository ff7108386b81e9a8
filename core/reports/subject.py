"""Reports, declared."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from core.log.subjects import Escalates, Kept, Said, Subject, Transition
from core.log.transitions import ActionKind
from core.paths import is_within
from core.reports.models import Report
from core.reports.states import OPEN_REPORT_STATES, REPORT_MOVES, ReportState
from core.storage.rows import Row

COARSE_DIGITS: Final = 2
"""Decimal places of degrees that are left of a position: about 1.1 km."""
COARSE_METRES: Final = 1_100.0


def decide(report: Row, kind: ActionKind, said: Said, at: datetime) -> Transition:
    """Return where an action of police leads a report.

    A referral inside the city sends it to another station, where it starts again; one to elsewhere
    ends it here.
    """
    sets: dict[str, object] = {}
    if said.assignee is not None:
        sets["assignee"] = said.assignee
    if said.disposition is not None:
        sets["disposition"] = said.disposition
    if kind is ActionKind.ASK:
        sets["awaits_answer"] = True
    if kind is ActionKind.ACT and report.acted_at is None:
        sets["acted_at"] = at
    state = REPORT_MOVES[kind].after(report.state)
    if said.place is None:
        return Transition(state, sets)
    if not is_within(said.place, report.city):
        return Transition(state, sets | {"referred_to": said.place})
    sets |= {"place": said.place, "route_reason": "referred by an officer", "assignee": None}
    return Transition(ReportState.RECEIVED, sets, report.place)


def erased(report: Row) -> Mapping[str, object]:
    """Return what is left of a report once its time is over.

    Its city, station, category, days and outcome stay, and its position to about a kilometre, so
    that statistics stay what they were.
    """
    return {
        "description": "",
        "answers": {},
        "assignee": None,
        "route_reason": "",
        "latitude": round(report.latitude, COARSE_DIGITS),
        "longitude": round(report.longitude, COARSE_DIGITS),
        "accuracy": COARSE_METRES,
        # No credential has a `~`: nothing opens it any more.
        "receipt_selector": f"~{report.id.hex[:23]}",
        "receipt_verifier": "",
    }


REPORTS: Final = Subject(
    model=Report,
    moves=REPORT_MOVES,
    open_states=OPEN_REPORT_STATES,
    decide=decide,
    leaves_city=True,
    escalates=Escalates(
        name="REPORT",
        waiting=frozenset({ReportState.RECEIVED, ReportState.REOPENED}),
        urgency=lambda report: report.urgency,
        category=lambda report: report.category,
    ),
    kept=Kept(Report, "reports", "received_at", erased),
)
