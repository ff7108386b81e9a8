"""Positions on the globe."""

from math import inf, nan, pi

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.position import EARTH_RADIUS, Position, distance, parse_fix, parse_position
from core.problems import InvalidInput

POSITIONS = st.builds(Position, st.floats(-90, 90), st.floats(-180, 180))
FIELD = ("input", "position")


def test_distance_is_that_of_the_globe() -> None:
    assert distance(Position(0, 0), Position(0, 180)) == pytest.approx(20_015_114, rel=1e-6)
    raipur, bhopal = Position(21.23333, 81.63333), Position(23.25469, 77.40289)
    assert distance(raipur, bhopal) == pytest.approx(490_000, rel=0.02)


@given(POSITIONS, POSITIONS, POSITIONS)
def test_distance_is_a_metric(one: Position, other: Position, third: Position) -> None:
    assert distance(one, one) == 0
    assert distance(one, other) == pytest.approx(distance(other, one))
    assert 0 <= distance(one, other) <= pi * EARTH_RADIUS + 1e-6
    # Haversine loses precision near the antipodes: metres, not millimetres.
    assert distance(one, third) <= distance(one, other) + distance(other, third) + 1


@given(st.floats(-90, 90), st.floats(-179, 180))
def test_the_date_line_is_no_distance(latitude: float, longitude: float) -> None:
    here, beyond = Position(latitude, 180), Position(latitude, -180)
    assert distance(here, beyond) == pytest.approx(0, abs=1e-3)
    there = Position(0, longitude)
    assert distance(here, there) == pytest.approx(distance(beyond, there), abs=1)


@given(st.floats(), st.floats())
def test_only_degrees_that_exist_are_a_position(latitude: float, longitude: float) -> None:
    if -90 <= latitude <= 90 and -180 <= longitude <= 180:
        assert parse_position(latitude, longitude, FIELD) == Position(latitude, longitude)
        return
    with pytest.raises(InvalidInput) as refused:
        parse_position(latitude, longitude, FIELD)
    wrong = "longitude" if -90 <= latitude <= 90 else "latitude"
    assert (refused.value.rule, refused.value.path) == ("OUT_OF_RANGE", (*FIELD, wrong))


@pytest.mark.parametrize("accuracy", [-0.001, inf, nan, EARTH_RADIUS * 2])
def test_an_accuracy_that_no_device_has_is_refused(accuracy: float) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_fix(1, 2, accuracy, FIELD)
    assert refused.value.path == (*FIELD, "accuracy")


@pytest.mark.parametrize("accuracy", [None, 0.0, 12.5])
def test_a_fix_keeps_its_accuracy(accuracy: float | None) -> None:
    fix = parse_fix(1, 2, accuracy, FIELD)
    assert (fix.position, fix.accuracy) == (Position(1, 2), accuracy)
