"""When retention must not run by itself: the clock has jumped, or too much would go at once.

What is erased cannot be brought back, so it rests on the clock only while the clock agrees with
what was recorded before. Otherwise the operator decides (`server.py retention approve`).
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
"""How far the clock may be past the last run; a server that was off for longer asks first."""
MOST_BEHIND: Final = timedelta(minutes=10)
MOST_SHARE: Final = 0.05
"""Of what a place keeps of a kind, the part that may go in one run."""
ALWAYS_ALLOWED: Final = 20
"""Rows of a place and kind that may go in one run whatever their share."""
_RUN: Final = "retention"
_HEADS: Final = Condition(
    "action.id IN (SELECT event.action_id FROM event JOIN city_log "
    "ON city_log.city = event.city AND city_log.last_number = event.number)"
)


@dataclass(frozen=True, slots=True)
class Due:
    """How many rows of a kind (a table) a place keeps, and how many of them are overdue."""

    place: str
    kind: str
    due: int
    kept: int

    @property
    def too_many(self) -> bool:
        """Whether they may not go in one run."""
        return self.due > max(ALWAYS_ALLOWED, MOST_SHARE * self.kept)

    def __str__(self) -> str:
        return f"{self.place}: {self.due} of {self.kept} in {self.kind} are overdue"


async def problems(at: datetime) -> list[str]:
    """Return why retention waits for the operator, one sentence for each reason."""
    run = await _last_run(at)
    doubt = _doubt(at, run.at)
    if doubt is not None:
        return [doubt]
    return [f"{Due(**held)}: too many to erase at once without approval." for held in run.held]


async def clock_problem(at: datetime) -> str | None:
    """Return why a moment cannot be the present one, by what was recorded before."""
    return _doubt(at, (await _last_run(at)).at)


def _doubt(at: datetime, known: datetime) -> str | None:
    if at > known + MOST_AHEAD:
        return (
            f"The clock is over {MOST_AHEAD.days} days ahead of what was recorded last "
            f"({known:%Y-%m-%d %H:%M}Z): nothing is erased without approval."
        )
    if at < known - MOST_BEHIND:
        return (
            f"The clock is behind what was recorded last ({known:%Y-%m-%d %H:%M}Z): "
            "nothing is erased without approval."
        )
    return None


async def _last_run(at: datetime) -> RetentionRun:
    """Return the last run; before the first one, what the logs recorded last stands for it.

    It is stored at once: events that are written by a wrong clock from now on prove nothing.
    """
    run = await RetentionRun.get_or_none(name=_RUN)
    if run is not None:
        return run
    newest = await rows.read(Wanted(Action, ("at",)), _HEADS, "action.at DESC", 1)
    run = RetentionRun(name=_RUN, at=newest[0].at if newest else at, held=[])
    # Another process may be first: no error for that in PostgreSQL's log.
    await RetentionRun.bulk_create([run], ignore_conflicts=True)
    return await RetentionRun.get(name=_RUN)


async def remember(at: datetime, held: Sequence[Due]) -> None:
    """Record that retention ran, and what it held back."""
    await _last_run(at)
    await RetentionRun.filter(name=_RUN).update(at=at, held=[asdict(each) for each in held])


async def due(
    model: type[Model], column: str, places: Sequence[str], overdue: dict[str, Any]
) -> list[Due]:
    """Return what is overdue in each of the places that the column names.

    `overdue` are the conditions that make a row so; those that were erased are not kept.
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
