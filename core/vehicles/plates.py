"""Convert number plates as typed to the normal form in which they are stored."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from core.places.formats import MAX_PLATE
from core.problems import InvalidInput
from core.vehicles.plate_formats import PlateFormat

MAX_TYPED: Final = 40
"""Maximum characters of a plate as typed, including separators."""
_SEPARATORS: Final = re.compile(r"[\s\-./_,:·•–—]+")


def normal_plate(
    text: str, formats: Sequence[PlateFormat], field: tuple[str | int, ...] = ("plate",)
) -> str:
    """Return a plate in normal form: `mp 9-ab 123` becomes `MP09AB0123`.

    The first matching format determines the normal form. Without any format, it is the letters and
    digits. Raises `InvalidInput` if the plate is empty, too long, or matches no format.
    """
    mark = _reduced(text, field)
    if not formats:
        return mark
    for each in formats:
        normal = each.normal_form(mark)
        if normal is not None and len(normal) <= MAX_PLATE:
            return normal
    examples = " or ".join(each.example for each in formats)
    raise InvalidInput(
        "MALFORMED", f"Not a number plate of this place. Write it like {examples}.", field
    )


def _reduced(text: str, field: tuple[str | int, ...]) -> str:
    """Return the letters and digits of a plate, in Latin capitals and ASCII digits."""
    # Checked first, so that no pattern runs over a long text.
    if len(text) > MAX_TYPED:
        raise _too_long(field)
    if not text.isascii():
        text = "".join(map(_as_typed_in_latin, unicodedata.normalize("NFKC", text)))
    mark = _SEPARATORS.sub("", text)
    if not mark:
        raise InvalidInput("REQUIRED", "Send the number plate.", field)
    if len(mark) > MAX_PLATE:
        raise _too_long(field)
    if not (mark.isascii() and mark.isalnum()):
        raise InvalidInput(
            "MALFORMED", "A number plate may contain only letters A to Z and digits.", field
        )
    return mark.upper()


def _as_typed_in_latin(letter: str) -> str:
    """Return the digit for one of another script, as Devanagari keyboards give."""
    value = unicodedata.decimal(letter, None)
    return letter if value is None else str(value)


def _too_long(field: tuple[str | int, ...]) -> InvalidInput:
    return InvalidInput(
        "TOO_LONG", f"A plate may have at most {MAX_PLATE} letters and digits.", field
    )
