"""The subjects of this server, and other tables with retention periods or stations.

`server.py` passes them to shared code, which imports none of them.
"""

from typing import Final

from core.advisories.subject import ADVISORIES
from core.alerts.subject import ALERTS
from core.log.subjects import Kept, Subjects
from core.reports.subject import REPORTS
from core.vehicles.models import Towing, VehicleLookUp

SUBJECTS: Final = Subjects(
    # The most urgent first: so they are moved when their station is renamed.
    (ALERTS, REPORTS, ADVISORIES),
    kept=(
        Kept(VehicleLookUp, "vehicle_look_ups", "at", place="place"),
        Kept(Towing, "towings", "released_at"),
    ),
    at_stations=(Towing,),
)
