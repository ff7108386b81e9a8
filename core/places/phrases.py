"""What citizens are told, by language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Final

from annotated_types import Len, Predicate

from core.languages import Words
from core.places.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Phrases:
    """What this server says to citizens, in one language, by key: `report-RECEIVED`."""

    language: Annotated[str, Len(1, 35), Predicate(str.islower)]
    words: Mapping[str, Annotated[str, Len(1, 500)]]


def _by_key(answers: Sequence[tuple[Phrases, ...]]) -> Mapping[str, Words]:
    """Return all words by key and language, the nearest of each."""
    merged: dict[str, dict[str, str]] = {}
    for answer in answers:
        for spoken in answer:
            for key, text in spoken.words.items():
                merged.setdefault(key, {}).setdefault(spoken.language, text)
    return merged


PHRASES: Final = Catalogue(
    hook="phrases",
    row=Phrases,
    file="words/TAG.ftl",
    table=None,
    merge=_by_key,
    documentation="""
    Give the words in which citizens are told where things stand, by key and language.

    Called once at start. Merged by key and language, the nearest first: what a place leaves out
    is said in the words of its state, its country or the defaults, whose `words/en.ftl` has
    every key. A wrong answer loses this link's words.
    """,
)
