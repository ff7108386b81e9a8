"""Reading advisories: one by its ID, the list of a place, and those for a position."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from core.advisories.states import AdvisoryState
from core.cap import Severity
from core.domain import Domain
from core.identity.people import Right, Viewer
from core.paths import chain
from core.position import METRES_PER_DEGREE, Position, distance
from core.problems import NotFound, UnknownPlace
from core.storage import conditions, rows
from core.storage.rows import Row, Wanted

MAX_READ: Final = 2_000
MAX_AT_ONCE: Final = 100
"""Advisories for one position; if there are more, the most severe are returned."""
_NEWEST_FIRST: Final = "advisory.issued_at DESC, advisory.id DESC"
_NEAR: Final = (
    "(advisory.radius IS NULL OR abs(advisory.latitude - ?) * ? <= advisory.radius * 1.01)"
)
_SEVEREST_FIRST: Final = {severity: rank for rank, severity in enumerate(Severity)}


def is_in_force(advisory: Row, at: datetime) -> bool:
    """Return whether an advisory still applies: it is neither withdrawn nor expired."""
    return advisory.state == AdvisoryState.ISSUED and advisory.expires_at > at


async def page(
    place: str,
    at: datetime | None,
    after: tuple[datetime, UUID] | None,
    limit: int,
    wanted: Wanted,
    *,
    withdrawn: bool = False,
) -> list[Row]:
    """Return up to `limit` advisories that concern a place, the newest first.

    These are the advisories of the place, and of all places below and above it. With `at`, return
    only those in force at that time; with `withdrawn`, also withdrawn ones that have not expired.
    """
    condition = _concerning(place)
    if at is not None:
        condition &= conditions.above("advisory.expires_at", at) if withdrawn else _in_force(at)
    if after is not None:
        condition &= conditions.past(("advisory.issued_at", after[0]), ("advisory.id", after[1]))
    return await rows.read(wanted.plus("id", "issued_at"), condition, _NEWEST_FIRST, limit)


def _concerning(place: str) -> conditions.Condition:
    above = conditions.one_of("advisory.place", chain(place))
    return above | conditions.within("advisory.place", place)


def _in_force(at: datetime) -> conditions.Condition:
    return conditions.above("advisory.expires_at", at) & conditions.equals(
        "advisory.state", AdvisoryState.ISSUED
    )


async def at_position(domain: Domain, position: Position, wanted: Wanted) -> list[Row]:
    """Return the advisories in force for a position, the most severe first.

    An advisory with a circle applies inside it; others apply to their whole place. Raises
    `UnknownPlace`.
    """
    city = domain.cities.at(position)
    place = city or domain.cities.country_at(position)
    if place is None:
        raise UnknownPlace("No known place is near.", ("position",))
    # Outside every city, only advisories of the whole country apply.
    concerning = (
        _concerning(place.path) if city else conditions.equals("advisory.place", place.path)
    )
    near = conditions.Condition(_NEAR, (position.latitude, METRES_PER_DEGREE))
    found = await rows.read(
        wanted.plus("id", "latitude", "longitude", "radius", "severity"),
        concerning & _in_force(domain.clock()) & near,
        _NEWEST_FIRST,
        MAX_READ,
    )
    here = [row for row in found if _is_inside(position, row)]
    return sorted(here, key=lambda row: _SEVEREST_FIRST[row.severity])[:MAX_AT_ONCE]


def _is_inside(position: Position, advisory: Row) -> bool:
    if advisory.radius is None:
        return True
    return distance(position, Position(advisory.latitude, advisory.longitude)) <= advisory.radius


async def for_viewer(
    domain: Domain, viewer: Viewer, advisory_id: UUID, wanted: Wanted, field: Sequence[str]
) -> Row:
    """Return an advisory: anyone may see it while it is in force, then only police of its place.

    It may describe a missing person, whose data must not stay public. Raises `NotFound`.
    """
    found = await by_id(advisory_id, wanted.plus("place", "state", "expires_at"), field)
    if not (is_in_force(found, domain.clock()) or viewer.may(Right.VIEW, found.place)):
        raise NotFound("No advisory in force has this ID.", field)
    return found


async def by_id(advisory_id: UUID, wanted: Wanted, field: Sequence[str]) -> Row:
    """Return an advisory, in force or not; raises `NotFound`."""
    found = await rows.read_by_id(wanted, advisory_id)
    if found is None:
        raise NotFound("No advisory has this ID.", field)
    return found


def text_by_language(advisory: Row, part: str) -> Mapping[str, str]:
    """Return one part of the texts (`headline`, `description`, `instruction`) by language."""
    texts: Mapping[str, Mapping[str, str]] = advisory.texts
    return {language: text[part] for language, text in texts.items()}
