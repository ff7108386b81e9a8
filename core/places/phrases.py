"""Display texts for citizens, by language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Final

from annotated_types import Len, Predicate

from core.languages import Words
from core.places.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Phrases:
    """Display texts in one language, by key such as `report-RECEIVED`."""

    language: Annotated[str, Len(1, 35), Predicate(str.islower)]
    words: Mapping[str, Annotated[str, Len(1, 500)]]


def _by_key(answers: Sequence[tuple[Phrases, ...]]) -> Mapping[str, Words]:
    """Merge texts by key and language; the nearest place's text is used."""
    merged: dict[str, dict[str, str]] = {}
    for answer in answers:
        for phrases in answer:
            for key, text in phrases.words.items():
                merged.setdefault(key, {}).setdefault(phrases.language, text)
    return merged


PHRASES: Final = Catalogue(
    hook="phrases",
    row=Phrases,
    file="words/TAG.ftl",
    table=None,
    merge=_by_key,
    documentation="""
    Return the display texts for citizens, such as the states of reports, by key and language.

    Called once at start. The answers of the chain are merged by key and language, the nearest
    place first. The defaults' `words/en.ftl` has every key. If an answer is invalid, none of its
    texts are used.
    """,
)
