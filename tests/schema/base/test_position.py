"""The point of two columns."""

import pytest

from schema.base.position import Position, position_of


@pytest.mark.parametrize(("latitude", "longitude"), [(None, None), (1.0, None), (None, 1.0)])
def test_half_a_point_is_none(latitude: float | None, longitude: float | None) -> None:
    assert position_of(latitude, longitude, 5.0) is None


def test_zero_is_a_coordinate() -> None:
    assert position_of(0.0, 0.0) == Position(latitude=0.0, longitude=0.0, accuracy=None)
    assert position_of(0.0, 0.0, 0.0) == Position(latitude=0.0, longitude=0.0, accuracy=0.0)
