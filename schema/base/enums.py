"""Enums that several subjects share, under the names of the domain, registered with Strawberry.

An enum of one subject, such as its states, is in the package of the subject.
"""

from enum import Enum

import strawberry

from core.cap import CapCategory, CapStatus, Certainty, Severity, Urgency
from core.identity.people import Role
from core.log.transitions import ActionKind, Actor, Visibility
from core.media.kinds import MediaKind
from core.places.description import Deployment, Feature
from core.places.numbers import NumberKind

__all__ = [
    "ActionKind",
    "Actor",
    "CapCategory",
    "CapStatus",
    "Certainty",
    "Deployment",
    "Feature",
    "MediaKind",
    "NumberKind",
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
    MediaKind: "The kind of a file.",
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
