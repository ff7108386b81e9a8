"""Enums of reports."""

import strawberry

from core.reports.categories import Datatype
from core.reports.states import ReportState

__all__ = ["Datatype", "ReportState"]

strawberry.enum(
    Datatype, description="The datatype of a question's answer (Open311 attribute datatypes)."
)
strawberry.enum(
    ReportState,
    description="The state of a report. In terms of Open311, RECEIVED, ACKNOWLEDGED, IN_PROGRESS "
    "and REOPENED are open; RESOLVED, REJECTED and REFERRED are closed.",
)
