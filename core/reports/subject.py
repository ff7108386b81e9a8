"""The declaration of reports as a subject."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from core.credentials import closed_selector
from core.log.subjects import ActionInput, Escalates, RetentionRule, Subject, Transition
from core.log.transitions import ActionKind
from core.paths import is_within
from core.reports.models import Report
from core.reports.states import OPEN_REPORT_STATES, REPORT_MOVES, ReportState
from core.storage.rows import Row

COARSE_DIGITS: Final = 2
"""Decimal places of degrees that an erased position keeps: about 1.1 km."""
COARSE_METRES: Final = 1_100.0


def decide(report: Row, kind: ActionKind, given: ActionInput, at: datetime) -> Transition:
    """Return the transition of a report for an action of police.

    A referral within the city sends it to another station, where it is RECEIVED again. A referral
    to another city ends it here.
    """
    sets = given.sets()
    if kind is ActionKind.ASK:
        sets["awaits_answer"] = True
    if kind is ActionKind.ACT and report.acted_at is None:
        sets["acted_at"] = at
    state = REPORT_MOVES[kind].after(report.state)
    if given.place is None:
        return Transition(state, sets)
    if not is_within(given.place, report.city):
        return Transition(state, sets | {"referred_to": given.place})
    sets |= {"place": given.place, "route_reason": "referred by an officer", "assignee": None}
    return Transition(ReportState.RECEIVED, sets, report.place)


def erased(report: Row) -> Mapping[str, object]:
    """Return the values of an erased report's columns.

    Its city, station, category, dates and outcome stay, and its position to about a kilometre, so
    that statistics do not change.
    """
    return {
        "description": "",
        "answers": {},
        "assignee": None,
        "route_reason": "",
        "latitude": round(report.latitude, COARSE_DIGITS),
        "longitude": round(report.longitude, COARSE_DIGITS),
        "accuracy": COARSE_METRES,
        "receipt_selector": closed_selector(report.id),
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
    retention=RetentionRule(Report, "reports", "received_at", erased),
)
