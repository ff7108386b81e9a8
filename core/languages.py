"""Texts in several languages, and the choice among them."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from core.problems import InvalidInput

DEFAULT_LANGUAGE = "en"

Words = Mapping[str, str]
"""The same text by language tag (BCP 47), such as `{"en": "Police", "hi": "पुलिस"}`."""


MAX_TAG = 35
"""Maximum characters of a language tag (BCP 47, section 4.4.1)."""
KEPT_TAGS: Final = 1_024
"""Tags whose fallbacks are cached: people use a few, but clients may send any."""


def is_language_tag(tag: str) -> bool:
    """Tell whether a tag is well formed and its subtags are in IANA's registry (BCP 47, 2.2.9)."""
    # Imported here because reading IANA's registry is slow, and most processes do not need it.
    import langcodes

    return 0 < len(tag) <= MAX_TAG and "_" not in tag and langcodes.tag_is_valid(tag)


def parse_language(tag: str, field: tuple[str | int, ...]) -> str:
    """Return a language tag in lower case; raises `InvalidInput`."""
    if not is_language_tag(tag):
        raise InvalidInput("MALFORMED", "Send a language tag such as `hi` or `hi-IN`.", field)
    return tag.lower()


def lookup(words: Words, preferred: str = DEFAULT_LANGUAGE) -> str:
    """Return the text for a language tag by the lookup of RFC 4647, section 3.4.

    `hi-Deva-IN` falls back to `hi-Deva`, then `hi`, then English, then any other text. A tag longer
    than `MAX_TAG` characters is truncated at a subtag (RFC 5646, section 4.4.2).
    """
    if preferred in words:
        return words[preferred]
    for tag in _ranges(preferred[: MAX_TAG + 1]):
        if tag in words:
            return words[tag]
    return words.get(DEFAULT_LANGUAGE) or next(iter(words.values()), "")


@lru_cache(KEPT_TAGS)
def _ranges(preferred: str) -> tuple[str, ...]:
    """Return a tag and its fallbacks, the most specific first."""
    subtags = preferred.lower().split("-")
    if len(preferred) > MAX_TAG:
        subtags.pop()
    ends = range(len(subtags), 0, -1)
    # A single-letter subtag is removed together with the one after it (RFC 4647, 3.4).
    return tuple(
        "-".join(subtags[:end])
        for end in ends
        if end in (1, len(subtags)) or len(subtags[end - 1]) != 1
    )
