"""Validate texts that people send: length and characters."""

from core.problems import InvalidInput

MAX_DESCRIPTION = 5_000
MAX_NOTE = 2_000
MAX_NAME = 120


def parse_text(text: str, field: tuple[str | int, ...], limit: int, *, required: bool) -> str:
    """Return the text without leading and trailing white space.

    Raises `InvalidInput` if it is longer than `limit` characters, if it is `required` and empty, or
    if it contains characters that databases cannot store (NUL, lone surrogates).
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
