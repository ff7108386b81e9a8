"""The places that ship or stand in `tests/places`, by the names that tests call them."""

from pathlib import Path

PLACES = Path(__file__).parents[1] / "places"
SHARED = Path(__file__).parents[3] / "shared" / "data"
RAIPUR = "india/chhattisgarh/raipur"
EDGETOWN = "india/testland/edgetown"
TESTLAND = "india/testland"
QUICKTOWN = "india/testland/quicktown"
IN_QUICKTOWN = {"latitude": 15.0, "longitude": 79.02}
