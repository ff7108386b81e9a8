"""Whether vehicles can be asked for in a place."""

from core.domain import Domain
from core.paths import Level, level
from core.places.city import City
from core.places.description import Feature
from core.problems import FeatureUnavailable


def city_with_vehicles(domain: Domain, place: str, field: tuple[str | int, ...]) -> City:
    """Return the city of a path, or the state or country itself, whose register is asked.

    Versions are those of cities; a state's register can be asked whatever its cities run. Raises
    `UnknownPlace` or `FeatureUnavailable`.
    """
    city = domain.city_of_known(place, field)
    if level(city.path) is Level.CITY and Feature.VEHICLES not in city.features:
        raise FeatureUnavailable(
            "Vehicles cannot be looked up in this city yet.",
            feature=Feature.VEHICLES,
            place=city.path,
            available=sorted(city.features),
            path=field,
        )
    return city
