"""The declaration of reports."""

from typing import Final

from schema.reports.acted_on import ActedOnReport
from schema.reports.city import CityReports
from schema.reports.events import ReportEvent
from schema.reports.mutations import ReportMutation
from schema.reports.queries import ReportQuery, report_node
from schema.reports.subscriptions import ReportSubscription
from schema.reports.types import Report
from schema.subject import SubjectSchema

REPORTS: Final = SubjectSchema(
    name="reports",
    query=ReportQuery,
    mutation=ReportMutation,
    subscription=ReportSubscription,
    city=CityReports,
    types=(Report,),
    acted_on=ActedOnReport,
    nodes={"Report": report_node},
    place_events=(ReportEvent,),
)
