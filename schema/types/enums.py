"""Enums: what is closed, under the names of the domain."""

import strawberry

from core import city, lifecycle, people
from core.media.kinds import MediaKind as MediaKindOfDomain

Deployment = strawberry.enum(
    city.Deployment,
    description="The version a city runs: FULL with reports and a police portal, LIGHT with "
    "personal safety only.",
)
Feature = strawberry.enum(city.Feature, description="What a city may offer to citizens.")
NumberKind = strawberry.enum(city.NumberKind, description="What an emergency number is for.")
Urgency = strawberry.enum(city.Urgency, description="How soon somebody must act (CAP 1.2).")
Datatype = strawberry.enum(
    city.Datatype, description="The answer that a question wants (Open311 attribute datatypes)."
)
MediaKind = strawberry.enum(MediaKindOfDomain, name="MediaKind", description="A kind of file.")
ReportState = strawberry.enum(
    lifecycle.ReportState,
    description="Where a report stands. RECEIVED, ACKNOWLEDGED, IN_PROGRESS and REOPENED are open "
    "in the terms of Open311; RESOLVED, REJECTED and REFERRED are closed.",
)
AlertState = strawberry.enum(
    lifecycle.AlertState,
    description="Where an alert stands. RESOLVED is set by police, CANCELLED and FALSE_ALARM by "
    "the one who raised it.",
)
ActionKind = strawberry.enum(
    lifecycle.ActionKind, description="What was done about a report or an alert."
)
Actor = strawberry.enum(lifecycle.Actor, description="Who took an action.")
Visibility = strawberry.enum(
    lifecycle.Visibility,
    description="Who may read an action: PUBLIC also the reporter, the owner and those who watch; "
    "INTERNAL police only.",
)
Role = strawberry.enum(people.Role, description="OFFICER sees and acts; OBSERVER sees only.")
