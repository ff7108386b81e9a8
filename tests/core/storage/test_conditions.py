"""Conditions in SQL say the same as the rules in Python."""

from hypothesis import given

from core.paths import is_within
from core.storage.conditions import within
from tests.support.paths import PATHS


@given(PATHS, PATHS)
def test_the_database_is_asked_the_same(path: str, scope: str) -> None:
    exact, lower, upper = within("place", scope).values
    inside = path == exact or str(lower) <= path < str(upper)
    assert inside == is_within(path, scope)
