"""A vehicle that is towed, and how it is found and handed back."""

from typing import Any

from tests.support.client import new_key
from tests.support.places import EDGETOWN

TOW = """mutation ($input: TowVehicleInput!) { towVehicle(input: $input) { __typename
  ... on TowingSuccess { towing { id plate place yard towedAt releasedAt officer note } }
  ... on ActionNotPossibleProblem { state } ... on Problem { code message field } } }"""
RELEASE = """mutation ($input: ReleaseVehicleInput!) { releaseVehicle(input: $input) { __typename
  ... on TowingSuccess { towing { releasedAt releasedBy } } ... on Problem { code field } } }"""
FIND = """query ($place: String!, $plate: String!) { towedVehicle(place: $place, plate: $plate) {
  __typename ... on TowedVehicle { plate yard place station { name } }
  ... on Problem { code message field } } }"""


def a_towing(**more: Any) -> dict[str, Any]:
    """The input of a towing at the station north."""
    given = {
        "place": f"{EDGETOWN}/north",
        "plate": "mp 09-ab 1234",
        "yard": "North yard",
        "idempotencyKey": new_key(),
    }
    return given | more
