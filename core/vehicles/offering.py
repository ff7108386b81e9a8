"""Check that a place offers vehicle look-ups."""

from core.domain import Domain
from core.paths import Level, level
from core.places.city import City
from core.places.description import Feature
from core.problems import FeatureUnavailable


def city_with_vehicles(domain: Domain, place: str, field: tuple[str | int, ...]) -> City:
    """Return the city of a path, or the state or country itself, to look up vehicles in.

    Only cities need the feature `VEHICLES`; the register of a state or country can always be
    queried. Raises `UnknownPlace` or `FeatureUnavailable`.
    """
    city = domain.city_of_known(place, field)
    if level(city.path) is Level.CITY and Feature.VEHICLES not in city.features:
        raise FeatureUnavailable(
            "Vehicles cannot be looked up in this city yet. Try the path of its state.",
            feature=Feature.VEHICLES,
            place=city.path,
            available=sorted(city.features),
            path=field,
        )
    return city
