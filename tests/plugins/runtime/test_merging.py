"""Retention times of a place and of those that it lies in."""

from dataclasses import fields

from hypothesis import given
from hypothesis import strategies as st

from core.places.description import PlaceDescription, Retention
from plugins.runtime.merging import merged_retention

NAMES = [each.name for each in fields(Retention)]
RETENTIONS = st.builds(Retention, **dict.fromkeys(NAMES, st.none() | st.integers(1, 36_525)))


def place(retention: Retention) -> PlaceDescription:
    return PlaceDescription("a/b/c", {"en": "C"}, retention=retention)


@given(st.lists(RETENTIONS, max_size=4))
def test_the_nearest_place_that_says_anything_decides(chain: list[Retention]) -> None:
    merged = merged_retention([place(each) for each in chain])
    for name in NAMES:
        said = [days for each in chain if (days := getattr(each, name)) is not None]
        assert getattr(merged, name) == (said[0] if said else None)
