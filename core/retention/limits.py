"""When erasure needs the operator's approval: the clock has jumped, or too much is overdue.

Erased data cannot be restored. So retention trusts the clock only while it agrees with the times
that were recorded before; otherwise the operator decides (`server.py retention approve`).
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from tortoise.functions import Count
from tortoise.models import Model

from core.log.models import Action, RetentionRun
from core.storage import rows
from core.storage.conditions import Condition
from core.storage.rows import Wanted

MOST_AHEAD: Final = timedelta(days=7)
"""How far the clock may be ahead of the last run; after a longer downtime approval is needed."""
MOST_BEHIND: Final = timedelta(minutes=10)
MOST_SHARE: Final = 0.05
"""The share of a place's rows in a table that one run may erase."""
ALWAYS_ALLOWED: Final = 20
"""Rows of a place in a table that one run may erase whatever their share."""
_RUN: Final = "retention"
_HEADS: Final = Condition(
    "action.id IN (SELECT event.action_id FROM event JOIN city_log "
    "ON city_log.city = event.city AND city_log.last_number = event.number)"
)


@dataclass(frozen=True, slots=True)
class Due:
    """How many rows a place has in a table (`kind`), and how many of them are overdue."""

    place: str
    kind: str
    due: int
    kept: int

    @property
    def too_many(self) -> bool:
        """Whether they are too many to erase in one run without approval."""
        return self.due > max(ALWAYS_ALLOWED, MOST_SHARE * self.kept)

    def __str__(self) -> str:
        return f"{self.place}: {self.due} of {self.kept} in {self.kind} are overdue"


async def problems(at: datetime) -> list[str]:
    """Return the reasons why erasure waits for approval, one sentence each."""
    run = await _last_run(at)
    doubt = _doubt(at, run.at)
    if doubt is not None:
        return [doubt]
    return [f"{Due(**held)}: too many to erase at once without approval." for held in run.held]


async def clock_problem(at: datetime) -> str | None:
    """Return why the clock is in doubt, given the recorded times, or `None`."""
    return _doubt(at, (await _last_run(at)).at)


def _doubt(at: datetime, known: datetime) -> str | None:
    if at > known + MOST_AHEAD:
        return (
            f"The clock is over {MOST_AHEAD.days} days ahead of the last recorded time "
            f"({known:%Y-%m-%d %H:%M}Z): nothing is erased without approval."
        )
    if at < known - MOST_BEHIND:
        return (
            f"The clock is behind the last recorded time ({known:%Y-%m-%d %H:%M}Z): "
            "nothing is erased without approval."
        )
    return None


async def _last_run(at: datetime) -> RetentionRun:
    """Return the last run; before the first run, one with the time of the newest action.

    It is stored at once: actions written later by a wrong clock must not count.
    """
    run = await RetentionRun.get_or_none(name=_RUN)
    if run is not None:
        return run
    newest = await rows.read(Wanted(Action, ("at",)), _HEADS, "action.at DESC", 1)
    run = RetentionRun(name=_RUN, at=newest[0].at if newest else at, held=[])
    # Another process may be first; this avoids an error in PostgreSQL's log.
    await RetentionRun.bulk_create([run], ignore_conflicts=True)
    return await RetentionRun.get(name=_RUN)


async def remember(at: datetime, held: Sequence[Due]) -> None:
    """Record the time of a run, and what it did not erase."""
    await _last_run(at)
    await RetentionRun.filter(name=_RUN).update(at=at, held=[asdict(each) for each in held])


async def due(
    model: type[Model], column: str, places: Sequence[str], overdue: dict[str, Any]
) -> list[Due]:
    """Return how many rows are overdue in each place; `column` contains the place.

    `overdue` is the filter for overdue rows. Erased rows do not count as kept.
    """
    found = (
        await model.filter(**{f"{column}__in": list(places)}, **overdue)
        .annotate(due=Count("id"))
        .group_by(column)
        .values(column, "due")
    )
    live = {"erased_at": None} if "erased_at" in overdue else {}
    return [
        Due(
            place=row[column],
            kind=rows.table_of(model),
            due=row["due"],
            kept=await model.filter(**{column: row[column]}, **live).count(),
        )
        for row in found
    ]
