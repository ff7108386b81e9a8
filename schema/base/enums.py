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
    Deployment: "The version a city runs: FULL with reports and a police portal, LIGHT with "
    "personal safety only.",
    Feature: "What a city may offer to citizens.",
    NumberKind: "What an emergency number is for.",
    Urgency: "How soon somebody must act (CAP 1.2).",
    MediaKind: "A kind of file.",
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
