"""Formats of number plates."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any, Final, Protocol

import re2
from annotated_types import Len

from core.formats import DottedSlug, LocalisedWords, Mark
from core.places.catalogue import Catalogue, nearest_first


class _Pattern(Protocol):
    def fullmatch(self, text: str) -> re.Match[str] | None: ...


_re2: Any = re2  # without types
KEPT_PATTERNS: Final = 1_000
"""Patterns that stay compiled: some dozens a country, and every country's at once."""


@lru_cache(KEPT_PATTERNS)
def _compiled(pattern: str) -> _Pattern:
    # RE2 takes time that grows with the text alone, whatever a pattern asks for.
    return _re2.compile(pattern)


@dataclass(frozen=True, slots=True)
class PlateFormat:
    """A form that number plates have, and the one way in which they are kept.

    `pattern` is a regular expression with named groups for the whole plate, reduced to A-Z and 0-9;
    `normal` puts the groups together again, as Python's `str.format` does. `example` is a plate in
    its normal form, and proves both.
    """

    code: DottedSlug
    names: LocalisedWords
    pattern: Annotated[str, Len(1, 500)]
    normal: Annotated[str, Len(1, 100)]
    example: Mark

    def __post_init__(self) -> None:
        if re.search(r"\d{3}", self.normal):
            raise ValueError("normal asks for a width that no plate has")
        try:
            found = self.normal_form(self.example)
        except Exception as error:
            words = f"pattern and normal do not go together: {error}"
            raise ValueError(words) from None
        if found != self.example:
            raise ValueError("the example is not a plate in its normal form")

    def normal_form(self, mark: str) -> str | None:
        """Return the normal form of letters and digits; `None` where they have another form."""
        found = _compiled(self.pattern).fullmatch(mark)
        return self.normal.format(**found.groupdict("")) if found is not None else None


PLATE_FORMATS: Final = Catalogue(
    hook="plate_formats",
    row=PlateFormat,
    file="plates.toml",
    table="plates",
    merge=nearest_first,
    documentation="""
    Give the forms that number plates have, so that one is found however it is typed.

    Called once at start. Merged by code, the nearest first; the nearest link's replaces one of
    the same code. The first form that fits a plate says how it is kept. Where no link gives
    any, letters and digits are kept as they come.
    """,
)
