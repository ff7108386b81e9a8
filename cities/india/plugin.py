"""The light cities of India, from GeoNames."""

from plugins import PlaceDescription, hookimpl
from plugins.geonames import light_cities as from_geonames

LEAST_POPULATION = 100_000

STATES = {
    "01": "andaman-and-nicobar-islands",
    "02": "andhra-pradesh",
    "03": "assam",
    "05": "chandigarh",
    "07": "delhi",
    "09": "gujarat",
    "10": "haryana",
    "11": "himachal-pradesh",
    "12": "jammu-and-kashmir",
    "13": "kerala",
    "14": "lakshadweep",
    "16": "maharashtra",
    "17": "manipur",
    "18": "meghalaya",
    "19": "karnataka",
    "20": "nagaland",
    "21": "odisha",
    "22": "puducherry",
    "23": "punjab",
    "24": "rajasthan",
    "25": "tamil-nadu",
    "26": "tripura",
    "28": "west-bengal",
    "29": "sikkim",
    "30": "arunachal-pradesh",
    "31": "mizoram",
    "33": "goa",
    "34": "bihar",
    "35": "madhya-pradesh",
    "36": "uttar-pradesh",
    "37": "chhattisgarh",
    "38": "jharkhand",
    "39": "uttarakhand",
    "40": "telangana",
    "41": "ladakh",
    "52": "dadra-and-nagar-haveli-and-daman-and-diu",
}
"""Path segments of the states, by first-order division of GeoNames (`admin1code`)."""


@hookimpl
def light_cities() -> list[PlaceDescription]:
    """List the cities of at least 100,000 people (GeoNames)."""
    return from_geonames("india", "IN", STATES, LEAST_POPULATION)
