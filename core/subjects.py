"""The subjects of this server, and other tables with retention periods or stations.

`server.py` passes them to shared code, which imports none of them.
"""

from typing import Final

from core.advisories.subject import ADVISORIES
from core.alerts.subject import ALERTS
from core.log.subjects import RetentionRule, Subjects
from core.reports.subject import REPORTS
from core.vehicles.models import Towing, VehicleLookUp

SUBJECTS: Final = Subjects(
    # The most urgent first: the order in which they are moved when a station is renamed.
    (ALERTS, REPORTS, ADVISORIES),
    retained=(
        RetentionRule(VehicleLookUp, "vehicle_look_ups", "at", place="place"),
        RetentionRule(Towing, "towings", "released_at"),
    ),
    at_stations=(Towing,),
)
