"""What is wrong with a place's folder: where it stands, and how it is shown."""

from pathlib import Path

import pytest

from plugins.tools.findings import Finding, Severity, feature_lines, line_of

TOML = """\
code = "TWN"
names = { en = "Town" }

[position]
latitude = 10.0
"longitude" = 70.0

[[stations]] # the first
code = "near"
names = { en = "Near" }

[[ stations ]]
names.en = "Far"
code = "far"
[[beats]]
code = "b1"
"""


@pytest.mark.parametrize(
    ("where", "line"),
    [
        (("code",), 1),
        (("names", "en"), 2),
        (("position", "latitude"), 5),
        (("position", "longitude"), 6),
        (("position", "height"), 4),
        (("stations", 0), 8),
        (("stations", 0, "code"), 9),
        (("stations", 0, "names", "en"), 10),
        (("stations", 1, "code"), 14),
        (("stations", 1, "names", "en"), 13),
        (("stations", 1, "radius"), 12),
        (("stations", 2, "code"), None),
        (("beats", 0, "code"), 16),
        (("tariffs", 0, "code"), None),
        (("nothing",), None),
        ((), None),
    ],
)
def test_a_value_is_found_on_its_line(where: tuple[str | int, ...], line: int | None) -> None:
    assert line_of(TOML, where) == line


def test_features_are_found_however_they_are_spaced() -> None:
    text = (
        '{"type": "FeatureCollection", "features": [\n{"type":"Feature"},\n\n{"type" : "Feature"}]}'
    )
    assert feature_lines(text) == [2, 4]
    assert feature_lines("") == []


def test_a_finding_reads_like_a_compilers() -> None:
    at = Finding(Path("a/place.toml"), 3, "slug", "code: wrong", "write it right")
    assert str(at) == "a/place.toml:3: error: slug: code: wrong\n    fix: write it right"
    file = Finding(Path("a"), None, "gone", "no file", "make one", Severity.WARNING)
    assert str(file) == "a: warning: gone: no file\n    fix: make one"
