"""Retention: once its time is over, what was said and sent is erased; what is counted stays.

A report keeps its city, station, category, days and outcome, and its position to about a kilometre,
so that statistics stay what they were; its words, answers, files, receipt and the words of every
action go. Each erasure is an action in the city's log: that it happened can be shown.
"""

import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final, cast
from uuid import UUID

from tortoise.models import Model

from core.actions.actions import Change, record
from core.actions.models import Action
from core.advisories import advisories
from core.advisories.models import Advisory
from core.alerts.models import Alert
from core.domain import Domain
from core.escalation.models import Timer
from core.log import events as log
from core.log import retention_limits
from core.log.models import CityLog
from core.log.retention_limits import Due
from core.log.transitions import ActionKind, Actor, Visibility
from core.media.models import Media
from core.places.description import Retention
from core.reports.models import Report
from core.storage.database import forget_written, transact
from core.vehicles.models import Towing, VehicleLookUp

logger = logging.getLogger("citizencop.retention")

BATCH: Final = 200
COARSE_DIGITS: Final = 2
"""Decimal places of degrees that are left of a position: about 1.1 km."""
COARSE_METRES: Final = 1_100.0

Subject = Report | Alert | Advisory


@dataclass(frozen=True, slots=True)
class _Kept:
    """A table whose rows are erased, or deleted where `erase` is `None`.

    `days` is the key of how long, `since` the column by which a row is old.
    """

    model: type[Model]
    days: str
    since: str
    erase: Callable[[Any], Awaitable[None]] | None = None
    place: str = "city"

    def overdue(self, before: datetime) -> dict[str, Any]:
        """Return the conditions of a row that is older than a moment."""
        old: dict[str, Any] = {f"{self.since}__lt": before}
        return old if self.erase is None else old | {"updated_at__lt": before, "erased_at": None}


async def erase_overdue(domain: Domain, *, approved: bool = False) -> int:
    """Erase all that is kept for longer than its place wants; return how much that was.

    Without the operator's approval nothing goes while the clock is in doubt, and nothing of a
    place and kind of which too much would go at once (`core.log.retention_limits`).
    """
    at = domain.clock()
    if not approved and await retention_limits.clock_problem(at) is not None:
        return 0
    held: list[Due] = []
    erased = 0
    for kept, paths, before in await _tasks(domain, at):
        found = await retention_limits.due(kept.model, kept.place, paths, kept.overdue(before))
        waiting = [each for each in found if each.too_many and not approved]
        held += waiting
        going = [each.place for each in found if each not in waiting]
        if going:
            erased += await _erase_all(domain, kept, going, before)
    await retention_limits.remember(at, held)
    # Tried each time: somebody may have been reading the last time.
    await forget_written()
    if erased:
        logger.info("%s things were erased, for their time is over", erased)
    return erased


async def overdue(domain: Domain) -> list[Due]:
    """Return what `erase_overdue` would erase with approval, by place and kind."""
    return [
        each
        for kept, paths, before in await _tasks(domain, domain.clock())
        for each in await retention_limits.due(kept.model, kept.place, paths, kept.overdue(before))
    ]


async def _tasks(domain: Domain, at: datetime) -> list[tuple[_Kept, list[str], datetime]]:
    """Return each table with places that keep its rows equally long, and since when they may go."""
    tasks: list[tuple[_Kept, list[str], datetime]] = []
    cities = [row.city for row in await CityLog.all()]
    for kept in _KEPT:
        paths = cities
        if kept.erase is None:
            named = await kept.model.all().distinct().values_list(kept.place, flat=True)
            paths = [str(path) for path in named]
        tasks += [
            (kept, those, at - timedelta(days=days))
            for days, those in _by_days(domain, paths, kept.days).items()
        ]
    return tasks


def _by_days(domain: Domain, paths: Sequence[str], key: str) -> Mapping[int, list[str]]:
    """Return places by how many days they keep something."""
    grouped: dict[int, list[str]] = defaultdict(list)
    for path in paths:
        days = getattr(_retention(domain, path), key)
        if days is not None:
            grouped[days].append(path)
    return grouped


