"""Formats of short texts in data files, hooks and rows: codes, numbers, plates."""

import re
from typing import Annotated

from annotated_types import Len, Predicate

from core.languages import Words

_MARK = re.compile(r"[A-Z0-9]+")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
"""The same as a segment of a path (`core.paths`)."""


def _is_slug(text: str) -> bool:
    return _SLUG.fullmatch(text) is not None


def _is_dotted_slug(text: str) -> bool:
    return all(_is_slug(part.replace("_", "-")) for part in text.split("."))


def _is_phone_number(text: str) -> bool:
    return text.removeprefix("+").isascii() and text.removeprefix("+").isdigit()


def _is_code(text: str) -> bool:
    return text.isascii() and text.isalnum() and text.isupper()


def _is_mark(text: str) -> bool:
    return _MARK.fullmatch(text) is not None


def _are_words(words: Words) -> bool:
    return bool(words) and all(words.values()) and all(tag == tag.lower() for tag in words)


def is_at_or_below(own: str, code: str) -> bool:
    """Tell whether a dotted code is `code` or below it; `conditions.at_or_below` says it in SQL."""
    return own == code or own.startswith(f"{code}.")


MAX_CODE = 64
"""Maximum characters of a code, such as that of a category or station."""


MAX_PLATE = 16
"""Maximum letters and digits of a number plate; checked before any format is matched."""


Slug = Annotated[str, Len(1, MAX_CODE), Predicate(_is_slug)]


DottedSlug = Annotated[str, Len(1, MAX_CODE), Predicate(_is_dotted_slug)]


PhoneNumber = Annotated[str, Len(2, 16), Predicate(_is_phone_number)]


PublicCode = Annotated[str, Len(2, 5), Predicate(_is_code)]


Mark = Annotated[str, Len(1, MAX_PLATE), Predicate(_is_mark)]


LocalisedWords = Annotated[Words, Predicate(_are_words)]
