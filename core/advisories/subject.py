"""Advisories, declared."""

from collections.abc import Mapping
from typing import Final

from core.advisories.models import Advisory
from core.advisories.states import ADVISORY_MOVES, AdvisoryState
from core.log.subjects import Kept, Subject
from core.storage.rows import Row


def erased(_advisory: Row) -> Mapping[str, object]:
    """Return what is left of an advisory once its time is over: its kind, place and times."""
    return {
        "texts": {},
        "web": None,
        "contact": None,
        "latitude": None,
        "longitude": None,
        "radius": None,
    }


ADVISORIES: Final = Subject(
    model=Advisory,
    moves=ADVISORY_MOVES,
    open_states=frozenset({AdvisoryState.ISSUED}),
    reaches_below=True,
    kept=Kept(Advisory, "advisories", "expires_at", erased),
)
