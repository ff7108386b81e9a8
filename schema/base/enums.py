"""The domain's enums, registered with Strawberry."""

from enum import Enum

import strawberry

from core.advisories.states import AdvisoryState
from core.alerts.states import AlertState
from core.cap import CapCategory, CapStatus, Certainty, Severity, Urgency
from core.identity.people import Role
from core.log.transitions import ActionKind, Actor, Visibility
from core.media.kinds import MediaKind
from core.places.description import Deployment, Feature
from core.places.numbers import NumberKind
from core.reports.categories import Datatype
from core.reports.states import ReportState

__all__ = [
    "ActionKind",
    "Actor",
    "AdvisoryState",
    "AlertState",
    "CapCategory",
    "CapStatus",
    "Certainty",
    "Datatype",
    "Deployment",
    "Feature",
    "MediaKind",
    "NumberKind",
    "ReportState",
    "Role",
    "Severity",
    "Urgency",
    "Visibility",
]

_DESCRIPTIONS: dict[type[Enum], str] = {
    Deployment: "What a city runs: FULL includes reports and a police portal, LIGHT only personal "
    "safety.",
    Feature: "A feature that a city may offer to citizens.",
    NumberKind: "The purpose of an emergency number.",
    Urgency: "How soon people must act (CAP 1.2).",
    Datatype: "The datatype of a question's answer (Open311 attribute datatypes).",
    MediaKind: "The kind of a file.",
    ReportState: "The state of a report. In terms of Open311, RECEIVED, ACKNOWLEDGED, IN_PROGRESS "
    "and REOPENED are open; RESOLVED, REJECTED and REFERRED are closed.",
    AlertState: "The state of an alert. RESOLVED is set by police, CANCELLED and FALSE_ALARM by "
    "the person who raised it.",
    AdvisoryState: "The state of an advisory; `inForce` also says whether it has expired.",
    CapCategory: "The category of an advisory (CAP 1.2, section 3.2.2).",
    CapStatus: "Whether people must act on an advisory (CAP 1.2, section 3.2.1).",
    Severity: "How severe the effect on life and property is (CAP 1.2, section 3.2.2).",
    Certainty: "How certain it is (CAP 1.2, section 3.2.2).",
    ActionKind: "The kind of an action on a report, an alert or an advisory.",
    Actor: "Who took an action; SYSTEM is the server itself, for example when a step of escalation "
    "is due.",
    Visibility: "Who may read an action: PUBLIC includes the reporter, the owner and holders of "
    "the share link; INTERNAL is for police only.",
    Role: "OFFICER can read and act; OBSERVER can only read.",
}

for _enum, _description in _DESCRIPTIONS.items():
    strawberry.enum(_enum, description=_description)
