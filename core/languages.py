"""Words in several languages, and which of them a person gets."""

from collections.abc import Mapping

DEFAULT_LANGUAGE = "en"

Words = Mapping[str, str]
"""The same text by language tag (BCP 47), such as `{"en": "Police", "hi": "पुलिस"}`."""


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
