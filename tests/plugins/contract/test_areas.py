"""Routing by boundaries: agrees with another library on every point, edges and gaps included."""

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyclipper
import pytest

from core.places.routing import RoutingStep
from core.places.stations import StationArea
from core.position import Position
from plugins.contract.areas import Areas, WrongGeometry, polygons_of
from tests.support.place_folders import CITY, STATIONS, load_places, write

POINTS = 100_000
GRID = 1_000_000
"""The wards' positions have six decimals, so on this grid whole numbers are exact."""
WARDS = ("bhopal-wards", "bhopal-zones", "navi-mumbai-wards")


def rings_of(geometry: dict[str, Any]) -> Iterator[list[list[tuple[int, int]]]]:
    """Yield each polygon of a geometry as rings on the grid."""
    match geometry["type"]:
        case "Polygon":
            yield [
                [(round(x * GRID), round(y * GRID)) for x, y, *_ in ring]
                for ring in geometry["coordinates"]
            ]
        case "MultiPolygon":
            for coordinates in geometry["coordinates"]:
                yield from rings_of({"type": "Polygon", "coordinates": coordinates})
        case "GeometryCollection":
            for each in geometry["geometries"]:
                yield from rings_of(each)


def lies_in(point: tuple[int, int], polygon: list[list[tuple[int, int]]]) -> int:
    """Return 1 inside, -1 on an edge, 0 outside, by the other library."""
    outer, *holes = (pyclipper.PointInPolygon(point, ring) for ring in polygon)
    if outer != 1 or not holes:
        return outer
    return -1 if -1 in holes else int(1 not in holes)


class Judge:
    """Answers by the other library alone."""

    def __init__(self, features: list[Any]) -> None:
        self._polygons = [
            (index, polygon, bounds_of(polygon[0]))
            for index, feature in enumerate(features)
            for polygon in rings_of(feature["geometry"])
        ]

    def holding(self, point: tuple[int, int]) -> tuple[set[int], set[int]]:
        """Return the features that hold a point, and those on whose edge it lies."""
        inside, edge = set(), set()
        for index, polygon, (west, south, east, north) in self._polygons:
            if west <= point[0] <= east and south <= point[1] <= north:
                found = lies_in(point, polygon)
                (inside if found == 1 else edge if found == -1 else set()).add(index)
        return inside, edge


def bounds_of(ring: list[tuple[int, int]]) -> tuple[int, int, int, int]:
    xs, ys = zip(*ring, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def points_over(features: list[Any], count: int) -> Iterator[tuple[int, int]]:
    """Yield random points over the features, and points on their edges."""
    chance = random.Random(5)
    rings = [ring for f in features for polygon in rings_of(f["geometry"]) for ring in polygon]
    west, south, east, north = bounds_of([point for ring in rings for point in ring])
    for number in range(count):
        if number % 10 == 0:
            yield chance.choice(chance.choice(rings))
        elif number % 10 == 1:
            ring = chance.choice(rings)
            at = chance.randrange(len(ring) - 1)
            (a, b), (c, d) = ring[at], ring[at + 1]
            yield (a + c) // 2, (b + d) // 2
        else:
            yield chance.randint(west, east), chance.randint(south, north)


@pytest.mark.parametrize("name", WARDS)
def test_another_library_says_the_same(name: str, shared_data: Path) -> None:
    file = shared_data / "boundaries" / f"{name}.geojson"
    features = json.loads(file.read_text("utf-8"))["features"]
    areas = Areas([StationArea(str(i), f["geometry"]) for i, f in enumerate(features)])
    judge = Judge(features)
    seen = {"inside": 0, "edge": 0, "gap": 0}
    for point in points_over(features, POINTS // len(WARDS) + 1):
        inside, edge = judge.holding(point)
        found = areas.station_at(Position(point[1] / GRID, point[0] / GRID))
        if not edge:
            seen["inside" if inside else "gap"] += 1
            # Where wards overlap, the one that the file names first has it; a gap is nobody's.
            assert found == (str(min(inside)) if inside else None)
        else:
            # On the grid it lies on an edge; a hair's breadth of a float may put it to either side.
            seen["edge"] += 1
            assert found is None or int(found) in inside | edge
            if inside:
                assert found is not None
    assert seen["inside"] > 5_000
    assert seen["edge"] > 2_000
    assert seen["gap"] > 1_000


def square(west: float, south: float, size: float = 0.1) -> dict[str, Any]:
    east, north = west + size, south + size
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def test_a_shared_edge_and_an_overlap_go_to_the_first_named() -> None:
    areas = Areas([StationArea("b", square(70.0, 10.0)), StationArea("a", square(70.1, 10.0))])
    assert areas.station_at(Position(10.05, 70.1)) == "b"
    overlapping = Areas([StationArea("z", square(70.0, 10.0)), StationArea("a", square(70, 10))])
    assert overlapping.station_at(Position(10.05, 70.05)) == "z"


@pytest.mark.parametrize(
    ("geometry", "words"),
    [
        ({"type": "Point", "coordinates": [70, 10]}, "is not an area"),
        ({"type": "Polygon", "coordinates": [[[70, 10], [71, 10]]]}, "cannot be read"),
        ({"type": "Polygon", "coordinates": "x"}, "cannot be read"),
        ({"type": "Polygon", "coordinates": []}, "no polygon"),
        ({"type": "GeometryCollection", "geometries": []}, "no polygon"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]]}, "Self-"),
        (square(500.0, 10.0), "longitude comes first"),
        ({}, "is not an area"),
    ],
)
def test_what_is_no_area_is_refused_with_the_reason(geometry: dict[str, Any], words: str) -> None:
    with pytest.raises(WrongGeometry, match=words):
        polygons_of(geometry)


