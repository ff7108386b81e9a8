"""Positions on the globe."""

import pytest

from core.position import Position, distance


def test_distance_is_that_of_the_globe() -> None:
    assert distance(Position(0, 0), Position(0, 180)) == pytest.approx(20_015_114, rel=1e-6)
    raipur, bhopal = Position(21.23333, 81.63333), Position(23.25469, 77.40289)
    assert distance(raipur, bhopal) == pytest.approx(490_000, rel=0.02)
