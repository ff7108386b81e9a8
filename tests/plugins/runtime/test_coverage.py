"""The grid finds the city that looking at every circle would."""

from dataclasses import dataclass
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from core.places.description import Deployment, PlaceDescription
from core.position import Position, distance
from plugins.runtime.coverage import Coverage


@dataclass
class City:
    description: PlaceDescription
    order: int

    @property
    def path(self) -> str:
        return self.description.path


LATITUDES = st.floats(-90, 90) | st.sampled_from([-90.0, -89.99, 0.0, 45.0, 89.99, 90.0])
LONGITUDES = st.floats(-180, 180) | st.sampled_from([-180.0, -179.99, 0.0, 179.99, 180.0])
POSITIONS = st.builds(Position, LATITUDES, LONGITUDES)


@st.composite
def cities(draw: st.DrawFn) -> list[City]:
    found: list[City] = []
    for number in range(draw(st.integers(0, 12))):
        found.append(
            City(
                PlaceDescription(
                    path=f"land/{draw(st.sampled_from('ab'))}/c{number}",
                    names={"en": "C"},
                    position=draw(POSITIONS),
                    radius=draw(st.sampled_from([None, 500.0, 15_000.0, 200_000.0])),
                    deployment=draw(st.sampled_from(Deployment)),
                ),
                draw(st.integers(0, 2)),
            )
        )
    return found


def by_looking_at_all(known: list[City], position: Position) -> str | None:
    covering = []
    for city in known:
        centre = city.description.position
        assert centre is not None
        metres = distance(position, centre)
        if metres <= (city.description.radius or 0.0):
            light = city.description.deployment is Deployment.LIGHT
            covering.append((light, 0 if light else city.order, metres, city.path, city))
    if not covering:
        return None
    light, order, metres, path, first = min(covering)
    lights = [each for each in covering if each[0]]
    if not light and lights:
        _, _, nearer, other, city = min(lights)
        foreign = other.rpartition("/")[0] != path.rpartition("/")[0]
        if foreign and nearer < metres and city.order < order:
            return other
    return first.path


@settings(max_examples=150, deadline=None)
@given(known=cities(), data=st.data())
def test_it_finds_what_looking_at_all_would(known: list[City], data: Any) -> None:
    coverage = Coverage(known)
    near = [city.description.position for city in known] or [Position(0.0, 0.0)]
    for _ in range(5):
        position = data.draw(POSITIONS)
        if data.draw(st.booleans()):
            centre = data.draw(st.sampled_from(near))
            north, east = data.draw(st.floats(-2, 2)), data.draw(st.floats(-4, 4))
            latitude = max(-90.0, min(90.0, centre.latitude + north))
            position = Position(latitude, (centre.longitude + east + 180) % 360 - 180)
        found = coverage.at(position)
        assert (found.path if found else None) == by_looking_at_all(known, position)