def boundaries(*areas: tuple[str, dict[str, Any]]) -> str:
    features = [
        {"type": "Feature", "properties": {"station": code}, "geometry": geometry}
        for code, geometry in areas
    ]
    return json.dumps({"type": "FeatureCollection", "features": features})


async def test_boundaries_come_first_and_a_gap_goes_on(tmp_path: Path) -> None:
    desk = '[[stations]]\ncode = "cyber"\nnames = { en = "Cyber" }\ndesks = ["crime.cyber"]\n'
    write(
        tmp_path,
        CITY,
        stations=STATIONS + desk,
        boundaries=boundaries(("far", square(69.9, 9.9))),
    )
    places = await load_places([tmp_path])
    town = places.get(CITY)
    assert town is not None
    assert places.faults.counts == {}
    inside, gap = Position(9.95, 69.95), Position(10.05, 70.05)
    for category in ("crime.theft", "crime.cyber"):
        route = await town.route_report(category, inside)
        assert route is not None
        assert (route.station, route.reason) == ("far", "inside its boundary")
    for category, station in (("crime.theft", "near"), ("crime.cyber", "cyber")):
        route = await town.route_report(category, gap)
        assert route is not None
        assert route.station == station
    alert = await town.route_alert(inside)
    assert alert is not None
    assert alert.station == "far"


async def test_a_place_orders_its_steps_and_its_cities_take_them_over(tmp_path: Path) -> None:
    desk = '[[stations]]\ncode = "cyber"\nnames = { en = "Cyber" }\ndesks = ["crime.cyber"]\n'
    write(tmp_path, "land", place='names = { en = "L" }\nrouting = ["DESK", "BOUNDARY"]')
    write(
        tmp_path, CITY, stations=STATIONS + desk, boundaries=boundaries(("far", square(69.9, 9.9)))
    )
    town = (await load_places([tmp_path])).get(CITY)
    assert town is not None
    assert town.description.routing == (RoutingStep.DESK, RoutingStep.BOUNDARY)
    route = await town.route_report("crime.cyber", Position(9.95, 69.95))
    assert route is not None
    assert route.station == "cyber"
    assert await town.route_report("crime.theft", Position(10.05, 70.05)) is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (boundaries(("nowhere", square(70, 10))), "no station"),
        (boundaries(("near", {"type": "Point", "coordinates": [1, 2]})), "not an area"),
        ("{", "JSONDecodeError"),
        ('{"features": [{}]}', "features.0.station: Field required"),
    ],
)
async def test_broken_boundaries_lose_the_boundaries_alone(
    tmp_path: Path, text: str, words: str
) -> None:
    write(tmp_path, CITY, stations=STATIONS, boundaries=text)
    places = await load_places([tmp_path])
    town = places.get(CITY)
    assert town is not None
    assert set(places.faults.counts) == {(CITY, "station_areas")}
    assert words in places.faults.messages[CITY, "station_areas"][0]
    route = await town.route_report("crime", Position(10.0, 70.0))
    assert route is not None
    assert route.station == "near"
