"""An answer that names what the place has not is refused, and the fault says why."""

from pathlib import Path

import pytest

from core.places.vehicle_record import RegisterUnavailable
from core.position import Position
from tests.support.place_folders import CITY, STATIONS, load_places, write

PLUGIN = """from plugins import Route, VehicleRecord, hookimpl

@hookimpl
def route_alert(position):
    return Route(station="gone", reason="by mistake")

@hookimpl
def look_up_vehicle(plate):
    return VehicleRecord(
        plate="MP09AB0001", make="Maruti", model="Swift", colour="White", vehicle_class="Car"
    )
"""


async def test_a_wrong_station_is_named_and_a_plate_is_not(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write(tmp_path, CITY, stations=STATIONS, plugin=PLUGIN)
    places = await load_places([tmp_path])
    town = places.get(CITY)
    assert town is not None
    await town.route_alert(Position(10.0, 70.0))
    with pytest.raises(RegisterUnavailable):
        await town.look_up_vehicle("MP09AB1234")
    station, plate = (each for each in caplog.messages if "the answer names" in each)
    assert "the answer names the station gone, which the city does not have" in station
    assert "the answer names a plate that was not asked about" in plate
    assert "MP09" not in caplog.text
    assert places.faults.counts == {(CITY, "route_alert"): 1, (CITY, "look_up_vehicle"): 1}
