"""The declaration of advisories as a subject."""

from collections.abc import Mapping
from typing import Final

from core.advisories.models import Advisory
from core.advisories.states import ADVISORY_MOVES, AdvisoryState
from core.log.subjects import RetentionRule, Subject
from core.storage.rows import Row


def erased(_advisory: Row) -> Mapping[str, object]:
    """Return the values of an erased advisory's columns; its kind, place and times stay."""
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
    retention=RetentionRule(Advisory, "advisories", "expires_at", erased),
)
