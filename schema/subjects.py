"""The subjects of the schema, which `server.py` passes to it."""

from typing import Final

from schema.actions.subject import ACTIONS
from schema.advisories.subject import ADVISORIES
from schema.alerts.subject import ALERTS
from schema.fares.subject import FARES
from schema.identity.subject import IDENTITY
from schema.places.subject import PLACES
from schema.reports.subject import REPORTS
from schema.statistics.subject import STATISTICS
from schema.subject import SubjectSchema
from schema.vehicles.subject import VEHICLES

SUBJECTS: Final[tuple[SubjectSchema, ...]] = (
    IDENTITY,
    PLACES,
    REPORTS,
    ALERTS,
    ACTIONS,
    ADVISORIES,
    VEHICLES,
    STATISTICS,
    FARES,
)
