"""Enums of reports."""

import strawberry

from core.reports.categories import Datatype
from core.reports.states import ReportState

__all__ = ["Datatype", "ReportState"]

strawberry.enum(
    Datatype, description="The answer that a question wants (Open311 attribute datatypes)."
)
strawberry.enum(
    ReportState,
    description="Where a report stands. RECEIVED, ACKNOWLEDGED, IN_PROGRESS and REOPENED are "
    "open in the terms of Open311; RESOLVED, REJECTED and REFERRED are closed.",
)
