"""Words in several languages, and which of them a person gets."""

from collections.abc import Mapping

from core.problems import InvalidInput

DEFAULT_LANGUAGE = "en"

Words = Mapping[str, str]
"""The same text by language tag (BCP 47), such as `{"en": "Police", "hi": "पुलिस"}`."""


MAX_TAG = 35
"""Characters of a language tag; BCP 47, section 4.4.1, says what nobody needs to exceed."""


def is_language_tag(tag: str) -> bool:
    """Tell whether a tag is valid: well formed, its parts in IANA's registry (BCP 47, 2.2.9)."""
    # IANA's registry takes a while to read, and most processes never ask.
    import langcodes

    return 0 < len(tag) <= MAX_TAG and "_" not in tag and langcodes.tag_is_valid(tag)


def parse_language(tag: str, field: tuple[str | int, ...]) -> str:
    """Return a language tag in small letters; raises `InvalidInput` for what is none."""
    if not is_language_tag(tag):
        raise InvalidInput("MALFORMED", "A language is a tag such as `hi` or `hi-IN`.", field)
    return tag.lower()


def lookup(words: Words, preferred: str = DEFAULT_LANGUAGE) -> str:
    """Return the text for a language tag by the lookup of RFC 4647, section 3.4.

    `hi-Deva-IN` falls back to `hi-Deva`, then `hi`, then English, then whatever is there.
    """
    tag = preferred.lower()
    while tag:
        if tag in words:
            return words[tag]
        tag = tag.rpartition("-")[0]
        # A single letter introduces what follows it, so it goes with it (RFC 4647, 3.4).
        if len(tag) > 1 and tag[-2] == "-":
            tag = tag[:-2]
    return words.get(DEFAULT_LANGUAGE) or next(iter(words.values()), "")
