"""Look up vehicles: in the city's own service, then in the imported registers.

Citizens' look-ups are not recorded. An officer's look-up is stored, with officer and reason, before
anything is read and before any service is queried.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from typing import Final
from uuid import uuid4

from core.clock import in_utc
from core.domain import Domain
from core.identity.people import Right, Viewer
from core.paths import chain, parse_path
from core.places.city import City
from core.places.vehicle_record import RegisterUnavailable, VehicleRecord
from core.problems import NotFound, TryLater
from core.storage import conditions, rows
from core.storage.database import transact
from core.storage.rows import Row, Wanted
from core.text import parse_text
from core.vehicles.models import Towing, Vehicle, VehicleLookUp
from core.vehicles.offering import city_with_vehicles
from core.vehicles.plate_formats import PLATE_FORMATS
from core.vehicles.plates import normal_plate
from core.vehicles.towing import last_towing

INPUT = ("input",)
MAX_REASON: Final = 500
_END_OF_DAY: Final = timedelta(hours=12)
"""How much later a day ends in the last time zone on earth than in UTC."""
_TOWED_TO: Final = "towed_to"
_TOWING: Final = Wanted(Towing, ("released_at", "towed_at", "yard"))
_ALL: Final = Wanted(Vehicle, tuple(sorted(each.name for each in fields(VehicleRecord))))


async def look_up(domain: Domain, place: str, plate: str, wanted: Wanted) -> Row | VehicleRecord:
    """Return a vehicle for a citizen, without a record of the look-up.

    Raises `InvalidInput`, `UnknownPlace`, `FeatureUnavailable`, `NotFound` or `TryLater`.
    """
    city = city_with_vehicles(domain, parse_path(place, ("place",)), ("place",))
    return await _found(
        city, normal_plate(plate, city[PLATE_FORMATS], ("plate",)), wanted, ("plate",)
    )


@dataclass(frozen=True, slots=True)
class Inquiry:
    """An officer's look-up, with its reason."""

    place: str
    plate: str
    reason: str


async def look_up_as_officer(
    domain: Domain, viewer: Viewer, inquiry: Inquiry, wanted: Wanted
) -> Row | VehicleRecord:
    """Record an officer's look-up, then return the vehicle's whole register entry.

    Raises `Unauthenticated`, `Forbidden`, `InvalidInput`, `UnknownPlace`, `FeatureUnavailable`,
    `NotFound` or `TryLater`.
    """
    viewer.require_sign_in((*INPUT, "place"))
    place = parse_path(inquiry.place, (*INPUT, "place"))
    viewer.require(Right.LOOK_UP_VEHICLES, place, (*INPUT, "place"))
    city = city_with_vehicles(domain, place, (*INPUT, "place"))
    plate = normal_plate(inquiry.plate, city[PLATE_FORMATS], (*INPUT, "plate"))
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

    # Committed before the look-up, so that it is recorded even if nothing is found.
    await transact(work)
    return await _found(city, plate, wanted, (*INPUT, "plate"))


async def _found(
    city: City, plate: str, wanted: Wanted, field: tuple[str | int, ...]
) -> Row | VehicleRecord:
    towing = None
    if _TOWED_TO in wanted.columns:
        towing = await last_towing(city.path, plate, _TOWING)
        # The record is combined from the register and the towing, which needs all columns.
        wanted = wanted if towing is None else _ALL
    record, unavailable = None, False
    try:
        record = await city.look_up_vehicle(plate)
    except RegisterUnavailable:
        unavailable = True
    record = record or await _registered(city.path, plate, wanted)
    if record is None and unavailable:
        raise TryLater("The vehicle register does not respond. Try again in a minute.", field)
    if record is None:
        raise NotFound(
            "No vehicle is registered here with this plate. Check the plate and the place.", field
        )
    return record if towing is None else _with_towing(record, towing)


def _with_towing(record: Row | VehicleRecord, towing: Row) -> VehicleRecord:
    """Return a record with the vehicle's last towing by police, if that is newer."""
    names = (each.name for each in fields(VehicleRecord))
    known = VehicleRecord(**{name: getattr(record, name) for name in names})
    last = towing.released_at or towing.towed_at
    if known.towed_at is not None and in_utc(known.towed_at, ()) > last:
        return known
    if towing.released_at is not None:
        return replace(known, towed_to=None, towed_at=None)
    return replace(known, towed_to=towing.yard, towed_at=towing.towed_at)


async def _registered(place: str, plate: str, wanted: Wanted) -> Row | None:
    """Return the row of the nearest register: of the city, the state or the country."""
    found = await rows.read(
        wanted.plus("plate"),
        conditions.equals("vehicle.plate", plate)
        & conditions.one_of("vehicle.place", chain(place)),
        "length(vehicle.place) DESC",
        1,
    )
    return found[0] if found else None


def is_valid(valid_until: date | None, at: datetime) -> bool | None:
    """Tell whether a registration is valid, including on its last day; `None` if unknown.

    The last day ends when it has ended in all time zones.
    """
    return None if valid_until is None else valid_until >= (at - _END_OF_DAY).date()


async def count(place: str) -> int:
    """Return the number of vehicles in the register of a place."""
    return await Vehicle.filter(place=place).count()


_AUDITED: Final = Wanted(VehicleLookUp, ("at", "officer.name", "place", "plate", "reason"))


async def audit(place: str) -> Sequence[Row]:
    """Return the officers' look-ups in a place and all places below it, oldest first."""
    return await rows.read(
        _AUDITED,
        conditions.within("vehicle_look_up.place", place),
        "vehicle_look_up.at, vehicle_look_up.id",
    )
