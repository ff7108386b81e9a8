"""The declaration of alerts."""

from typing import Final

from schema.alerts.acted_on import ActedOnAlert
from schema.alerts.events import AlertEvent
from schema.alerts.mutations import AlertMutation
from schema.alerts.queries import AlertQuery, alert_node
from schema.alerts.subscriptions import AlertSubscription
from schema.alerts.types import Alert
from schema.subject import SubjectSchema

ALERTS: Final = SubjectSchema(
    name="alerts",
    query=AlertQuery,
    mutation=AlertMutation,
    subscription=AlertSubscription,
    types=(Alert,),
    acted_on=ActedOnAlert,
    nodes={"Alert": alert_node},
    place_events=(AlertEvent,),
)
