"""Looking a vehicle up: in the city's own service, then in the registers that were imported.

A citizen's look-up leaves no trace. An officer's is on disk, with who and why, before anything is
read and before any service is asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import uuid4

from core import conditions, rows
from core.city import City, Feature, VehicleRecord
from core.database import transact
from core.domain import Domain
from core.models import VehicleLookUp
from core.people import Right, Viewer
from core.places import Level, chain, city_of, level, parse_path
from core.plates import normal_plate
from core.problems import FeatureUnavailable, NotFound, UnknownPlace
from core.rows import Row, Wanted
from core.text import parse_text

INPUT = ("input",)
MAX_REASON: Final = 500
_END_OF_DAY: Final = timedelta(hours=12)
"""By so much a day ends later in the last time zone on earth than in UTC."""


async def look_up(domain: Domain, place: str, plate: str, wanted: Wanted) -> Row | VehicleRecord:
    """Return a vehicle for anybody who asks; nothing of it is kept.

    Raises `InvalidInput`, `UnknownPlace`, `FeatureUnavailable` or `NotFound`.
    """
    city = _city_with_vehicles(domain, parse_path(place, ("place",)), ("place",))
    return await _found(
        city, normal_plate(plate, city.plate_formats, ("plate",)), wanted, ("plate",)
    )


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What an officer wants to know, and why."""

    place: str
    plate: str
    reason: str


async def look_up_as_officer(
    domain: Domain, viewer: Viewer, inquiry: Inquiry, wanted: Wanted
) -> Row | VehicleRecord:
    """Return a vehicle with all that the register says of it, once the look-up is on record.

    Raises `Unauthenticated`, `Forbidden`, `InvalidInput`, `UnknownPlace`, `FeatureUnavailable` or
    `NotFound`.
    """
    viewer.require_sign_in((*INPUT, "place"))
    place = parse_path(inquiry.place, (*INPUT, "place"))
    viewer.require(Right.LOOK_UP_VEHICLES, place, (*INPUT, "place"))
    city = _city_with_vehicles(domain, place, (*INPUT, "place"))
    plate = normal_plate(inquiry.plate, city.plate_formats, (*INPUT, "plate"))
    record = VehicleLookUp(
        id=uuid4(),
        officer_id=viewer.officer_id,
        place=place,
        plate=plate,
        reason=parse_text(inquiry.reason, (*INPUT, "reason"), MAX_REASON, required=True),
        at=domain.clock(),
    )

    async def work() -> None:
        await record.save(force_create=True)

    # Whoever is found out to have asked must have asked: so also where nothing is found.
    await transact(work)
    return await _found(city, plate, wanted, (*INPUT, "plate"))


def _city_with_vehicles(domain: Domain, place: str, field: tuple[str | int, ...]) -> City:
    """Return the city of a path, or the state or country itself, whose register is asked.

    Versions are those of cities; a state's register can be asked whatever its cities run.
    """
    city = domain.city(city_of(place), field)
    if level(place) is Level.STATION and place.rpartition("/")[2] not in city.stations:
        raise UnknownPlace("No such station is known here.", field)
    if level(city.path) is Level.CITY and Feature.VEHICLES not in city.features:
        raise FeatureUnavailable(
            "Vehicles cannot be looked up in this city yet.",
            feature=Feature.VEHICLES,
            place=city.path,
            available=sorted(city.features),
            path=field,
        )
    return city


async def _found(
    city: City, plate: str, wanted: Wanted, field: tuple[str | int, ...]
) -> Row | VehicleRecord:
    record = await city.look_up_vehicle(plate) or await _registered(city.path, plate, wanted)
    if record is None:
        raise NotFound("No vehicle is registered here under this plate.", field)
    return record


async def _registered(place: str, plate: str, wanted: Wanted) -> Row | None:
    """Return what the nearest register has: the city's, the state's, the country's."""
    found = await rows.read(
        wanted.plus("plate"),
        conditions.equals("vehicle.plate", plate)
        & conditions.one_of("vehicle.place", chain(place)),
        "length(vehicle.place) DESC",
        1,
    )
    return found[0] if found else None


def is_valid(valid_until: date | None, at: datetime) -> bool | None:
    """Tell whether a registration holds, its last day included; `None` where nobody knows.

    The day lasts until it has ended everywhere: hours too long rather than one too short.
    """
    return None if valid_until is None else valid_until >= (at - _END_OF_DAY).date()


_AUDITED: Final = Wanted(VehicleLookUp, ("at", "officer.name", "place", "plate", "reason"))


async def audit(place: str) -> Sequence[Row]:
    """Return the officers' look-ups in a place and all below it, from the first."""
    return await rows.read(
        _AUDITED,
        conditions.within("vehicle_look_up.place", place),
        "vehicle_look_up.at, vehicle_look_up.id",
    )
