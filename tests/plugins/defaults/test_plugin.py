"""Routing where no place routes by itself."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.places.routing import ROUTING, RoutingStep
from core.places.stations import Station, StationArea
from core.position import Position, distance
from plugins.contract.areas import Areas
from plugins.defaults.plugin import route_alert, route_report

WORDS = {"en": "A station"}
NEAR = Station("near", WORDS, position=Position(10.0, 70.0))
FAR = Station("far", WORDS, position=Position(10.5, 70.0), desks=("crime",))
CYBER = Station("cyber", WORDS, desks=("crime.cyber",))
ROOM = Station("room", WORDS, position=Position(10.0, 70.0), control_room=True)
CITY = {each.code: each for each in (ROOM, FAR, CYBER, NEAR)}
SQUARE = {
    "type": "Polygon",
    "coordinates": [[[69.9, 9.9], [70.1, 9.9], [70.1, 10.1], [69.9, 10.1], [69.9, 9.9]]],
}
AREAS = Areas([StationArea("far", SQUARE)])
NO_AREAS = Areas([])
HERE = Position(10.01, 70.0)
FOUND_BY = {
    RoutingStep.BOUNDARY: ("far", "inside its boundary"),
    RoutingStep.DESK: ("cyber", "desk for crime.cyber"),
    RoutingStep.NEAREST: ("near", "nearest station, 1.1 km"),
    RoutingStep.CONTROL_ROOM: ("room", "control room"),
}


def report(
    category: str = "crime.cyber.fraud",
    stations: dict[str, Station] = CITY,
    areas: Areas = AREAS,
    steps: tuple[RoutingStep, ...] = ROUTING,
) -> tuple[str, str] | None:
    route = route_report(category, HERE, stations, areas, steps)
    return (route.station, route.reason) if route is not None else None


@pytest.mark.parametrize("steps", [*permutations(RoutingStep)])
def test_the_first_step_that_finds_a_station_decides(steps: tuple[RoutingStep, ...]) -> None:
    assert report(steps=steps) == FOUND_BY[steps[0]]


@pytest.mark.parametrize(
    ("stations", "areas", "category", "expected"),
    [
        (CITY, NO_AREAS, "crime.cyber", "cyber"),
        (CITY, NO_AREAS, "crime.theft", "far"),
        (CITY, NO_AREAS, "crimes", "near"),
        ({"room": ROOM, "cyber": CYBER}, NO_AREAS, "noise", "room"),
        ({"cyber": CYBER}, NO_AREAS, "noise", None),
        ({}, NO_AREAS, "crime", None),
    ],
)
def test_a_step_that_finds_none_leaves_it_to_the_next(
    stations: dict[str, Station], areas: Areas, category: str, expected: str | None
) -> None:
    found = report(category, stations, areas)
    assert (found and found[0]) == expected


def test_without_steps_nobody_is_found() -> None:
    assert report(steps=()) is None


@given(
    st.lists(
        st.tuples(st.floats(9, 11), st.floats(69, 71), st.none() | st.floats(1_000, 100_000)),
        max_size=6,
    )
)
def test_the_nearest_of_those_that_answer_so_far_is_taken(
    places: list[tuple[float, float, float | None]],
) -> None:
    stations = {
        f"s{number}": Station(f"s{number}", WORDS, position=Position(north, east), radius=radius)
        for number, (north, east, radius) in enumerate(places)
    }
    answering = {
        code: distance(HERE, each.position)
        for code, each in stations.items()
        if each.position is not None
        and (each.radius is None or distance(HERE, each.position) <= each.radius)
    }
    found = report(stations=stations, areas=NO_AREAS, steps=(RoutingStep.NEAREST,))
    if found is None:
        assert answering == {}
    else:
        assert answering[found[0]] == min(answering.values())


def test_a_call_for_help_goes_to_no_desk() -> None:
    def alert(position: Position | None, areas: Areas = NO_AREAS) -> str | None:
        route = route_alert(position, CITY, areas)
        return route.station if route is not None else None

    assert alert(HERE, AREAS) == "far"
    assert alert(HERE) == "near"
    assert alert(None, AREAS) == "room"
    assert route_alert(HERE, {"cyber": CYBER}, NO_AREAS) is None
