"""What citizens are told where a city has no words for it."""

import pytest

from schema.base.words import phrase


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("report-RECEIVED", "Received"),
        ("number-CYBER_CRIME", "Cyber crime"),
        ("feature-EMERGENCY_NUMBERS", "Emergency numbers"),
    ],
)
def test_a_key_without_words_speaks_for_itself(key: str, expected: str) -> None:
    assert phrase(None, key, "hi") == expected
