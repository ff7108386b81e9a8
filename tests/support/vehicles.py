"""A register's row, and both ways to ask for it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from core.vehicles.models import Vehicle
from tests.support.places import TESTLAND

VEHICLE = """query ($place: String!, $plate: String!) { vehicle(place: $place, plate: $plate) {
  __typename
  ... on Vehicle { plate make model colour vehicleClass stolen valid towed { yard since } }
  ... on FeatureUnavailableProblem { feature }
  ... on Problem { code message field }
} }"""
LOOK_UP = """mutation ($input: LookUpVehicleInput!) { lookUpVehicle(input: $input) {
  __typename
  ... on LookUpVehicleSuccess { record {
    plate make model colour vehicleClass fuel validUntil stolen valid towed { yard since } owner
  } }
  ... on Problem { code message field }
} }"""


async def a_vehicle(**more: Any) -> Vehicle:
    """Write one row of the register."""
    given = {
        "place": TESTLAND,
        "plate": "MP09AB1234",
        "make": "Maruti",
        "model": "Swift",
        "colour": "White",
        "vehicle_class": "Motor Car",
        "fuel": "Petrol",
        "valid_until": datetime.now(UTC).date() + timedelta(days=30),
        "owner": "A Person Of Edgetown",
    }
    return await Vehicle.create(**given | more)
