"""Which city answers for a path."""

from dataclasses import replace

import pytest

from core.places.stations import Station
from core.problems import UnknownPlace
from tests.support.towns import Town, domain_of

FIELD = ("input", "place")
NORTH = Station("north", {"en": "North"})
DOMAIN = domain_of(Town("land"), Town("land/state/town", [NORTH]))


@pytest.mark.parametrize(
    ("place", "city"),
    [
        ("land", "land"),
        ("land/state/town", "land/state/town"),
        ("land/state/town/north", "land/state/town"),
    ],
)
def test_a_station_belongs_to_its_city(place: str, city: str) -> None:
    assert DOMAIN.city_of_known(place, FIELD).path == city


@pytest.mark.parametrize(
    "place", ["land/state", "land/state/town/south", "other", "land/x/y/north"]
)
def test_what_nobody_knows_is_refused(place: str) -> None:
    with pytest.raises(UnknownPlace) as refused:
        DOMAIN.city_of_known(place, FIELD)
    assert refused.value.path == FIELD


@pytest.mark.parametrize(
    ("path", "nearest"),
    [
        ("land/state/town/gone", "land/state/town"),
        ("land/state/gone", "land"),
        ("land/state", "land"),
        ("land", "land"),
        ("other/state/town", None),
    ],
)
def test_where_a_place_is_gone_what_it_lay_in_answers(path: str, nearest: str | None) -> None:
    found = DOMAIN.nearest(path)
    assert (found and found.path) == nearest


def test_the_servers_key_is_not_shown() -> None:
    assert "a secret" not in repr(replace(DOMAIN, key=b"a secret"))
