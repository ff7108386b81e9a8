"""Stations that were renamed or merged: what lay with a former code comes to the station it is now.

What is open moves by an action of the system (`REFER`), which is an event: its state, its assignee
and its escalation stay, for only the name of its station has changed. What is closed moves without
one, so that the station's lists and statistics have it, and whatever is reopened is seen.
"""

import logging
from collections import Counter
from collections.abc import Mapping
from functools import partial
from typing import Final
from uuid import UUID

from tortoise.functions import Count

from core.actions.actions import Change, record
from core.alerts.models import Alert
from core.domain import Domain
from core.log import events as log
from core.log.transitions import (
    OPEN_ALERT_STATES,
    OPEN_REPORT_STATES,
    ActionKind,
    Actor,
    State,
    Visibility,
)
from core.places.city import City, former_places
from core.places.stations import STATIONS
from core.reports.models import Report
from core.storage.database import transact
from core.vehicles.models import Towing

logger = logging.getLogger("citizencop.stations")

_OPEN: Final[tuple[tuple[type[Report | Alert], frozenset[State]], ...]] = (
    (Alert, frozenset(OPEN_ALERT_STATES)),
    (Report, frozenset(OPEN_REPORT_STATES)),
)


async def adopt(domain: Domain) -> int:
    """Move all that lies with former stations; return how many open things were moved.

    May run in several processes at once, and again: each thing is moved once.
    """
    moved = 0
    for city in domain.cities.all():
        places = former_places(city)
        if places:
            moved += await _adopt_in(domain, places)
    if moved:
        logger.info("%s open reports and calls for help moved to renamed stations", moved)
    return moved


async def _adopt_in(domain: Domain, places: Mapping[str, str]) -> int:
    moved = 0
    for model, states in _OPEN:
        here = model.filter(place__in=list(places))
        for (own_id,) in await here.filter(state__in=list(states)).values_list("id"):
            city = await transact(partial(_move, domain, model, own_id, places))
            if city is not None:
                domain.notifier.notify(city)
                moved += 1
        if await here.exists():
            await transact(partial(_move_closed, model, places, states))
    if await Towing.filter(place__in=list(places)).exists():
        for former, now in places.items():
            await Towing.filter(place=former).update(place=now)
    return moved


async def _move(
    domain: Domain, model: type[Report | Alert], own_id: UUID, places: Mapping[str, str]
) -> str | None:
    """Move one thing, inside a transaction; return its city, or nothing if it has moved already."""
    subject = await model.filter(id=own_id, place__in=list(places)).select_for_update().first()
    if subject is None:
        return None
    former, subject.place = subject.place, places[subject.place]
    change = Change(
        ActionKind.REFER,
        Actor.SYSTEM,
        subject.state,
        domain.clock(),
        visibility=Visibility.INTERNAL,
        place=subject.place,
        previous_place=former,
    )
    await record(await log.next_number(subject.city), subject, change)
    return subject.city


async def _move_closed(
    model: type[Report | Alert], places: Mapping[str, str], states: frozenset[State]
) -> None:
    for former, now in places.items():
        await model.filter(place=former).exclude(state__in=list(states)).update(place=now)


async def stations_gone(city: City) -> Mapping[str, Counter[str]]:
    """Count the open reports and calls for help of stations that the city has no more, by path.

    Former stations that a station names are none of them: those are moved when the server starts.
    """
    known = {city.path, *(f"{city.path}/{code}" for code in city[STATIONS]), *former_places(city)}
    gone: dict[str, Counter[str]] = {}
    for model, states in _OPEN:
        counted = (
            await model.filter(city=city.path, state__in=list(states))
            .annotate(count=Count("id"))
            .group_by("place")
            .values_list("place", "count")
        )
        for place, count in counted:
            if place not in known:
                gone.setdefault(str(place), Counter())[model.__name__] = int(str(count))
    return gone
