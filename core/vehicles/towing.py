"""Towings: police record where a vehicle was towed, and anyone can find it by its plate.

Stored separately from the registers, because a towed vehicle may be in no register, and because
importing a register again must not overwrite towings.
"""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from tortoise.exceptions import IntegrityError

from core.clock import in_utc
from core.domain import Domain
from core.identity.people import Right, Viewer
from core.log.idempotency import IdempotentRequest
from core.paths import Level, chain, level, parse_path
from core.places.city import City
from core.problems import ActionNotPossible, InvalidInput, NotFound, UnknownPlace
from core.storage import conditions, rows
from core.storage.database import transact
from core.storage.rows import Row, Wanted
from core.text import parse_text
from core.vehicles.models import Towing
from core.vehicles.offering import city_with_vehicles
from core.vehicles.plate_formats import PLATE_FORMATS
from core.vehicles.plates import normal_plate

INPUT: Final = ("input",)
MAX_YARD: Final = 120
MAX_NOTE: Final = 500
MAX_PAST: Final = timedelta(days=366)
_NEWEST_FIRST: Final = "towing.towed_at DESC, towing.id DESC"


@dataclass(frozen=True, slots=True)
class TowingDraft:
    """An officer's new towing; `towed_at=None` means now."""

    place: str
    plate: str
    yard: str
    towed_at: datetime | None
    note: str
    idempotency_key: str


async def tow(domain: Domain, viewer: Viewer, draft: TowingDraft) -> UUID:
    """Record that a vehicle was towed; return the towing's ID.

    Raises `Unauthenticated`, `Forbidden`, `InvalidInput`, `UnknownPlace`, `FeatureUnavailable`,
    `ActionNotPossible` if it is already in a yard of this city, or `IdempotencyKeyReused`.
    """
    viewer.require_sign_in((*INPUT, "place"))
    place = parse_path(draft.place, (*INPUT, "place"))
    viewer.require(Right.ACT, place, (*INPUT, "place"))
    city = city_with_vehicles(domain, place, (*INPUT, "place"))
    if level(city.path) is not Level.CITY:
        raise UnknownPlace("Name the city or station responsible for it.", (*INPUT, "place"))
    at = domain.clock()
    towing = Towing(
        id=uuid4(),
        city=city.path,
        place=place,
        plate=normal_plate(draft.plate, city[PLATE_FORMATS], (*INPUT, "plate")),
        yard=parse_text(draft.yard, (*INPUT, "yard"), MAX_YARD, required=True),
        towed_at=_towed_at(draft.towed_at, at, city),
        note=parse_text(draft.note, (*INPUT, "note"), MAX_NOTE, required=False),
        officer_id=viewer.officer_id,
    )
    request = IdempotentRequest(
        "towVehicle", draft.idempotency_key, asdict(draft), by=str(viewer.officer_id)
    )

    async def work() -> bool:
        try:
            await towing.save(force_create=True)
        except IntegrityError:
            raise ActionNotPossible(
                "This vehicle is already in a yard of the city. Release it first.",
                state="TOWED",
                possible=[],
                path=(*INPUT, "plate"),
            ) from None
        return True

    done = await request.perform(towing.id, at, work)
    return towing.id if done is not None else await request.recalled()


def _towed_at(given: datetime | None, at: datetime, city: City) -> datetime:
    if given is None:
        return at
    field = (*INPUT, "towedAt")
    towed_at = in_utc(given, field, city.description.time_zone)
    if not at - MAX_PAST <= towed_at <= at + timedelta(minutes=5):
        raise InvalidInput("OUT_OF_RANGE", "towedAt must be within the past year.", field)
    return min(towed_at, at)


async def release(domain: Domain, viewer: Viewer, towing_id: UUID) -> None:
    """Record that a vehicle was released; does nothing if it was released before.

    Raises `Unauthenticated`, `NotFound` or `Forbidden`.
    """
    field = (*INPUT, "towing")
    viewer.require_sign_in(field)
    found = await Towing.get_or_none(id=towing_id)
    if found is None or not viewer.may(Right.VIEW, found.place):
        raise NotFound("Unknown ID, or you have no rights to see it.", field)
    viewer.require(Right.ACT, found.place, field)

    async def work() -> None:
        open_ = Towing.filter(id=towing_id, released_at=None)
        await open_.update(released_at=domain.clock(), released_by_id=viewer.officer_id)

    await transact(work)


async def find(domain: Domain, place: str, plate: str, wanted: Wanted) -> Row:
    """Return the current towing of a vehicle for a citizen, without a record of the look-up.

    Searches the whole country of the place. Raises `InvalidInput`, `UnknownPlace`,
    `FeatureUnavailable` or `NotFound`.
    """
    city = city_with_vehicles(domain, parse_path(place, ("place",)), ("place",))
    mark = normal_plate(plate, city[PLATE_FORMATS], ("plate",))
    found = await last_towing(city.path, mark, wanted)
    if found is None or found.released_at is not None:
        raise NotFound(
            "No vehicle with this plate is in a yard. Check the plate, or ask the police.",
            ("plate",),
        )
    return found


async def last_towing(place: str, plate: str, wanted: Wanted) -> Row | None:
    """Return the last towing of a plate in the country of a place, current or ended."""
    condition = conditions.equals("towing.plate", plate)
    condition &= conditions.within("towing.city", chain(place)[0])
    # A vehicle still in a yard comes before newer, released ones.
    order = f"(towing.released_at IS NOT NULL), {_NEWEST_FIRST}"
    found = await rows.read(wanted.plus("id", "released_at"), condition, order, 1)
    return found[0] if found else None


async def page(
    place: str,
    standing: bool,
    after: tuple[datetime, UUID] | None,
    limit: int,
    wanted: Wanted,
) -> list[Row]:
    """Return up to `limit` towings of a place and all places below it, the newest first."""
    condition = conditions.in_place("towing", place)
    if standing:
        condition &= conditions.Condition("towing.released_at IS NULL")
    if after is not None:
        condition &= conditions.past(("towing.towed_at", after[0]), ("towing.id", after[1]))
    return await rows.read(wanted.plus("id", "towed_at"), condition, _NEWEST_FIRST, limit)
