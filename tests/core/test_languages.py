"""Which words a person gets (RFC 4647, section 3.4)."""

import pytest

from core.languages import lookup

WORDS = {"en": "Police", "hi": "पुलिस", "zh-hant": "警察"}


@pytest.mark.parametrize(
    ("preferred", "expected"),
    [
        ("hi", "पुलिस"),
        ("HI-Deva-IN", "पुलिस"),
        ("zh-Hant-CN-x-private1", "警察"),
        ("fr", "Police"),
        ("", "Police"),
        ("zh", "Police"),
        ("hi-" + "a-" * 1_000_000, "पुलिस"),
        ("hi-" + "abcdefgh-" * 3 + "abcdefgh", "पुलिस"),
    ],
)
def test_the_nearest_language_is_found(preferred: str, expected: str) -> None:
    assert lookup(WORDS, preferred) == expected


def test_without_english_there_is_still_something() -> None:
    assert lookup({"mr": "पोलीस"}, "fr") == "पोलीस"
    assert lookup({}, "fr") == ""
