"""All catalogues: the lists that a place can define in data files."""

from typing import Any, Final

from core.actions.dispositions import DISPOSITIONS
from core.advisories.kinds import ADVISORY_KINDS
from core.escalation.steps import ESCALATION_STEPS
from core.fares.tariffs import TARIFFS
from core.places.catalogue import Catalogue
from core.places.numbers import NUMBERS
from core.places.phrases import PHRASES
from core.places.stations import STATIONS
from core.reports.categories import CATEGORIES
from core.vehicles.plate_formats import PLATE_FORMATS

CATALOGUES: Final[tuple[Catalogue[Any, Any], ...]] = (
    NUMBERS,
    CATEGORIES,
    DISPOSITIONS,
    STATIONS,
    TARIFFS,
    PLATE_FORMATS,
    ESCALATION_STEPS,
    ADVISORY_KINDS,
    PHRASES,
)
"""In the order of the reference."""
