"""Vehicles: looking them up by their plate, and reading registers from files."""

from core.vehicles.importing import Imported, import_file
from core.vehicles.look_up import Inquiry, audit, count, look_up, look_up_as_officer
from core.vehicles.towing import TowingDraft, release, tow

__all__ = [
    "Imported",
    "Inquiry",
    "TowingDraft",
    "audit",
    "count",
    "import_file",
    "look_up",
    "look_up_as_officer",
    "release",
    "tow",
]
