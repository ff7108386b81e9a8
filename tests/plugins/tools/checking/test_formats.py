"""Values that are text to the contract and have a notation of their own."""

import tomllib
from pathlib import Path

import pytest

from plugins.tools.checking.formats import check_formats

FILE = Path("stations.toml")


def found(text: str) -> list[tuple[str, int | None]]:
    findings = check_formats(FILE, text, tomllib.loads(text), ())
    return [(each.rule, each.line) for each in findings]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('hours = "24/7"', []),
        ('hours = "always"', [("opening-hours", 1)]),
        ('time_zone = "Asia/Kolkata"', []),
        ('\ntime_zone = "Asia/Nowhere"', [("time-zone", 2)]),
        ('names = { en = "A", hi-in = "B" }', []),
        ('names = { english = "A" }', [("language-tag", 1)]),
        ('languages = ["hi", "hindi"]', [("language-tag", 1)]),
        ('descriptions = { xx-yy = "A" }', [("language-tag", 1)]),
        ('code = "always"', []),
        (
            '[[stations]]\nhours = "24/7"\n[[stations]]\nhours = "10 to 6"\nnames = { e_n = "A" }',
            [("opening-hours", 4), ("language-tag", 5)],
        ),
        ('[[stations]]\nbeats = [{ code = "a", names = { x = "A" } }]', [("language-tag", 2)]),
    ],
)
def test_each_value_is_read_by_its_standard(
    text: str, expected: list[tuple[str, int | None]]
) -> None:
    assert found(text) == expected
