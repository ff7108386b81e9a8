"""Light cities of the package of GeoNames."""

import pytest

from core.paths import is_path
from plugins import geonames
from plugins.geonames import light_cities

STATES = {"39": "puducherry", "33": "tripura"}


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A world of a few cities."""

    def city(
        name: str, population: int, state: str = "33", country: str = "IN"
    ) -> dict[str, object]:
        return {
            "name": name,
            "countrycode": country,
            "admin1code": state,
            "population": population,
            "timezone": "Asia/Kolkata",
            "latitude": 1.0,
            "longitude": float(population),
        }

    world = [
        city("Agartala", 300),
        city("Elsewhere", 900, country="US"),
        city("Dharmanāgar", 200),
        city("Unlisted", 800, state="01"),
        city("Agartala", 500),
        city("Tiny", 9),
        city("त्रिपुरा", 700),
        city("Ozhukarai", 400, state="39"),
    ]
    cities = {str(number): each for number, each in enumerate(world)}
    monkeypatch.setattr(geonames, "_cities", lambda: cities)


def test_the_cities_of_the_named_states_are_rows_the_most_populous_first() -> None:
    rows = light_cities("india", "IN", STATES, 10)
    assert [row.path for row in rows] == [
        "india/tripura/agartala",
        "india/puducherry/ozhukarai",
        "india/tripura/dharmanagar",
    ]
    assert all(is_path(row.path) for row in rows)
    assert rows[2].names == {"en": "Dharmanāgar"}


def test_of_two_with_one_path_the_more_populous_stays() -> None:
    first = light_cities("india", "IN", STATES, 10)[0]
    assert first.position is not None
    assert first.position.longitude == 500
