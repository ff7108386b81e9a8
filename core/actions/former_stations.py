"""Renamed and merged stations: rows with a former station's path move to the current station.

Open subjects are moved by an action of the system (`REFER`), which is an event. Their state,
assignee and escalation stay. Closed subjects are moved without an event, so that the current
station's lists and statistics include them, and a reopened one reaches that station.
"""

import logging
from collections import Counter
from collections.abc import Mapping
from functools import partial
from typing import Final
from uuid import UUID

from tortoise.functions import Count

from core.domain import Domain
from core.log.changes import ATTEMPTS, Change, append_change, back_off
from core.log.subjects import Subject, Subjects
from core.log.transitions import ActionKind, Actor, Visibility
from core.places.city import City, former_places
from core.places.stations import STATIONS
from core.storage import rows
from core.storage.append import Clash
from core.storage.database import transact

logger: Final = logging.getLogger("citizencop.stations")


async def adopt(domain: Domain) -> int:
    """Move all rows of former stations; return how many open subjects were moved.

    Several processes may run it at once, or repeatedly: each subject is moved once.
    """
    moved = 0
    for city in domain.cities.all():
        places = former_places(city)
        if places:
            moved += await _adopt_in(domain, places)
    if moved:
        logger.info("moved %s open reports and alerts to renamed stations", moved)
    return moved


async def _adopt_in(domain: Domain, places: Mapping[str, str]) -> int:
    moved = 0
    for subject in domain.subjects:
        if subject.reaches_below:
            continue
        here = subject.model.filter(place__in=list(places))
        is_open = here.filter(state__in=list(subject.open_states))
        for (own_id,) in await is_open.values_list("id"):
            moved += await _move(domain, subject, own_id, places)
        if await here.exists():
            await transact(partial(_move_closed, subject, places))
    for model in domain.subjects.at_stations:
        if await model.filter(place__in=list(places)).exists():
            for former, now in places.items():
                await model.filter(place=former).update(place=now)
    return moved


async def _move(domain: Domain, subject: Subject, own_id: UUID, places: Mapping[str, str]) -> bool:
    """Move one subject; return `False` if another process did, or nothing is left to move."""
    for attempt in range(ATTEMPTS):
        await back_off(attempt)
        row = await rows.read_by_id(subject.columns(), own_id)
        if row is None or row.place not in places:
            return False
        place = places[row.place]
        change = Change(
            ActionKind.REFER,
            Actor.SYSTEM,
            domain.clock(),
            row.state,
            sets={"place": place},
            previous_place=row.place,
            visibility=Visibility.INTERNAL,
            place=place,
        )
        if not isinstance(await append_change(subject, row, change), Clash):
            domain.notifier.notify(row.city)
            return True
    return False


async def _move_closed(subject: Subject, places: Mapping[str, str]) -> None:
    for former, now in places.items():
        closed = subject.model.filter(place=former).exclude(state__in=list(subject.open_states))
        await closed.update(place=now)


async def stations_gone(subjects: Subjects, city: City) -> Mapping[str, Counter[str]]:
    """Count open subjects at stations that the city no longer has, by path and subject type.

    Former stations that a current station names are not counted: their subjects move at start.
    """
    known = {city.path, *(f"{city.path}/{code}" for code in city[STATIONS]), *former_places(city)}
    gone: dict[str, Counter[str]] = {}
    for subject in subjects:
        if subject.reaches_below:
            continue
        counted = (
            await subject.model.filter(city=city.path, state__in=list(subject.open_states))
            .annotate(count=Count("id"))
            .group_by("place")
            .values_list("place", "count")
        )
        for place, count in counted:
            if place not in known:
                gone.setdefault(str(place), Counter())[subject.name] = int(str(count))
    return gone
