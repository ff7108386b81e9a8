"""Words that people send: how long they may be, and which characters cannot be kept."""

from core.problems import InvalidInput

MAX_DESCRIPTION = 5_000
MAX_NOTE = 2_000
MAX_NAME = 120


def parse_text(text: str, field: tuple[str | int, ...], limit: int, *, required: bool) -> str:
    """Return the text without white space at its ends.

    Raises `InvalidInput` when it is longer than `limit` characters, empty though `required`, or
    holds what no database keeps (NUL, half of a surrogate pair).
    """
    text = text.strip()
    name = field[-1]
    if len(text) > limit:
        raise InvalidInput("TOO_LONG", f"{name} may have at most {limit} characters.", field)
    if "\0" in text or (not text.isascii() and any("\ud800" <= each <= "\udfff" for each in text)):
        raise InvalidInput("MALFORMED", f"{name} contains characters that are not text.", field)
    if required and not text:
        raise InvalidInput("REQUIRED", f"{name} must not be empty.", field)
    return text
