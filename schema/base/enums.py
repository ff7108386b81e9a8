"""Enums: what is closed, under the names of the domain, made known to Strawberry."""

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
    Deployment: "The version a city runs: FULL with reports and a police portal, LIGHT with "
    "personal safety only.",
    Feature: "What a city may offer to citizens.",
    NumberKind: "What an emergency number is for.",
    Urgency: "How soon somebody must act (CAP 1.2).",
    Datatype: "The answer that a question wants (Open311 attribute datatypes).",
    MediaKind: "A kind of file.",
    ReportState: "Where a report stands. RECEIVED, ACKNOWLEDGED, IN_PROGRESS and REOPENED are "
    "open in the terms of Open311; RESOLVED, REJECTED and REFERRED are closed.",
    AlertState: "Where an alert stands. RESOLVED is set by police, CANCELLED and FALSE_ALARM by "
    "the one who raised it.",
    AdvisoryState: "Where an advisory stands; `inForce` tells besides whether its time is over.",
    CapCategory: "What an advisory is about (CAP 1.2, section 3.2.2).",
    CapStatus: "Whether people shall act on an advisory (CAP 1.2, section 3.2.1).",
    Severity: "How bad it is for life and property (CAP 1.2, section 3.2.2).",
    Certainty: "How sure it is (CAP 1.2, section 3.2.2).",
    ActionKind: "What was done about a report, an alert or an advisory.",
    Actor: "Who took an action; SYSTEM is the server itself, when a time is over.",
    Visibility: "Who may read an action: PUBLIC also the reporter, the owner and those who watch; "
    "INTERNAL police only.",
    Role: "OFFICER sees and acts; OBSERVER sees only.",
}

for _enum, _description in _DESCRIPTIONS.items():
    strawberry.enum(_enum, description=_description)
