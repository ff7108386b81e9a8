"""Stations of a city, by their present and their former codes."""

from hypothesis import given
from hypothesis import strategies as st

from core.places.city import former_places, station_at
from core.places.stations import Station
from tests.support.towns import Town

CODES = st.sampled_from("abcdef")
WORDS = {"en": "A station"}


@st.composite
def towns(draw: st.DrawFn) -> tuple[Town, list[Station]]:
    codes = draw(st.lists(CODES, unique=True, max_size=4))
    former = st.lists(CODES, unique=True, max_size=3).map(tuple)
    stations = [Station(code, WORDS, former_codes=draw(former)) for code in codes]
    return Town("x/y/z", stations), stations


@given(towns())
def test_a_former_code_leads_to_the_first_station_that_names_it(
    made: tuple[Town, list[Station]],
) -> None:
    town, stations = made
    present = {station.code for station in stations}
    found = former_places(town)
    for code in "abcdef":
        naming = [each.code for each in stations if code in each.former_codes]
        expected = f"x/y/z/{naming[0]}" if naming and code not in present else None
        assert found.get(f"x/y/z/{code}") == expected


@given(towns(), CODES)
def test_a_station_is_found_by_its_path(made: tuple[Town, list[Station]], code: str) -> None:
    town, stations = made
    expected = next((each for each in stations if each.code == code), None)
    assert station_at(town, f"x/y/z/{code}") == expected
    assert station_at(None, f"x/y/z/{code}") is None
