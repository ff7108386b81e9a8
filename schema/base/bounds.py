"""The limits of texts and lists in a request, declared where these are.

`argument` and `input_field` take the limit; the SDL's description states it, and
`schema.compiler.checks` holds values to it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import strawberry

from core.languages import MAX_TAG
from core.log.cursors import MAX_CURSOR
from core.log.idempotency import MAX_KEY
from core.media.uploads import MAX_PER_REQUEST
from core.paths import MAX_PATH_LENGTH
from core.places.formats import MAX_CODE
from core.problems import InvalidCredential, InvalidCursor, InvalidInput, Problem
from core.text import MAX_NAME, MAX_NOTE

LIMIT: Final = "limit"
"""Metadata of an argument or input field: its `Limit`."""
MOST_ITEMS: Final = 100
"""Items of the longest list that any argument takes; no more of one is read."""

Path = tuple[str | int, ...]


def _too_long(rule: str, message: str, path: Path) -> Problem:
    return InvalidInput(rule, message, path)


def _malformed(_: str, message: str, path: Path) -> Problem:
    return InvalidInput("MALFORMED", message, path)


def _no_credential(_: str, message: str, path: Path) -> Problem:
    return InvalidCredential(message, path)


def _no_cursor(_: str, message: str, path: Path) -> Problem:
    return InvalidCursor(message, path)


@dataclass(frozen=True, slots=True)
class Limit:
    """The most characters of a text, or of each text of a list, and the most items of a list."""

    length: int | None = None
    items: int | None = None
    refusal: Callable[[str, str, Path], Problem] = _too_long
    """Makes the problem of rule, message and path: what the domain says of such values."""

    @property
    def words(self) -> str:
        """The limit as the SDL states it."""
        if self.items is None:
            return f"At most {self.length:,} characters."
        each = f", each of at most {self.length:,} characters" if self.length is not None else ""
        return f"At most {self.items} items{each}."


PATH: Final = Limit(MAX_PATH_LENGTH, refusal=_malformed)
KEY: Final = Limit(MAX_KEY, refusal=_malformed)
ID: Final = Limit(256, refusal=_malformed)
"""A global id is the base64 of a type's name and a UUID or path."""
CURSOR: Final = Limit(MAX_CURSOR, refusal=_no_cursor)
CREDENTIAL: Final = Limit(64, refusal=_no_credential)
"""24 letters, however they are grouped."""
CODE: Final = Limit(MAX_CODE)
LANGUAGE: Final = Limit(MAX_TAG)
NAME: Final = Limit(MAX_NAME)
NOTE: Final = Limit(MAX_NOTE)
MEDIA: Final = Limit(CREDENTIAL.length, MAX_PER_REQUEST)


def argument(description: str, limit: Limit, name: str | None = None) -> Any:
    """Declare an argument that is a text or a list."""
    return strawberry.argument(
        description=f"{description} {limit.words}", name=name, metadata={LIMIT: limit}
    )


def input_field(description: str, limit: Limit, **more: Any) -> Any:
    """Declare a field of an input object that is a text or a list; `more` is its default."""
    return strawberry.field(
        description=f"{description} {limit.words}", metadata={LIMIT: limit}, **more
    )