def _retention(domain: Domain, path: str) -> Retention:
    city = domain.nearest(path)
    return city.description.retention if city is not None else Retention()


async def _erase_all(domain: Domain, kept: _Kept, paths: Sequence[str], before: datetime) -> int:
    old = kept.model.filter(**{f"{kept.place}__in": list(paths)}, **kept.overdue(before))
    if kept.erase is None:
        return await old.delete()
    erased = 0
    while found := await old.order_by(kept.since).limit(BATCH).values_list("id", flat=True):
        done = [await _erase(domain, kept, cast("UUID", each), before) for each in found]
        erased += sum(done)
        if not any(done):
            # Another process has them in hand.
            break
    return erased


async def _erase(domain: Domain, kept: _Kept, own_id: UUID, before: datetime) -> bool:
    logs = await transact(partial(_erase_one, domain, kept, own_id, before))
    for city in logs:
        domain.notifier.notify(city)
    return bool(logs)


async def _erase_one(domain: Domain, kept: _Kept, own_id: UUID, before: datetime) -> Sequence[str]:
    """Erase one thing, inside a transaction; return the logs that grew."""
    waiting = kept.model.filter(id=own_id, updated_at__lt=before, erased_at=None)
    subject = cast("Subject | None", await waiting.select_for_update(skip_locked=True).first())
    if subject is None or kept.erase is None:
        return ()
    at = domain.clock()
    await Timer.filter(subject_id=own_id).delete()
    await kept.erase(subject)
    subject.erased_at = at
    change = Change(
        ActionKind.ERASE, Actor.SYSTEM, subject.state, at, visibility=Visibility.INTERNAL
    )
    if isinstance(subject, Advisory):
        return await advisories.record(domain, subject, change)
    await record(await log.next_number(subject.city), subject, change)
    return (subject.city,)


async def _erase_report(report: Report) -> None:
    report.description, report.answers, report.assignee, report.route_reason = "", {}, None, ""
    report.latitude = round(report.latitude, COARSE_DIGITS)
    report.longitude = round(report.longitude, COARSE_DIGITS)
    report.accuracy = COARSE_METRES
    report.receipt_selector, report.receipt_verifier = _closed(report.id), ""
    # The sweep of the store removes files that nothing names any more.
    await Media.filter(report_id=report.id).delete()
    await _erase_actions(report_id=report.id)


async def _erase_alert(alert: Alert) -> None:
    alert.note, alert.assignee, alert.route_reason = "", None, ""
    alert.latitude = alert.longitude = alert.accuracy = alert.battery = alert.located_at = None
    alert.secret_selector, alert.secret_verifier = _closed(alert.id), ""
    alert.watch_selector, alert.watch_verifier = _closed(alert.id), ""
    await _erase_actions(alert_id=alert.id)


async def _erase_advisory(advisory: Advisory) -> None:
    advisory.texts, advisory.web, advisory.contact = {}, None, None
    advisory.latitude = advisory.longitude = advisory.radius = None
    await _erase_actions(advisory_id=advisory.id)


async def _erase_actions(**of: UUID) -> None:
    await Action.filter(**of).update(
        text="", assignee=None, latitude=None, longitude=None, accuracy=None, battery=None
    )


def _closed(own_id: UUID) -> str:
    """Return what stands in place of a credential's selector: no credential has a `~`."""
    return f"~{own_id.hex[:23]}"


_KEPT: Final = (
    _Kept(Report, "reports", "received_at", _erase_report),
    _Kept(Alert, "alerts", "raised_at", _erase_alert),
    _Kept(Advisory, "advisories", "expires_at", _erase_advisory),
    _Kept(VehicleLookUp, "vehicle_look_ups", "at", place="place"),
    _Kept(Towing, "towings", "released_at"),
)
