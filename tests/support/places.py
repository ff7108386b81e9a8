"""The places that ship or stand in `tests/places`, by the names that tests call them."""

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

PLACES = Path(__file__).parents[1] / "places"
SHARED = Path(__file__).parents[3] / "shared" / "data"
RAIPUR = "india/chhattisgarh/raipur"
EDGETOWN = "india/testland/edgetown"
TESTLAND = "india/testland"
QUICKTOWN = "india/testland/quicktown"
IN_QUICKTOWN = {"latitude": 15.0, "longitude": 79.02}


def today_in_edgetown() -> date:
    """Return the city's date, by which it counts; from 18:30 UTC on it is not that of UTC."""
    return datetime.now(ZoneInfo("Asia/Kolkata")).date()
