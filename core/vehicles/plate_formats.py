"""Formats of number plates."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any, Final, Protocol

import re2
from annotated_types import Len

from core.places.catalogue import Catalogue, nearest_first
from core.places.formats import DottedSlug, LocalisedWords, Mark


class _Pattern(Protocol):
    def fullmatch(self, text: str) -> re.Match[str] | None: ...


_re2: Any = re2  # without types
KEPT_PATTERNS: Final = 1_000
"""Compiled patterns to cache: some dozens per country, for all countries."""


@lru_cache(KEPT_PATTERNS)
def _compiled(pattern: str) -> _Pattern:
    # RE2, because it takes linear time for every pattern.
    return _re2.compile(pattern)


@dataclass(frozen=True, slots=True)
class PlateFormat:
    """A format of number plates, with its normal form, in which plates are stored.

    `pattern` is a regular expression with named groups that matches a whole plate, reduced to A-Z
    and 0-9. `normal` builds the normal form from the groups, as a template for Python's
    `str.format`. `example` is a plate in normal form; it is used to check both.
    """

    code: DottedSlug
    names: LocalisedWords
    pattern: Annotated[str, Len(1, 500)]
    normal: Annotated[str, Len(1, 100)]
    example: Mark

    def __post_init__(self) -> None:
        if re.search(r"\d{3}", self.normal):
            raise ValueError("normal has a width of three or more digits: no plate is that long")
        try:
            found = self.normal_form(self.example)
        except Exception as error:
            message = f"pattern and normal do not match: {error}"
            raise ValueError(message) from None
        if found != self.example:
            raise ValueError("the example must be a plate in its normal form")

    def normal_form(self, mark: str) -> str | None:
        """Return the normal form of a plate; `None` if it does not have this format."""
        found = _compiled(self.pattern).fullmatch(mark)
        return self.normal.format(**found.groupdict("")) if found is not None else None


PLATE_FORMATS: Final = Catalogue(
    hook="plate_formats",
    row=PlateFormat,
    file="plates.toml",
    table="plates",
    merge=nearest_first,
    documentation="""
    Return the formats of number plates, so that a plate is found however it is typed.

    Called once at start. The answers of the chain are merged by code, the nearest place first. The
    first format that matches a plate determines its normal form. Without any format, the letters
    and digits are stored as typed.
    """,
)
